import type { Signed } from '../contract/access.ts'
import { Forgotten, ThankedMany, ThankMany } from '../contract/rewards.ts'
import type { Routes } from './server.ts'
import { type Sight, sightOf } from './sight.ts'
import { signed } from './signature.ts'

export interface ThanksNeeds {
  thankMany(command: Signed<ThankMany>, sight: Sight): Promise<ThankedMany>
  forgotten(sight: Sight): Promise<Forgotten>
}

/** 20,000 items with two ids of 64 characters each. */
const MOST_BYTES = 4 * 1024 * 1024
const tags = ['recognition']

/** Thanks for many at once, and who was forgotten. */
export const thanksRoutes =
  (needs: ThanksNeeds): Routes =>
  api => {
    api.post(
      '/api/thanks',
      { bodyLimit: MOST_BYTES, schema: { tags, body: ThankMany, response: { 200: ThankedMany } } },
      async request => needs.thankMany(signed(request, request.body), sightOf(request.view))
    )
    api.get('/api/thanks/forgotten', { schema: { tags, response: { 200: Forgotten } } }, async ({ view }) =>
      needs.forgotten(sightOf(view))
    )
  }

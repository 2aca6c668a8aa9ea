import { Type } from 'typebox'
import { SeasonReport } from '../contract/season.ts'
import type { Routes } from './server.ts'
import { type Sight, sightOf } from './sight.ts'

export interface SeasonsNeeds {
  season(year: number, sight: Sight): Promise<SeasonReport>
}

/** A local calendar year in a path. */
export const YearParams = Type.Object({ year: Type.String({ pattern: '^20[0-9]{2}$' }) })

/** What a season came to, as far as it is seen: the whole, a company's own, a customer's own. */
export const seasonsRoutes =
  (needs: SeasonsNeeds): Routes =>
  api => {
    api.get(
      '/api/seasons/:year/report',
      { schema: { tags: ['recognition'], params: YearParams, response: { 200: SeasonReport } } },
      async ({ params, view }) => needs.season(Number(params.year), sightOf(view))
    )
  }

import { Type } from 'typebox'
import { ApiToken, type Caller } from '../contract/access.ts'
import { MadeToken, NewToken, TokensAnswer } from '../contract/administration.ts'
import type { Denied } from '../contract/login.ts'
import { Id } from '../contract/units.ts'
import { allowed } from './loginVisit.ts'
import type { Routes } from './server.ts'

export interface TokensNeeds {
  tokens: {
    list(): Promise<ApiToken[]>
    make(by: Caller, command: NewToken, now: number): Promise<MadeToken | Denied>
    revoke(id: string, now: number): Promise<ApiToken | Denied>
  }
  now(): number
}

/** Keys of machines that call the API. */
export const tokensRoutes =
  ({ tokens, now }: TokensNeeds): Routes =>
  api => {
    const tags = ['tokens']
    api.get('/api/tokens', { schema: { tags, response: { 200: TokensAnswer } } }, async () => ({
      tokens: await tokens.list()
    }))

    api.post(
      '/api/tokens',
      { schema: { tags, body: NewToken, response: { 201: MadeToken } } },
      async ({ caller, body }, reply) => {
        const made = allowed(reply, await tokens.make(caller, body, now()))
        return reply.code(201).send(made)
      }
    )

    api.post(
      '/api/tokens/:id/revoke',
      { schema: { tags, params: Type.Object({ id: Id }), response: { 200: ApiToken } } },
      async ({ params }, reply) => allowed(reply, await tokens.revoke(params.id, now()))
    )
  }

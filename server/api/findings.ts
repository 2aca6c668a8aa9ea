import { Type } from 'typebox'
import { AcknowledgeFinding, Finding, FindingsAnswer } from '../contract/findings.ts'
import { Id } from '../contract/units.ts'
import { notFound } from './problems.ts'
import { count, Digits } from './query.ts'
import type { Routes } from './server.ts'

export interface FindingsNeeds {
  list(limit: number): Promise<Finding[]>
  acknowledge(id: string, by: string, note: string): Promise<Finding | null>
}

/** What the rules say, and who has seen it. */
export const findingsRoutes =
  ({ list, acknowledge }: FindingsNeeds): Routes =>
  api => {
    api.get(
      '/api/findings',
      {
        schema: {
          tags: ['findings'],
          querystring: Type.Object({ limit: Type.Optional(Digits) }, { additionalProperties: false }),
          response: { 200: FindingsAnswer }
        }
      },
      async ({ query }) => ({ findings: await list(count(query.limit, 200, 2000)) })
    )

    api.post(
      '/api/findings/:id/acknowledge',
      {
        schema: {
          tags: ['findings'],
          params: Type.Object({ id: Id }),
          body: AcknowledgeFinding,
          response: { 200: Finding }
        }
      },
      async ({ params, body }) => {
        const finding = await acknowledge(params.id, body.by, body.note ?? '')
        if (finding === null) throw notFound(`finding ${params.id}`)
        return finding
      }
    )
  }

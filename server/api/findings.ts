import { Type } from 'typebox'
import type { Signed } from '../contract/access.ts'
import { AcknowledgeFinding, Finding, FindingsAnswer } from '../contract/findings.ts'
import { Id } from '../contract/units.ts'
import { cutAll, cutFinding } from './cut.ts'
import { notFound } from './problems.ts'
import { count, Digits } from './query.ts'
import type { Routes } from './server.ts'
import { signed } from './signature.ts'

const MOST = 2000

export interface FindingsNeeds {
  list(limit: number): Promise<Finding[]>
  acknowledge(id: string, command: Signed<AcknowledgeFinding>): Promise<Finding | null>
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
      async ({ query, view }) => {
        const limit = count(query.limit, 200, MOST)
        const findings = cutAll(await list(view.whole ? limit : MOST), view, cutFinding)
        return { findings: findings.slice(0, limit) }
      }
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
      async request => {
        const { params, body, view } = request
        const finding = await acknowledge(params.id, signed(request, body))
        const seen = finding && cutFinding(finding, view)
        if (seen === null) throw notFound(`finding ${params.id}`)
        return seen
      }
    )
  }

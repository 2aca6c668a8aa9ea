import { Type } from 'typebox'
import { AuditAnswer } from '../contract/administration.ts'
import type { AuditEntry } from '../contract/audit.ts'
import { count, Digits } from './query.ts'
import type { Routes } from './server.ts'

export interface AuditNeeds {
  /** The newest first. */
  list(filter: AuditFilter): Promise<AuditEntry[]>
  /** How the chain stood when it was last verified; times are epoch ms. */
  chain(): {
    height: number | null
    verifiedAt: number | null
    fault: { height: number; text: string } | null
  }
}

export interface AuditFilter {
  limit: number
  below?: number
  actorId?: string
  action?: string
}

const MOST = 500
const Filter = Type.Object(
  {
    /** Below which height. */
    before: Type.Optional(Digits),
    limit: Type.Optional(Digits),
    actor: Type.Optional(Type.String({ maxLength: 200 })),
    action: Type.Optional(Type.String({ maxLength: 200 }))
  },
  { additionalProperties: false }
)

/** What was done, by whom, from where. An entry concerns all companies as often as one: only who sees them all reads it. */
export const auditRoutes =
  ({ list, chain }: AuditNeeds): Routes =>
  api => {
    api.get(
      '/api/audit',
      { schema: { tags: ['audit'], querystring: Filter, response: { 200: AuditAnswer } } },
      async ({ query: { before, limit, actor, action } }) => {
        const entries = await list({
          limit: count(limit, 50, MOST),
          ...(before !== undefined && { below: Number(before) }),
          ...(actor !== undefined && { actorId: actor }),
          ...(action !== undefined && { action })
        })
        const { height, verifiedAt, fault } = chain()
        return {
          entries,
          chain: {
            height,
            verifiedAt: verifiedAt === null ? null : new Date(verifiedAt).toISOString(),
            fault: fault === null ? null : { height: fault.height, text: fault.text }
          }
        }
      }
    )
  }

import { type Static, Type } from 'typebox'
import { Time, Unknown } from './units.ts'

export const auditOutcomes = ['attempted', 'done', 'refused', 'failed'] as const

/**
 * One link of the audit chain. A command has two: `attempted`, written before anything is done, and what came of it.
 *
 *   hash = SHA-256( previousHash ‖ canonical JSON of the entry without `hash` and without `personal` )
 *
 * `personal` (names, addresses, members of a user) stands beside the chain, bound to it by `personalHash` = SHA-256 of a
 * random salt and its JSON; erased, it is null and the chain still holds.
 */
export const AuditEntry = Type.Object({
  /** Counts up from 1 without a hole. */
  height: Type.Integer({ minimum: 1 }),
  at: Time,
  /** `usr-…`, `tok-…`, `admin-token`, `system`, or `nobody` where no one was logged in. */
  actorId: Type.String(),
  /** `POST /api/curtailment-events/:id/send`, `login`, … */
  action: Type.String(),
  /** `event/E-1`, `user/usr-1`; null: about nothing in particular. */
  object: Unknown(Type.String()),
  outcome: Type.Enum([...auditOutcomes]),
  /** HTTP status; null while attempted or where there is none. */
  status: Unknown(Type.Integer()),
  /** The entry of the attempt that this is the outcome of. */
  attempt: Unknown(Type.Integer()),
  before: Type.Unknown(),
  after: Type.Unknown(),
  personal: Type.Unknown(),
  personalHash: Unknown(Type.String()),
  previousHash: Type.String(),
  hash: Type.String()
})
export type AuditEntry = Static<typeof AuditEntry>

/** An entry as it is kept. With `salt` (hexadecimal) `personal` can be held against its hash; erased with it. */
export interface KeptAuditEntry extends AuditEntry {
  salt: string | null
}

/** The newest link of the chain. */
export interface AuditHead {
  height: number
  hash: string
}

/** What stands before the first entry. */
export const AUDIT_GENESIS: AuditHead = { height: 0, hash: '0'.repeat(64) }

/** What is to be written down. */
export interface AuditRecord {
  at: number
  actorId: string
  action: string
  object: string | null
  outcome: (typeof auditOutcomes)[number]
  status: number | null
  attempt: number | null
  before: unknown
  after: unknown
  /** Erasable: `{ name, address, userAgent, … }`. */
  personal: Record<string, unknown> | null
  /** Whose data `personal` is: user ids. */
  personalOf: readonly string[]
}

/** Writes one entry and returns its height. Rejects when it cannot be made durable: then the command is refused. */
export interface AuditWriter {
  append(record: AuditRecord): Promise<number>
}

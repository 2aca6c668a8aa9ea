import type { AuditEntry, KeptAuditEntry } from '../contract/audit.ts'
import { canonicalJson } from '../contract/canonicalJson.ts'
import { toMs, toTime } from './columns.ts'
import type { AuditRow } from './schema.ts'

/** The row of `audit_head`. */
export const AUDIT_CHAIN = 'chain'

export function toRow(entry: KeptAuditEntry): AuditRow {
  return {
    height: entry.height,
    at: toMs(entry.at),
    actor_id: entry.actorId,
    action: entry.action,
    object: entry.object,
    outcome: entry.outcome,
    status: entry.status,
    attempt: entry.attempt,
    before: toText(entry.before),
    after: toText(entry.after),
    personal: toText(entry.personal),
    personal_salt: entry.salt,
    personal_hash: entry.personalHash,
    previous_hash: entry.previousHash,
    hash: entry.hash
  }
}

/** Never throws: a row that was changed behind our back must be readable, so that it can be named. */
export function fromRow(row: AuditRow): KeptAuditEntry {
  return {
    height: row.height,
    at: timeOf(row.at),
    actorId: row.actor_id,
    action: row.action,
    object: row.object,
    outcome: row.outcome as AuditEntry['outcome'],
    status: row.status,
    attempt: row.attempt,
    before: fromText(row.before),
    after: fromText(row.after),
    personal: fromText(row.personal),
    salt: row.personal_salt,
    personalHash: row.personal_hash,
    previousHash: row.previous_hash,
    hash: row.hash
  }
}

const toText = (value: unknown) => (value === null || value === undefined ? null : canonicalJson(value))

function fromText(text: string | null): unknown {
  if (text === null) return null
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function timeOf(ms: number): string {
  try {
    return toTime(ms)
  } catch {
    return String(ms)
  }
}

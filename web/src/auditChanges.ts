import type { AuditEntry } from '../../server/contract/audit.ts'

/** One member of what a command found and left: its path, and its value on either side as text; null: not there. */
export interface MemberChange {
  path: string
  before: string | null
  after: string | null
}

/** A list longer than this is told by its length. */
const MOST_ITEMS = 20

function flatten(value: unknown, path: string, into: Map<string, string>): void {
  if (value === null || value === undefined) {
    if (path !== '') into.set(path, 'null')
    return
  }
  if (typeof value !== 'object') {
    into.set(path, String(value))
    return
  }
  const entries = Object.entries(value)
  if (entries.length === 0) {
    if (path !== '') into.set(path, Array.isArray(value) ? '[]' : '{}')
    return
  }
  const isPlainList = Array.isArray(value) && value.every(item => typeof item !== 'object' || item === null)
  if (isPlainList) {
    into.set(path, value.map(String).join(', '))
    return
  }
  if (Array.isArray(value) && value.length > MOST_ITEMS) {
    into.set(path, `[${value.length}]`)
    return
  }
  for (const [name, member] of entries) flatten(member, path === '' ? name : `${path}.${name}`, into)
}

/** The members that differ, in the order in which they stand; of something that only came or only went all of them. */
export function changedMembers(before: unknown, after: unknown): MemberChange[] {
  const [old, fresh] = [new Map<string, string>(), new Map<string, string>()]
  flatten(before, '', old)
  flatten(after, '', fresh)
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .map(path => ({ path, before: old.get(path) ?? null, after: fresh.get(path) ?? null }))
    .filter(change => change.before !== change.after)
}

/** What stands beside the chain, with the names in it, as long as it is not erased; else what is in the chain. */
function kept(entry: AuditEntry, side: 'before' | 'after'): unknown {
  const { personal } = entry
  const isBeside = typeof personal === 'object' && personal !== null && side in personal
  return (isBeside ? (personal as Record<string, unknown>)[side] : null) ?? entry[side]
}

/**
 * What to lay side by side. A command's attempt has found what was before and says what is asked for; its outcome says
 * what is after: both together tell the change. Anything else is told alone.
 */
export function sidesOf(entry: AuditEntry, attempt: AuditEntry | null): { before: unknown; after: unknown } {
  const after = kept(entry, 'after')
  if (entry.outcome !== 'done' || after === null) return { before: null, after }
  return { before: kept(attempt ?? entry, 'before'), after }
}

/** Name, address and browser of who acted; null: erased, or nobody's. */
export function whoseAct({ personal }: AuditEntry): Record<string, unknown> | null {
  if (typeof personal !== 'object' || personal === null) return null
  const { before: _, after: __, ...who } = personal as Record<string, unknown>
  return who
}

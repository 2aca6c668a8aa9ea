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

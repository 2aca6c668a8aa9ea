import type { Basis } from './basis.ts'

const MAX_ENTRIES = 4096
const SETTLED_MS = 10 * 60_000
const UNSETTLED_MS = 60_000

/**
 * The days before an event, remembered for each participant, because they hardly change while the event is watched.
 * Late readings are not missed for long: an entry lives 10 minutes, only one minute while days are missing or have gaps
 * or once the event is over; and a result that is kept never comes from here. The least recently used entries go first.
 */
export function basisCache(): {
  get(key: string, now: number, isOver: boolean): Basis | null
  put(key: string, basis: Basis, now: number): void
} {
  const entries = new Map<string, { basis: Basis; readAt: number }>()
  return {
    get(key, now, isOver) {
      const entry = entries.get(key)
      if (entry === undefined) return null
      const lifeMs = entry.basis.isSettled && !isOver ? SETTLED_MS : UNSETTLED_MS
      entries.delete(key)
      if (now - entry.readAt >= lifeMs) return null
      entries.set(key, entry)
      return entry.basis
    },
    put(key, basis, now) {
      const oldest = entries.keys().next()
      if (entries.size >= MAX_ENTRIES && !oldest.done) entries.delete(oldest.value)
      entries.set(key, { basis, readAt: now })
    }
  }
}

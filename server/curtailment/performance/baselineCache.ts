import type { BaselineResult } from '../baseline/engine.ts'

const MAX_ENTRIES = 12_000
const SETTLED_MS = 10 * 60_000
const UNSETTLED_MS = 60_000

/**
 * The baseline of each participant, remembered while its event is watched, because it hardly changes then. Late readings
 * are not missed for long: an entry lives 10 minutes, only one minute while days are missing or have gaps or once the
 * event is over; and a result that is kept never comes from here. The least recently used entries go first.
 */
export function baselineCache(): {
  get(key: string, now: number, isOver: boolean): BaselineResult | null
  put(key: string, baseline: BaselineResult, now: number): void
} {
  const entries = new Map<string, { baseline: BaselineResult; readAt: number }>()
  return {
    get(key, now, isOver) {
      const entry = entries.get(key)
      if (entry === undefined) return null
      const lifeMs = entry.baseline.isSettled && !isOver ? SETTLED_MS : UNSETTLED_MS
      entries.delete(key)
      if (now - entry.readAt >= lifeMs) return null
      entries.set(key, entry)
      return entry.baseline
    },
    put(key, baseline, now) {
      const oldest = entries.keys().next()
      if (entries.size >= MAX_ENTRIES && !oldest.done) entries.delete(oldest.value)
      entries.set(key, { baseline, readAt: now })
    }
  }
}

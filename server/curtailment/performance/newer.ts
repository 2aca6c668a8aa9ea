import type { Performance } from '../../contract/performance.ts'
import { REBOUND_MS } from './extra.ts'
import { restsOnTheSame } from './recompute.ts'

/**
 * Why what was measured is worth a version beside the newest kept one of its kind, in words; null: it says nothing new.
 * The load after the event is no news slot by slot, but once, when all of it has been measured.
 */
export function newsOf(measured: Performance, kept: Performance): string | null {
  const before = new Map(kept.participants.map(one => [one.customerId, one]))
  const shown = measured.t.filter(at => at <= (kept.t.at(-1) ?? -Infinity)).length
  const others = measured.participants.filter(one => {
    const known = before.get(one.customerId)
    return known === undefined || !restsOnTheSame(known, { ...one, meteredKw: one.meteredKw.slice(0, shown) })
  })
  if (others.length > 0 || measured.participants.length !== kept.participants.length) {
    return `what ${others.length} of ${measured.participants.length} participants rest on is other than at ${kept.computedAt}`
  }
  return hasRebound(measured) && !hasRebound(kept) ? 'the hours after its end have been measured too' : null
}

function hasRebound({ t, intervalMinutes, end }: Performance): boolean {
  const last = t.at(-1)
  return last !== undefined && last + intervalMinutes * 60_000 >= Date.parse(end) + REBOUND_MS
}

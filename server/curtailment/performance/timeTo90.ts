import { type MeterHistory, slotMeans } from '../slots/slots.ts'
import { type Column, isInside, type Times } from './delivered.ts'

const MINUTE_MS = 60_000
/** With data coarser than this nobody can say when it came down. */
const FINE_ENOUGH_MS = 5 * MINUTE_MS
const SHARE = 0.9

/**
 * Minutes from the start of its part to the first minute in which a participant delivered 90 % of what was asked, by the
 * readings of all its meters; null: never, or the readings of one of them are coarser than 5 minutes, or there is no
 * baseline.
 */
export function timeTo90(
  meters: readonly MeterHistory[],
  part: Times,
  baseline: { slots: readonly Times[]; baselineKw: Column },
  requestedKw: number
): number | null {
  if (meters.length === 0 || requestedKw <= 0) return null
  if (meters.some(readings => grainMs(readings, part) > FINE_ENOUGH_MS)) return null
  const minutes = minutesOf(part)
  const loads = meters.map(readings => slotMeans(readings, minutes))
  let at = 0
  for (const [i, minute] of minutes.entries()) {
    while ((baseline.slots[at]?.end ?? Infinity) <= minute.start) at++
    const slot = baseline.slots[at]
    const expected = slot && isInside(minute, slot) ? (baseline.baselineKw[at] ?? null) : null
    const drawn = loads.map(load => load[i] ?? null)
    if (expected === null || drawn.some(kw => kw === null)) continue
    const drawnKw = drawn.reduce<number>((sum, kw) => sum + (kw ?? 0), 0)
    if (expected - drawnKw >= SHARE * requestedKw) return (minute.start - part.start) / MINUTE_MS
  }
  return null
}

function minutesOf({ start, end }: Times): Times[] {
  const count = Math.floor((end - start) / MINUTE_MS)
  return Array.from({ length: count }, (_, i) => ({
    start: start + i * MINUTE_MS,
    end: start + (i + 1) * MINUTE_MS
  }))
}

/** The middle of how long its readings act, or of how far its samples lie apart; Infinity without any. */
function grainMs({ t, intervalS, kw }: MeterHistory, { start, end }: Times): number {
  const known = t
    .map((at, i) => ({ at, ms: (intervalS[i] ?? 0) * 1000, kw: kw[i] ?? null }))
    .filter(one => one.kw !== null && one.at < end && one.at + one.ms >= start)
    .sort((a, b) => a.at - b.at)
  const lengths = known.flatMap(({ at, ms }, i) => {
    if (ms > 0) return [ms]
    const next = known[i + 1]
    return next !== undefined && next.at > at ? [next.at - at] : []
  })
  lengths.sort((a, b) => a - b)
  return lengths[Math.floor((lengths.length - 1) / 2)] ?? Infinity
}

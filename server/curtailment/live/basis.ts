import type { LiveBasis } from '../performance/needs.ts'

/** The fresh load of a participant: kW, and the data time of the reading it comes from (of several the oldest). */
export interface Present {
  kw: number
  at: number
}

const HOUR_MS = 3_600_000

/** What it draws without the event at a moment, kW; null: unknown. */
export function baselineAt({ slots, baselineKw }: LiveBasis, now: number): number | null {
  const i = slots.findIndex(slot => slot.start <= now && now < slot.end)
  return baselineKw[i] ?? null
}

/** Energy of a part of the event so far and to its end. */
export interface Outlook {
  deliveredKwh: number
  /** Of the same time. */
  baselineKwh: number
}

/**
 * As it looks now: the slots that have ended as they were measured, from there to the end what it delivers at present.
 * Unknown slots count nowhere; without any known hour null.
 *
 *   ├─ measured slots ─┼─ present delivery ──────────┤
 *  start          last known                        end
 */
export function outlookOf(
  { slots, baselineKw, deliveredKw }: LiveBasis,
  presentlyDeliveredKw: number | null
): Outlook | null {
  const lastKnown = deliveredKw.findLastIndex(kw => kw !== null)
  let [delivered, baseline, hours] = [0, 0, 0]
  slots.forEach(({ start, end }, i) => {
    const kw = i <= lastKnown ? (deliveredKw[i] ?? null) : presentlyDeliveredKw
    const base = baselineKw[i] ?? null
    if (kw === null || base === null) return
    const length = (end - start) / HOUR_MS
    delivered += kw * length
    baseline += base * length
    hours += length
  })
  return hours > 0 ? { deliveredKwh: delivered, baselineKwh: baseline } : null
}

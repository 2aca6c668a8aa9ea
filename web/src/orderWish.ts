import type { Finding } from '../../server/contract/findings.ts'
import type { ForecastPeak } from '../../server/contract/forecasts.ts'

/** What an order is to begin with: how much, from when (epoch ms), how long; null: as usual. */
export interface OrderWish {
  targetKw: number | null
  start: number | null
  minutes: number | null
}

const HALF_HOUR_MS = 1_800_000
const MOST_MINUTES = 1440

/** The kinds of findings that less load below their node answers. */
const answered = new Set<Finding['kind']>(['heat-peak', 'heat-peak-ahead', 'transformer-limit'])

/** It stands, and those it flags can do something about it. */
export const asksForLess = ({ kind, clearedAt }: Pick<Finding, 'kind' | 'clearedAt'>): boolean =>
  clearedAt === null && answered.has(kind)

/** It is about what is so at this moment, not about a time to come. */
export const isOfNow = ({ kind, clearedAt, facts }: Finding): boolean =>
  clearedAt === null && kind !== 'heat-peak-ahead' && facts.isForecast !== 1

const wholeKw = (kw: number | null) => (kw !== null && kw > 0 ? Math.ceil(kw) : null)

/** Its half-hour with one before and one after. */
const aroundPeak = (at: number | null, excessKw: number | null): OrderWish => ({
  targetKw: wholeKw(excessKw),
  start: at === null ? null : at - HALF_HOUR_MS,
  minutes: 90
})

/**
 * The order that answers a finding; null where it names none. Of a peak ahead: what the 90 % value is above the capacity,
 * around its highest half-hour, with one before and one after. Of a transformer: the relief it needs, in its window.
 */
export function wishOf({ kind, facts }: Finding): OrderWish | null {
  const fact = (name: string) => facts[name] ?? null
  if (kind === 'heat-peak-ahead') {
    return aroundPeak(fact('peakAt'), fact('excessKw'))
  }
  if (kind !== 'transformer-limit') return null
  const [start, end] = [fact('reliefFrom'), fact('reliefTo')]
  const minutes = start === null || end === null || end <= start ? null : Math.ceil((end - start) / 60_000)
  return {
    targetKw: wholeKw(fact('reliefKw')),
    start,
    minutes: minutes && Math.min(minutes, MOST_MINUTES)
  }
}

const LIKELY = 0.3

/** The order that answers the next peak ahead that is likely to pass the capacity: what its 90 % value is above it; null: none is. */
export function wishOfPeaks(
  peaks: readonly Pick<ForecastPeak, 'at' | 'p90Kw' | 'probabilityAboveCapacity'>[],
  capacityKw: number | null,
  now: number
): OrderWish | null {
  const next = peaks.find(
    peak => (peak.probabilityAboveCapacity ?? 0) >= LIKELY && Date.parse(peak.at) + HALF_HOUR_MS > now
  )
  if (next === undefined || capacityKw === null) return null
  return aroundPeak(Date.parse(next.at), next.p90Kw - capacityKw)
}

/** The window that is wished, as far as it is still ahead of the next slot: what is past of it is left out. */
export function windowAhead(
  { start, minutes }: OrderWish,
  nextSlot: number
): { start: number | null; minutes: number | null } {
  if (start === null || start >= nextSlot) return { start, minutes }
  const left = minutes === null ? null : minutes - Math.floor((nextSlot - start) / 60_000)
  return { start: null, minutes: left !== null && left > 0 ? left : null }
}

/** The finding without what is the utility's own concern: customers read the reason of an order. */
export const toldToCustomers = (finding: Finding): Finding => ({
  ...finding,
  facts: { ...finding.facts, excessKw: null, reliefKw: null, minutesLeft: null }
})

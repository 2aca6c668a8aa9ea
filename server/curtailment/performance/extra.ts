import type { Extra } from '../../contract/performance.ts'
import { type Column, hoursOf, isInside, type Times } from './delivered.ts'

/** Load that comes back is looked for so long after the end. */
export const REBOUND_MS = 2 * 3_600_000

/**
 * Load above the baseline beside an event: energy Σmax(0, A − B)·h, the highest A − B, and the energy as a share of what
 * was delivered (domain reference 4).
 *
 *        notice ├── preload ──┤ start ═══ event ═══ end ├── rebound, 2 h ──┤
 *
 * null where no slot of the span is known; ratio null where nothing was delivered.
 */
export function extraOf(
  slots: readonly Times[],
  span: Times,
  { baselineKw, meteredKw }: { baselineKw: Column; meteredKw: Column },
  deliveredKwh: number | null
): Extra | null {
  let energyKwh = 0
  let peakKw = -Infinity
  slots.forEach((slot, i) => {
    const baseline = baselineKw[i] ?? null
    const metered = meteredKw[i] ?? null
    if (!isInside(slot, span) || baseline === null || metered === null) return
    energyKwh += Math.max(0, metered - baseline) * hoursOf(slot)
    peakKw = Math.max(peakKw, metered - baseline)
  })
  if (peakKw === -Infinity) return null
  const ratio = deliveredKwh !== null && deliveredKwh > 0 ? energyKwh / deliveredKwh : null
  return { energyKwh, peakKw, ratio }
}

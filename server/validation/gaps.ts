import { ESTIMATED } from '../contract/quality.ts'
import type { Measured } from './daySeries.ts'
import type { Span } from './dayVerdicts.ts'

/** Intervals of a meter that nobody measured, between two that were. */
export interface Gap {
  intervalMs: number
  /** The starts of its slots, ascending; those that are estimated already are among them. */
  slots: readonly number[]
  /** The slots of which the store has nothing. */
  missing: readonly number[]
  before: Measured
  after: Measured
}

/** The length of the meter's intervals: that of most of its readings; null for one that sends samples. */
export function intervalMsOf(readings: readonly Measured[]): number | null {
  const counts = new Map<number, number>()
  for (const { intervalMs } of readings) {
    if (intervalMs === 0) return null
    counts.set(intervalMs, (counts.get(intervalMs) ?? 0) + 1)
  }
  let usual: number | null = null
  for (const [intervalMs, count] of counts)
    if (usual === null || count > (counts.get(usual) ?? 0)) usual = intervalMs
  return usual
}

/**
 * The gaps that touch the span, each between two measured readings on the meter's own grid.
 *
 *   ■ ■ □ □ e ■      one gap of three slots, one of which is estimated already
 *   ■ ■ □ □          open: its other end has not come yet
 */
export function gapsIn(readings: readonly Measured[], span: Span, intervalMs: number): Gap[] {
  const gaps: Gap[] = []
  let before: Measured | null = null
  let estimated: number[] = []
  for (const one of readings) {
    if ((one.quality & ESTIMATED) !== 0) {
      estimated.push(one.t)
      continue
    }
    if (before !== null) {
      const gap = gapBetween(before, one, estimated, intervalMs)
      const touches = one.t >= span.from - intervalMs && before.t <= span.to + intervalMs
      if (gap !== null && touches) gaps.push(gap)
    }
    before = one
    estimated = []
  }
  return gaps
}

/** null when nothing is missing, or the two do not stand on one grid. */
function gapBetween(
  before: Measured,
  after: Measured,
  estimated: readonly number[],
  intervalMs: number
): Gap | null {
  const apartMs = after.t - before.t
  if (before.intervalMs !== intervalMs || after.intervalMs !== intervalMs) return null
  if (apartMs <= intervalMs || apartMs % intervalMs !== 0) return null
  const slots = Array.from({ length: apartMs / intervalMs - 1 }, (_, i) => before.t + (i + 1) * intervalMs)
  const known = new Set(estimated)
  const missing = slots.filter(slot => !known.has(slot))
  return missing.length === 0 ? null : { intervalMs, slots, missing, before, after }
}

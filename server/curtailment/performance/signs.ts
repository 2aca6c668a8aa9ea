import type { BaselineExplanation } from '../../contract/baselines.ts'
import type { GamingSign } from '../../contract/performance.ts'
import { type Column, isInside, type Times } from './delivered.ts'

/** A factor from here on is looked at, and a rise against the days of the baseline. */
const HIGH = 1.1
/** Load within so much of the days of the baseline is normal. */
const NORMAL = 1.05
/** The load of so long before tells what was normal. */
const BEFORE_MS = 3 * 3_600_000
/** A shorter time says nothing about a rise. */
const MIN_SLOTS = 2

export interface Watched {
  slots: readonly Times[]
  /** The mean of the days of the baseline, not adjusted to the event's own day. */
  unadjustedKw: Column
  meteredKw: Column
  explanation: BaselineExplanation
  start: number
  /** null: nobody was told. */
  notifiedAt: number | null
  /** Local midnight before the start: days are compared from there on. */
  dayStart: number
}

/**
 * What an auditor should look at before a number is signed (domain reference 5.3). Loads are compared with the same hours
 * of the days of the baseline, so that a shift that begins, or a hot day as a whole, is none.
 *
 *   pre-event-inflation      normal ├── 3 h ──┤▔▔ adjustment window ▔▔┤ start       the factor is high only for these hours
 *   rise-after-notice        normal ├── 3 h ──┤ notice ▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔┤ start
 *   factor-at-cap            the load of the event's day would have asked for more than the rule allows
 */
export function signsOf(watched: Watched): GamingSign[] {
  return [inflation(watched), riseAfterNotice(watched), atCap(watched.explanation)].filter(
    sign => sign !== null
  )
}

function inflation(watched: Watched): GamingSign | null {
  const { adjustmentFrom, adjustmentTo } = watched.explanation
  if (adjustmentFrom === null || adjustmentTo === null) return null
  const window = { start: Date.parse(adjustmentFrom), end: Date.parse(adjustmentTo) }
  const inWindow = against(watched, window)
  const before = against(watched, spanBefore(watched, window.start))
  if (inWindow === null || before === null) return null
  if (inWindow.ratio < HIGH || before.ratio > NORMAL) return null
  return {
    sign: 'pre-event-inflation',
    text:
      `in the adjustment window, ${adjustmentFrom} to ${adjustmentTo}, it drew ${inWindow.words}; ` +
      `in the hours before it ${before.words}: the adjustment rests on a rise of just these hours`
  }
}

function riseAfterNotice(watched: Watched): GamingSign | null {
  const { notifiedAt, start, dayStart } = watched
  if (notifiedAt === null || notifiedAt >= start) return null
  // With notice on an earlier day: what it did in the last hours, against the rest of its day.
  const from = notifiedAt >= dayStart ? notifiedAt : Math.max(dayStart, start - BEFORE_MS)
  const after = against(watched, { start: from, end: start })
  const before = against(watched, spanBefore(watched, from))
  if (after === null || before === null) return null
  if (after.ratio < HIGH || after.ratio < HIGH * before.ratio) return null
  const when = new Date(notifiedAt).toISOString()
  return {
    sign: 'rise-after-notice',
    text: `from ${new Date(from).toISOString()} until its start, after the notice at ${when}, it drew ${after.words}; in the hours before ${before.words}`
  }
}

function atCap({ factor, factorUncapped, factorCapped, offsetKw }: BaselineExplanation): GamingSign | null {
  if (!factorCapped) return null
  const text =
    factor !== null && factorUncapped !== null
      ? `the load before the event would have given the factor ${factorUncapped.toFixed(3)}; the rule allows ${factor.toFixed(3)}`
      : `the load before the event would have moved the baseline by ${(offsetKw ?? 0).toFixed(1)} kW; the rule does not allow as much`
  return { sign: 'factor-at-cap', text }
}

function spanBefore({ dayStart }: Watched, at: number): Times {
  return { start: Math.max(dayStart, at - BEFORE_MS), end: at }
}

/** The mean load over a span against the days of the baseline; null where too little is known. */
function against(
  { slots, unadjustedKw, meteredKw }: Watched,
  span: Times
): { ratio: number; words: string } | null {
  let known = 0
  let drawnKw = 0
  let expectedKw = 0
  slots.forEach((slot, i) => {
    const expected = unadjustedKw[i] ?? null
    const drawn = meteredKw[i] ?? null
    if (!isInside(slot, span) || expected === null || drawn === null) return
    known++
    drawnKw += drawn
    expectedKw += expected
  })
  if (known < MIN_SLOTS || expectedKw <= 0) return null
  const ratio = drawnKw / expectedKw
  const percent = Math.abs(100 * (ratio - 1)).toFixed(0)
  const words = `${(drawnKw / known).toFixed(1)} kW, ${percent} % ${ratio < 1 ? 'less' : 'more'} than ${(
    expectedKw / known
  ).toFixed(1)} kW on the days of its baseline`
  return { ratio, words }
}

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
  const before = normalBefore(watched, window.start)
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
  const before = normalBefore(watched, from)
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

/** What was normal before a moment: the middle of its slots, so that a rise which began early does not count as normal. */
function normalBefore(watched: Watched, at: number): Compared | null {
  const { dayStart } = watched
  const compared = slotsIn(watched, { start: Math.max(dayStart, at - BEFORE_MS), end: at })
  if (compared.length < MIN_SLOTS) return null
  const ratios = compared.map(({ drawnKw, expectedKw }) => drawnKw / expectedKw).sort((a, b) => a - b)
  const middle = Math.floor((ratios.length - 1) / 2)
  const ratio = ((ratios[middle] ?? 1) + (ratios[ratios.length - 1 - middle] ?? 1)) / 2
  return { ratio, words: `mostly ${percent(ratio)} than on those days` }
}

/** The mean load over a span against the days of the baseline; null where too little is known. */
function against(watched: Watched, span: Times): Compared | null {
  const compared = slotsIn(watched, span)
  if (compared.length < MIN_SLOTS) return null
  const drawnKw = compared.reduce((sum, slot) => sum + slot.drawnKw, 0) / compared.length
  const expectedKw = compared.reduce((sum, slot) => sum + slot.expectedKw, 0) / compared.length
  const ratio = drawnKw / expectedKw
  const words = `${drawnKw.toFixed(1)} kW, ${percent(ratio)} than ${expectedKw.toFixed(1)} kW on the days of its baseline`
  return { ratio, words }
}

interface Compared {
  ratio: number
  words: string
}

/** The slots of a span in which both are known, and the days have a load to compare with. */
function slotsIn({ slots, unadjustedKw, meteredKw }: Watched, span: Times) {
  return slots.flatMap((slot, i) => {
    const expectedKw = unadjustedKw[i] ?? null
    const drawnKw = meteredKw[i] ?? null
    if (!isInside(slot, span) || expectedKw === null || drawnKw === null || expectedKw <= 0) return []
    return { drawnKw, expectedKw }
  })
}

const percent = (ratio: number) =>
  `${Math.abs(100 * (ratio - 1)).toFixed(0)} % ${ratio < 1 ? 'less' : 'more'}`

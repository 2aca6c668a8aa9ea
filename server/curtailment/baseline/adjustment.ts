import type { AdjustmentRule } from '../../contract/baselines.ts'
import type { Range } from '../slots/eventWindow.ts'

/** The event day must be known in at least this share of the adjustment window. */
const MIN_KNOWN_OF_ADJUSTMENT = 0.8

/** A same-day correction: a factor or an offset in kW, as found and as used; where one was meant but not possible `note` says why. */
export type Adjustment =
  | { kind: 'multiplicative'; factor: number; uncapped: number; isCapped: boolean }
  | { kind: 'additive'; offsetKw: number; cap: number | null }
  | { kind: 'none'; note: string | null }

/** Compares the event day with the earlier days in the adjustment window (domain reference 3.2, step 6). NaN is unknown. */
export function adjustmentOf(
  rule: AdjustmentRule,
  basisKw: Float64Array,
  actualKw: Float64Array,
  window: Range
): Adjustment {
  let basisSum = 0
  let actualSum = 0
  let known = 0
  for (let i = window.from; i < window.to; i++) {
    const before = basisKw[i] ?? NaN
    const now = actualKw[i] ?? NaN
    if (Number.isNaN(before) || Number.isNaN(now)) continue
    basisSum += before
    actualSum += now
    known++
  }
  if (known === 0 || known < MIN_KNOWN_OF_ADJUSTMENT * (window.to - window.from)) {
    return { kind: 'none', note: 'not adjusted: less than 80 % of the adjustment window is known' }
  }
  const basisMeanKw = basisSum / known
  const actualMeanKw = actualSum / known
  if (rule.kind === 'additive') {
    return { kind: 'additive', offsetKw: actualMeanKw - basisMeanKw, cap: rule.cap }
  }
  if (basisMeanKw === 0) {
    return { kind: 'none', note: 'not adjusted: the earlier days have no load in the adjustment window' }
  }
  const uncapped = actualMeanKw / basisMeanKw
  const factor = rule.cap === null ? uncapped : clamp(uncapped, 1 - rule.cap, 1 + rule.cap)
  return { kind: 'multiplicative', factor, uncapped, isCapped: factor !== uncapped }
}

/** The baseline in force: adjusted, never below zero; null where it is unknown. */
export function adjusted(baselineKw: Float64Array, adjustment: Adjustment): (number | null)[] {
  return Array.from(baselineKw, kw => (Number.isNaN(kw) ? null : Math.max(0, adjustedKw(kw, adjustment))))
}

/** Whether the cap of an offset was reached in one of the slots. */
export function isOffsetCapped(
  baselineKw: Float64Array,
  adjustment: Adjustment,
  { from, to }: Range
): boolean {
  if (adjustment.kind !== 'additive' || adjustment.cap === null) return false
  const { offsetKw, cap } = adjustment
  return baselineKw.subarray(from, to).some(kw => Math.abs(offsetKw) > cap * Math.abs(kw))
}

function adjustedKw(kw: number, adjustment: Adjustment): number {
  if (adjustment.kind === 'multiplicative') return kw * adjustment.factor
  if (adjustment.kind === 'none') return kw
  const limitKw = adjustment.cap === null ? Infinity : adjustment.cap * Math.abs(kw)
  return kw + clamp(adjustment.offsetKw, -limitKw, limitKw)
}

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value))

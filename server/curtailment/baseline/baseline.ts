import type { AdjustmentRule } from '../../contract/baselines.ts'
import type { DayType } from '../calendar/dayTypes.ts'
import type { Range } from '../slots/eventWindow.ts'
import type { BaselineMethod } from './baselineMethods.ts'

/** A day must be known in at least this share of the slots of the event window, and of the adjustment window. */
const MIN_KNOWN_OF_DAY = 0.9
/** The event day must be known in at least this share of the adjustment window. */
const MIN_KNOWN_OF_ADJUSTMENT = 0.8

/** One earlier day, its load laid over the slots of the event: kW, null unknown. */
export interface CandidateDay {
  date: string
  kw: readonly (number | null)[]
}

export interface RejectedDay {
  day: string
  cause: 'gaps' | 'low-usage' | 'event' | 'holiday'
  reason: string
}

/** Which days a baseline rests on. `isComplete`: N days were found, older ones cannot change the choice. */
export interface DayChoice {
  passed: CandidateDay[]
  picked: CandidateDay[]
  rejected: RejectedDay[]
  isComplete: boolean
}

/**
 * Picks the days of a baseline (domain reference 3.2, steps 2-4). `days` are same-type days without event, most recent
 * first. The low-usage limit is the mean of the first N valid days and is not computed again; days that refill the N
 * pass the same test.
 */
export function chooseDays(
  method: BaselineMethod,
  days: readonly CandidateDay[],
  event: Range,
  adjustment: Range | null
): DayChoice {
  const rejected: RejectedDay[] = []
  const valid: { day: CandidateDay; meanKw: number }[] = []
  for (const day of days) {
    const meanKw = meanOver(day.kw, event)
    const isKnown =
      knownShare(day.kw, event) >= MIN_KNOWN_OF_DAY &&
      (adjustment === null || knownShare(day.kw, adjustment) >= MIN_KNOWN_OF_DAY)
    if (isKnown && meanKw !== null) valid.push({ day, meanKw })
    else rejected.push({ day: day.date, cause: 'gaps', reason: 'less than 90 % of its slots are known' })
  }
  const first = valid.slice(0, method.days)
  const firstMeanKw = mean(first.map(({ meanKw }) => meanKw))
  // A site that feeds in has no low usage to screen.
  const limitKw = firstMeanKw > 0 ? method.lowUsageShare * firstMeanKw : -Infinity
  const passed: typeof valid = []
  for (const candidate of valid) {
    if (passed.length === method.days) break
    if (candidate.meanKw >= limitKw) passed.push(candidate)
    else rejected.push(lowUsage(method, candidate, limitKw))
  }
  return {
    passed: passed.map(({ day }) => day),
    picked: pick(method, passed),
    rejected: rejected
      .filter(({ day }) => passed.length < method.days || day > (passed.at(-1)?.day.date ?? ''))
      .sort((a, b) => b.day.localeCompare(a.day)),
    isComplete: passed.length === method.days
  }
}

/** Why a choice of days carries no baseline, in words; null where it does. */
export function tooFewDays(method: BaselineMethod, type: DayType, choice: DayChoice): string | null {
  const found = choice.passed.length
  const needed = method.minDays[type]
  if (found >= needed) return null
  return `only ${found} usable ${type} days in the last ${method.lookbackDays}, at least ${needed} are needed`
}

/** The mean load of some days in each slot; null where none of them is known. */
export function meanOfDays(days: readonly CandidateDay[], slots: number): (number | null)[] {
  return Array.from({ length: slots }, (_, i) => {
    let sum = 0
    let known = 0
    for (const { kw } of days) {
      const value = kw[i] ?? null
      if (value === null) continue
      sum += value
      known++
    }
    return known === 0 ? null : sum / known
  })
}

/** A same-day correction: a factor or an offset in kW, as found and as used; where one was meant but not possible `note` says why. */
export type Adjustment =
  | { kind: 'multiplicative'; factor: number; uncapped: number; isCapped: boolean }
  | { kind: 'additive'; offsetKw: number; cap: number | null }
  | { kind: 'none'; note: string | null }

/** Compares the event day with the earlier days in the adjustment window (step 6). */
export function adjustmentOf(
  rule: AdjustmentRule,
  basisKw: readonly (number | null)[],
  actualKw: readonly (number | null)[],
  window: Range
): Adjustment {
  const basis: number[] = []
  const actual: number[] = []
  for (let i = window.from; i < window.to; i++) {
    const before = basisKw[i] ?? null
    const now = actualKw[i] ?? null
    if (before === null || now === null) continue
    basis.push(before)
    actual.push(now)
  }
  if (actual.length === 0 || actual.length < MIN_KNOWN_OF_ADJUSTMENT * (window.to - window.from)) {
    return { kind: 'none', note: 'not adjusted: less than 80 % of the adjustment window is known' }
  }
  const basisMeanKw = mean(basis)
  const actualMeanKw = mean(actual)
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

/** The baseline in force: adjusted, never below zero. */
export function adjusted(baselineKw: readonly (number | null)[], adjustment: Adjustment): (number | null)[] {
  return baselineKw.map(kw => (kw === null ? null : Math.max(0, adjustedKw(kw, adjustment))))
}

function adjustedKw(kw: number, adjustment: Adjustment): number {
  if (adjustment.kind === 'multiplicative') return kw * adjustment.factor
  if (adjustment.kind === 'none') return kw
  const limitKw = adjustment.cap === null ? Infinity : adjustment.cap * Math.abs(kw)
  return kw + clamp(adjustment.offsetKw, -limitKw, limitKw)
}

/** Ranks by the mean in the event window; of equals the more recent day comes first. */
function pick(
  { pick: rule, days }: BaselineMethod,
  passed: readonly { day: CandidateDay; meanKw: number }[]
): CandidateDay[] {
  if (rule.kind === 'all') return passed.map(({ day }) => day)
  const ranked = passed
    .toSorted((a, b) => b.meanKw - a.meanKw || b.day.date.localeCompare(a.day.date))
    .map(({ day }) => day)
  const from = rule.kind === 'middle' ? (days - rule.days) / 2 : 0
  return ranked.slice(from, from + rule.days)
}

function lowUsage(
  { lowUsageShare }: BaselineMethod,
  { day, meanKw }: { day: CandidateDay; meanKw: number },
  limitKw: number
): RejectedDay {
  const share = `${Math.round(lowUsageShare * 100)} % of the mean`
  const reason = `low usage: ${meanKw.toFixed(1)} kW is below ${limitKw.toFixed(1)} kW (${share})`
  return { day: day.date, cause: 'low-usage', reason }
}

function knownShare(kw: readonly (number | null)[], { from, to }: Range): number {
  let known = 0
  for (let i = from; i < to; i++) if ((kw[i] ?? null) !== null) known++
  return to > from ? known / (to - from) : 0
}

function meanOver(kw: readonly (number | null)[], { from, to }: Range): number | null {
  const known = kw.slice(from, to).filter(value => value !== null)
  return known.length === 0 ? null : mean(known)
}

const mean = (values: readonly number[]) =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value))

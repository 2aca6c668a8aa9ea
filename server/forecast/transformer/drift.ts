/**
 * What the measured oil temperature says beside the computed one, day by day.
 *
 *                  7 healthy days                     sums past the mark
 *      learning ─────────────────► healthy ────┬──────────────────────────► cooling-fault
 *                                     ▲        │  (more the more it is loaded: measured hotter, in proportion)
 *                                     │        └──────────────────────────► sensor-fault
 *                                     └──── three calm days ◄───────────────┘ (frozen, jumps, out of range, offset)
 */
import { daysBetween, type LocalTime } from '../../contract/localTime.ts'
import type { OilVerdict, TransformerState } from '../../contract/transformers.ts'
import { addToHours, closedDay, type DriftDay, type DriftHours, median, newHours } from './driftDays.ts'
import { type DriftUsual, excessOf, learnUsual, nothingUsual, usualAt } from './driftUsual.ts'
import type { TransformerView } from './live.ts'
import type { SensorFault } from './oilSensor.ts'

export type RecommendedService = Exclude<TransformerState['oil']['advice'], null>

/** Why a verdict was given. */
export type DriftReason = SensorFault | 'hot-in-proportion' | 'offset' | 'reads-low'

/** Serialisable; at most `KEPT_DAYS` days. */
export interface DriftState {
  hours: DriftHours
  /** The days that are over, oldest first. */
  days: DriftDay[]
  usual: DriftUsual
  /** Cumulated excess of the hotter halves above and below, K × days, and the dates since when. */
  above: DriftSum
  below: DriftSum
  verdict: OilVerdict
  reason: DriftReason | null
  /** Local date. */
  since: string
  /** Days in a row that say nothing against it. */
  calmDays: number
}

interface DriftSum {
  sumK: number
  since: string | null
}

export interface DriftView {
  verdict: OilVerdict
  /** The local date from which on it holds. */
  since: string
  reason: DriftReason | null
  /** How far measured stands above computed beyond what is usual for it, median of the last three known days, K. */
  excessK: number | null
  /** What is usual at the rise of the last known day, K. */
  usualK: number | null
  recommendedService: RecommendedService | null
}

const KEPT_DAYS = 14
const LEARN_DAYS = 7
const RECENT_DAYS = 3
/** An excess below this is noise of sensor, ambient and model; a share of the rise besides. */
const SLACK_K = 2
const SLACK_SHARE = 0.08
const RAISE_ABOVE_K = 8
const RAISE_BELOW_K = 20
const SUM_MOST_K = 40
const LEAST_EXCESS_K = 3
const LEAST_BELOW_K = 6
const CLEAR_K = 1.5
const CLEAR_SHARE = 0.05
/** A day is bad for the sensor with this share and number of faulty values; with far more, one day is enough. */
const FAULTY_SHARE = 0.02
const FAULTY_LEAST = 3
const FAULTY_AT_ONCE = 0.25
/** Rises that differ less than this share do not tell an offset from proportion. */
const TELLING_SPREAD = 0.15
/** An excess from here on is more than dust on the radiators. */
const TEST_K = 10
const NOT_MEASURED_DAYS = 3

/** Adds a view of the live state; a new local day closes and judges the one before. */
export function advanceDrift(before: DriftState | null, view: TransformerView, local: LocalTime): DriftState {
  const date = local.date(view.t)
  let state = before ?? newDrift(date)
  if (date > state.hours.date) {
    const gap = daysBetween(state.hours.date, date)
    state = judged(state, closedDay(state.hours))
    if (gap > NOT_MEASURED_DAYS) state = changed(state, 'not-measured', null, state.hours.date)
    state = { ...state, hours: newHours(date) }
  }
  return date < state.hours.date ? state : { ...state, hours: addToHours(state.hours, view, local) }
}

function newDrift(date: string): DriftState {
  return {
    ...{ hours: newHours(date), days: [], usual: nothingUsual, calmDays: 0 },
    ...{ above: { sumK: 0, since: null }, below: { sumK: 0, since: null } },
    ...{ verdict: 'learning', reason: null, since: date }
  }
}

/** What stands now; with the local date of today, nothing does that has not been measured for days. */
export function driftOf(state: DriftState, today: string = state.hours.date): DriftView {
  if (daysBetween(state.hours.date, today) > NOT_MEASURED_DAYS && state.verdict !== 'not-measured') {
    return driftOf(changed(state, 'not-measured', null, state.hours.date), today)
  }
  const { verdict, since, reason, usual } = state
  const last = state.days.findLast(({ high }) => high !== null)?.high ?? null
  const excessK = recentExcess(state)
  const recommendedService =
    verdict === 'cooling-fault' && (excessK ?? 0) < TEST_K
      ? 'substation-cleaning'
      : verdict === 'cooling-fault' || verdict === 'sensor-fault'
        ? 'transformer-test'
        : null
  const usualK = last === null ? null : usualAt(usual, last.riseK)
  return { verdict, since, reason, excessK, usualK, recommendedService }
}

function judged(before: DriftState, day: DriftDay): DriftState {
  const days = [...before.days, day].slice(-KEPT_DAYS)
  const state = cumulated({ ...before, days }, day)
  if (days.slice(-NOT_MEASURED_DAYS).every(({ measured }) => measured === 0)) {
    return days.length < NOT_MEASURED_DAYS ? state : changed(state, 'not-measured', null, day.date)
  }
  if (day.measured === 0) return state
  const sensor = sensorFault(days)
  if (sensor !== null) return { ...changed(state, 'sensor-fault', sensor, day.date), calmDays: 0 }
  const drift = driftFault(state)
  if (drift !== null) return { ...changed(state, drift.verdict, drift.reason, drift.since), calmDays: 0 }
  return calmed(state, day)
}

/** Sums what goes beyond the usual, above and below, once enough was learned; a day without an excess changes nothing. */
function cumulated(state: DriftState, day: DriftDay): DriftState {
  const excess = excessOf(state.usual, day.high)
  if (excess === null || day.high === null) return state
  if (state.usual.days < LEARN_DAYS && excess <= mostUsual(day.high.riseK)) return state
  const slack = SLACK_K + SLACK_SHARE * Math.max(0, day.high.riseK)
  const added = (sum: DriftSum, by: number): DriftSum => {
    const sumK = Math.max(0, Math.min(SUM_MOST_K, sum.sumK + by - slack))
    return { sumK, since: sumK === 0 ? null : (sum.since ?? day.date) }
  }
  return { ...state, above: added(state.above, excess), below: added(state.below, -excess) }
}

/** While it learns, only what no healthy transformer shows counts, K. */
const mostUsual = (riseK: number) => 8 + 0.25 * Math.max(0, riseK)

function sensorFault(days: readonly DriftDay[]): SensorFault | null {
  const last = days.at(-1)
  if (last === undefined || last.fault === null) return null
  if (last.measured >= 8 && last.faulty >= FAULTY_AT_ONCE * last.measured) return last.fault
  return isFaulty(last) && days.slice(-RECENT_DAYS).filter(isFaulty).length >= 2 ? last.fault : null
}

const isFaulty = ({ measured, faulty }: DriftDay) =>
  faulty >= FAULTY_LEAST && faulty >= FAULTY_SHARE * measured

function driftFault(
  state: DriftState
): { verdict: 'cooling-fault' | 'sensor-fault'; reason: DriftReason; since: string } | null {
  const { above, below, hours } = state
  const excess = recentExcess(state)
  if (excess === null) return null
  if (above.sumK > RAISE_ABOVE_K && excess > LEAST_EXCESS_K) {
    const since = above.since ?? hours.date
    return isOffset(state)
      ? { verdict: 'sensor-fault', reason: 'offset', since }
      : { verdict: 'cooling-fault', reason: 'hot-in-proportion', since }
  }
  if (below.sumK > RAISE_BELOW_K && excess < -LEAST_BELOW_K) {
    return { verdict: 'sensor-fault', reason: 'reads-low', since: below.since ?? hours.date }
  }
  return null
}

/** Whether the excess is the same at low and at high rise: then it is the sensor's. In doubt it is the cooling. */
function isOffset({ days, usual, above }: DriftState): boolean {
  const halves = days
    .filter(({ date }) => above.since !== null && date >= above.since)
    .flatMap(({ low, high }) => [low, high])
    .flatMap(half => {
      const excess = excessOf(usual, half)
      return half === null || excess === null ? [] : [{ rise: half.riseK, excess }]
    })
  const n = halves.length
  const riseMean = halves.reduce((sum, { rise }) => sum + rise, 0) / n
  const excessMean = halves.reduce((sum, { excess }) => sum + excess, 0) / n
  const spread = Math.sqrt(halves.reduce((sum, { rise }) => sum + (rise - riseMean) ** 2, 0) / n)
  if (!(riseMean > 0) || spread < TELLING_SPREAD * riseMean) return false
  const share =
    halves.reduce((sum, { rise, excess }) => sum + rise * excess, 0) /
    halves.reduce((sum, { rise }) => sum + rise * rise, 0)
  const offByConstant = halves.reduce((sum, { excess }) => sum + (excess - excessMean) ** 2, 0)
  const offByShare = halves.reduce((sum, { rise, excess }) => sum + (excess - share * rise) ** 2, 0)
  return offByConstant < 0.6 * offByShare
}

/** A day with nothing against it: three of them end a fault, and a healthy one is learned from. */
function calmed(state: DriftState, day: DriftDay): DriftState {
  const isFault = state.verdict === 'cooling-fault' || state.verdict === 'sensor-fault'
  const excess = excessOf(state.usual, day.high)
  const isCalm = !isFaulty(day) && (excess === null || Math.abs(excess) < calmK(day))
  const calmDays = isCalm ? state.calmDays + 1 : 0
  if (isFault && calmDays < RECENT_DAYS) return { ...state, calmDays }
  const usual = isFaulty(day) || !isLearnable(state, day) ? state.usual : learnUsual(state.usual, day)
  const next = usual.days < LEARN_DAYS ? 'learning' : 'healthy'
  const ended = { above: { sumK: 0, since: null }, below: { sumK: 0, since: null } }
  return changed({ ...state, ...(isFault ? ended : {}), usual, calmDays }, next, null, day.date)
}

const calmK = ({ high }: DriftDay) => Math.max(CLEAR_K, CLEAR_SHARE * (high?.riseK ?? 0)) + SLACK_K

/** A drift that begins is not learned away. */
function isLearnable(state: DriftState, day: DriftDay): boolean {
  if (state.usual.days < LEARN_DAYS) {
    return day.high === null || day.high.residualK <= mostUsual(day.high.riseK)
  }
  return state.above.sumK === 0 && state.below.sumK < RAISE_BELOW_K / 2
}

function recentExcess({ days, usual }: DriftState): number | null {
  const known = days.flatMap(({ high }) => excessOf(usual, high) ?? [])
  return known.length === 0 ? null : median(known.slice(-RECENT_DAYS))
}

function changed(
  state: DriftState,
  verdict: OilVerdict,
  reason: DriftReason | null,
  since: string
): DriftState {
  return verdict === state.verdict ? { ...state, reason } : { ...state, verdict, reason, since }
}

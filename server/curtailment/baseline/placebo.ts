import type { AdjustmentRule, BaselineMethodName, PlaceboAccuracy } from '../../contract/baselines.ts'
import { addDays } from '../../contract/localTime.ts'
import type { DayType } from '../calendar/dayTypes.ts'
import { eventWindow } from '../slots/eventWindow.ts'
import type { SlotGrid } from '../slots/slotGrid.ts'
import { adjusted } from './adjustment.ts'
import { laidOver } from './candidateDay.ts'
import { attempt, sameDayAdjustment } from './engine.ts'
import { knownMean, knownShare } from './estimate.ts'
import type { Asking, BaselineInput, DayRange } from './input.ts'

/** A method as it is tried on days without event: alone, without fallback. */
export interface PlaceboRule {
  method: BaselineMethodName
  adjustment: AdjustmentRule | null
}

export interface PlaceboInput
  extends Pick<
    BaselineInput,
    | 'load'
    | 'calendar'
    | 'calls'
    | 'excludedDays'
    | 'notBefore'
    | 'temperature'
    | 'firmServiceLevelKw'
    | 'parameters'
  > {
  rules: readonly PlaceboRule[]
  grid: SlotGrid
  /** The local days on which an event is pretended; of them those of `dayTypes` without a call that are not excluded. */
  dates: DayRange
  /** The pretended event, minutes after local midnight by the wall clock; an end before the start is on the next day. */
  hours: { fromMinute: number; toMinute: number }
  /** Default: working days. */
  dayTypes?: readonly DayType[]
  /** So long before its start was its notice; default: an hour. */
  noticeMinutes?: number
}

/** One pretended event: means over its known slots, kW. */
export interface PlaceboDay {
  date: string
  baselineKw: number
  actualKw: number
  /** Baseline − actual in every slot of the event, NaN unknown. */
  errorsKw: Float64Array
}

export interface PlaceboRun {
  accuracy: PlaceboAccuracy
  /** Oldest first. */
  days: PlaceboDay[]
}

/** So much of a pretended event must be known, and of its baseline. */
const MIN_KNOWN = 0.9
const MINUTE_MS = 60_000

/**
 * How each rule would have done on days on which nothing happened (domain reference 5.1): RRMSE = √mean(e²) ÷ mean(A) and
 * bias = Σe ÷ ΣA over all slots, e = baseline − actual. A day on which a rule gives no baseline is not counted for it.
 * Errors of several sites are summed by the dates of `days`.
 */
export function placeboAccuracy(input: PlaceboInput): PlaceboRun[] {
  const dates = placeboDates(input)
  return input.rules.map(rule => {
    const days = dates.flatMap(date => placeboDay(input, rule, date) ?? [])
    return { accuracy: accuracyOf(rule, days), days }
  })
}

/** The accuracy over some days: also of errors that were summed over sites. */
export function accuracyOf(
  { method, adjustment }: PlaceboRule,
  days: readonly Pick<PlaceboDay, 'actualKw' | 'errorsKw'>[]
): PlaceboAccuracy {
  let squares = 0
  let errors = 0
  let actual = 0
  let slots = 0
  for (const { actualKw, errorsKw } of days) {
    let known = 0
    for (const error of errorsKw) {
      if (Number.isNaN(error)) continue
      squares += error * error
      errors += error
      known++
    }
    actual += actualKw * known
    slots += known
  }
  const isKnown = slots > 0 && actual > 0
  return {
    method,
    adjustment,
    rrmseShare: isKnown ? Math.sqrt(squares / slots) / (actual / slots) : null,
    biasShare: isKnown ? errors / actual : null,
    days: days.length
  }
}

function placeboDates({ dates, dayTypes = ['working'], calendar, calls, excludedDays, grid }: PlaceboInput) {
  const called = new Set(
    calls.flatMap(({ start, end }) => [grid.local.date(start), grid.local.date(end - 1)])
  )
  const found: string[] = []
  for (let date = dates.from; date <= dates.to; date = addDays(date, 1)) {
    if (called.has(date) || excludedDays?.has(date) || !dayTypes.includes(calendar.dayType(date))) continue
    found.push(date)
  }
  return found
}

function placeboDay(input: PlaceboInput, rule: PlaceboRule, date: string): PlaceboDay | null {
  const { grid, load, noticeMinutes = 60 } = input
  const { start, end } = pretended(input, date)
  if (end <= start) return null
  const notifiedAt = start - noticeMinutes * MINUTE_MS
  const window = eventWindow(grid, { start, end, notifiedAt }, rule.adjustment, { beforeMs: 0, afterMs: 0 })
  const { from, to } = window.event
  const actual = laidOver(window, load, date).subarray(from, to)
  if (knownShare(actual) < MIN_KNOWN) return null
  const whole = driven(unhashed({ ...input, rule: { ...rule, fallback: [] }, window }))
  if (whole === null) return null
  const baseline = whole.subarray(from, to)
  const errorsKw = actual.map((kw, i) => (baseline[i] ?? NaN) - kw)
  if (knownShare(errorsKw) < MIN_KNOWN) return null
  const known = actual.map((kw, i) => (Number.isNaN(errorsKw[i] ?? NaN) ? NaN : kw))
  const actualKw = knownMean(known)
  return { date, actualKw, baselineKw: actualKw + knownMean(errorsKw), errorsKw }
}

/** The baseline in force without its explanation; null where there is none. */
function* unhashed(input: BaselineInput): Asking<Float64Array | null> {
  const tried = yield* attempt(input, input.rule.method, false)
  if (!tried.ok) return null
  const { adjustment } = yield* sameDayAdjustment(input, tried.estimate)
  return Float64Array.from(adjusted(tried.estimate.baselineKw, adjustment), kw => kw ?? NaN)
}

function driven<T>(steps: Asking<T>): T {
  let step = steps.next()
  while (!step.done) step = steps.next()
  return step.value
}

/** On the wall clock; a skipped time moves to the slot after the gap. */
function pretended({ grid, hours: { fromMinute, toMinute } }: PlaceboInput, date: string) {
  const at = (minute: number) => {
    const day = addDays(date, Math.floor(minute / 1440))
    const slots = grid.ofDay(day)
    const index = Math.floor((minute % 1440) / grid.minutes)
    return slots.find(slot => slot.index >= index)?.start ?? grid.local.dayStart(addDays(day, 1))
  }
  return { start: at(fromMinute), end: at(toMinute > fromMinute ? toMinute : toMinute + 1440) }
}

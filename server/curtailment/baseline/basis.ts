import type { LocalTime } from '../../contract/localTime.ts'
import { type DayLayout, type EventWindow, valuesOfDay } from '../slots/eventWindow.ts'
import { type MeterHistory, slotMeans } from '../slots/slots.ts'
import { type CandidateDay, chooseDays, meanOfDays, type RejectedDay, tooFewDays } from './baseline.ts'
import type { BaselineMethod } from './baselineMethods.ts'
import { candidateDates } from './candidateDates.ts'

/** Readings that start up to this long before a slot may act in it. */
export const EARLIER_MS = 2 * 3_600_000

/** Days read beyond those looked for, so that a few rejections need no second reading. */
const SPARE_DAYS = 4

/** A time span, epoch ms. */
export interface Span {
  start: number
  end: number
}

/** What the days before an event say: kW over the slots of its window, and how the days were chosen. */
export interface Basis {
  /** Why there is no baseline, in words; null where there is one. */
  problem: string | null
  /** The mean of the picked days. */
  baselineKw: (number | null)[]
  /** What the adjustment compares the event day with. */
  adjustmentKw: (number | null)[]
  /** Another call of this customer fell into the adjustment window. */
  isDisturbed: boolean
  daysUsed: string[]
  daysRejected: RejectedDay[]
  /** Enough days, none left out for want of readings: late data is not to be expected. */
  isSettled: boolean
}

export interface BasisNeeds {
  history(meterId: string, from: number, to: number): Promise<MeterHistory>
  method: BaselineMethod
  holidays: ReadonlySet<string>
  local: LocalTime
  /** Where the slots of the window lie on these dates. */
  layoutOf(dates: readonly string[]): DayLayout
}

/**
 * Reads and chooses the days before an event for one meter. The look-back is read in parts, most recent first, and only
 * until enough days are found. `otherCalls`: when else this customer was called.
 */
export async function readBasis(
  { history, method, holidays, local, layoutOf }: BasisNeeds,
  meterId: string,
  window: EventWindow,
  otherCalls: readonly Span[]
): Promise<Basis> {
  const candidates = candidateDates(
    window,
    method.lookbackDays,
    holidays,
    eventDates(local, window, otherCalls)
  )
  const days: CandidateDay[] = []
  let choice = chooseDays(method, days, window.event, window.adjustment)
  const part = method.days + SPARE_DAYS
  for (let from = 0; from < candidates.dates.length && !choice.isComplete; from += part) {
    const layout = layoutOf(candidates.dates.slice(from, from + part))
    const first = layout.slots[0]
    const last = layout.slots.at(-1)
    if (first === undefined || last === undefined) break
    const means = slotMeans(await history(meterId, first.start - EARLIER_MS, last.end), layout.slots)
    for (const { date, places } of layout.days) days.push({ date, kw: valuesOfDay(places, means) })
    choice = chooseDays(method, days, window.event, window.adjustment)
  }
  const { passed, picked, rejected, isComplete } = choice
  const oldest = isComplete ? (passed.at(-1)?.date ?? '') : ''
  const problem = tooFewDays(method, candidates.type, choice)
  const used = problem === null ? picked : []
  const compared = method.adjustment?.basis === 'passed' ? passed : picked
  return {
    problem,
    baselineKw: meanOfDays(used, window.slots.length),
    adjustmentKw: meanOfDays(problem === null ? compared : [], window.slots.length),
    isDisturbed: otherCalls.some(call => touches(call, window)),
    daysUsed: used.map(({ date }) => date),
    daysRejected: [...candidates.rejected, ...rejected]
      .filter(({ day }) => day > oldest)
      .sort((a, b) => b.day.localeCompare(a.day)),
    isSettled: isComplete && rejected.every(({ cause }) => cause !== 'gaps')
  }
}

/** Every local date that one of the calls touched, this event included. */
function eventDates(
  local: LocalTime,
  { slots, event }: EventWindow,
  otherCalls: readonly Span[]
): Set<string> {
  const dates = new Set(slots.slice(event.from, event.to).map(slot => slot.date))
  for (const { start, end } of otherCalls) {
    dates.add(local.date(start))
    dates.add(local.date(end - 1))
  }
  return dates
}

function touches({ start, end }: Span, { slots, adjustment }: EventWindow): boolean {
  if (adjustment === null) return false
  return slots.slice(adjustment.from, adjustment.to).some(slot => slot.start < end && slot.end > start)
}

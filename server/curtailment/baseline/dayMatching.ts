import { addDays } from '../../contract/localTime.ts'
import { laidOver } from './candidateDay.ts'
import { earlierDays } from './candidates.ts'
import { type CandidateDay, chooseDays, type DayChoice, meanOfDays } from './choose.ts'
import { type Nothing, nothing, type RejectedDay, type Tried } from './estimate.ts'
import type { Asking, BaselineInput } from './input.ts'
import { type DayMatchingName, dayMatching } from './methods.ts'

/** Days read beyond those looked for, so that a few rejections need no second reading. */
const SPARE_DAYS = 4

/** The mean of chosen earlier days of the same type (domain reference 3.2). */
export function* matchDays(input: BaselineInput, name: DayMatchingName, isFallback: boolean): Asking<Tried> {
  const found = yield* sameTypeDays(input, name, isFallback)
  if (!found.ok) return found
  const { passed, picked } = found.choice
  const slots = input.window.slots.length
  const compared = input.rule.adjustment?.basis === 'passed' ? passed : picked
  const baselineKw = meanOfDays(picked, slots)
  return {
    ok: true,
    estimate: {
      baselineKw,
      basisKw: compared === picked ? baselineKw : meanOfDays(compared, slots),
      daysUsed: picked.map(({ date }) => date).sort(newestDateFirst),
      daysRejected: found.daysRejected,
      note: null,
      evidence: found.looked.map(({ date, kw }) => ({ label: date, values: kw })),
      isSettled: found.isSettled
    }
  }
}

/** What the look-back gave; `looked`: every day that was looked at as far back as the oldest that counts. */
type Found =
  | { ok: true; choice: DayChoice; looked: CandidateDay[]; daysRejected: RejectedDay[]; isSettled: boolean }
  | Nothing

/** Looks for the days of a method, most recent first, in parts and no further back than it must. */
export function* sameTypeDays(
  input: BaselineInput,
  name: DayMatchingName,
  isFallback: boolean
): Asking<Found> {
  const { window, load, calendar, parameters = {} } = input
  const type = calendar.dayType(window.date)
  const method = dayMatching(name, type, { isFallback, parameters })
  const walk = earlierDays(input, { ...method, type })
  const first = window.dayOffsets[0] ?? 0
  const last = window.dayOffsets.at(-1) ?? 0
  const passedOver: RejectedDay[] = []
  const days: CandidateDay[] = []
  let choice = chooseDays(method, days, window.event, window.adjustment)
  while (!choice.isComplete) {
    const part: string[] = []
    for (const { date, rejected } of take(walk, () => part.length < method.days + SPARE_DAYS)) {
      if (rejected) passedOver.push(rejected)
      else part.push(date)
    }
    const [newest] = part
    const oldest = part.at(-1)
    if (newest === undefined || oldest === undefined) break
    yield { from: addDays(oldest, first), to: addDays(newest, last) }
    for (const date of part) days.push({ date, kw: laidOver(window, load, date) })
    choice = chooseDays(method, days, window.event, window.adjustment)
  }
  const { passed, isComplete } = choice
  const oldest = isComplete ? (passed.at(-1)?.date ?? '') : ''
  const daysRejected = [...passedOver.filter(({ day }) => day >= oldest), ...choice.rejected].sort(
    newestFirst
  )
  if (passed.length < method.minDays) {
    const found = `only ${passed.length} usable ${type} days in the last ${method.lookbackDays}`
    return nothing(`${found}, at least ${method.minDays} are needed`, daysRejected)
  }
  return {
    ok: true,
    choice,
    looked: days.filter(({ date }) => date >= oldest),
    daysRejected,
    isSettled: isComplete && daysRejected.every(({ cause }) => cause !== 'gaps')
  }
}

/** Takes from the walk while more is wanted; the walk goes on where it was left. */
function* take<T>(walk: Iterator<T, void, void>, isWanted: () => boolean): Generator<T, void, void> {
  while (isWanted()) {
    const next = walk.next()
    if (next.done) return
    yield next.value
  }
}

const newestDateFirst = (a: string, b: string) => (a < b ? 1 : a > b ? -1 : 0)

export const newestFirst = (a: RejectedDay, b: RejectedDay) => newestDateFirst(a.day, b.day)

import type { LocalTime } from '../../../contract/localTime.ts'
import type { TransformerState } from '../../../contract/transformers.ts'
import { advanceDrift, type DriftReason, type DriftState, driftOf } from '../drift.ts'
import type { TransformerView } from '../live.ts'
import type { LivedDay } from './dayBook.ts'

/** With so few healthy days behind it, a past that is told late is worth learning from the beginning. */
const LITTLE_LEARNED_DAYS = 7

/**
 * Learns from closed days in their order, each once: a day that was judged is not judged again. A day without any
 * measurement says nothing. `isLate`: the day lies before what was learned, and it would be better to begin anew.
 */
export function learnOil(
  before: DriftState | null,
  day: LivedDay,
  local: LocalTime
): { state: DriftState | null; isLate: boolean } {
  const told = day.views.filter(({ measuredOilC }) => measuredOilC !== null)
  if (told.length === 0) return { state: before, isLate: false }
  if (before !== null && day.day < before.hours.date) {
    return { state: before, isLate: before.usual.days < LITTLE_LEARNED_DAYS }
  }
  let state = before
  for (const view of told) {
    // The end of the last interval is the next day's midnight.
    const t = local.date(view.t) > day.day ? view.t - 1 : view.t
    state = advanceDrift(state, t === view.t ? view : { ...view, t }, local)
  }
  return { state: closed(state, told.at(-1), local), isLate: false }
}

/** Judges the day that is over now, and not with the first measurement of the next. */
function closed(state: DriftState | null, last: TransformerView | undefined, local: LocalTime) {
  if (state === null || last === undefined) return state
  const next = { ...last, t: nextDay(state.hours.date, local), measuredOilC: null, oilFault: null }
  return advanceDrift(state, next, local)
}

const DAY_MS = 86_400_000
const nextDay = (date: string, local: LocalTime) =>
  local.dayStart(new Date(Date.parse(date) + DAY_MS).toISOString().slice(0, 10))

/** In the words of the contract; null: its oil was never measured. */
export function oilWords(state: DriftState | null, today: string, local: LocalTime): TransformerState['oil'] {
  if (state === null) {
    return { verdict: 'not-measured', since: null, driftK: null, advice: null, reason: null }
  }
  const { verdict, since, excessK, recommendedService, reason } = driftOf(state, today)
  return {
    verdict,
    since: new Date(local.dayStart(since)).toISOString(),
    driftK: excessK,
    advice: recommendedService,
    reason: reason === null ? null : reasonWords[reason]
  }
}

const reasonWords: Readonly<Record<DriftReason, string>> = {
  marked: 'its values were marked as wrong',
  'out-of-range': 'it shows what no oil can have',
  'below-ambient': 'it shows less than the air around it',
  'far-from-computed': 'it is too far from the computed temperature',
  frozen: 'it shows the same again and again',
  jump: 'it jumps faster than oil can',
  'hot-in-proportion': 'the oil is hotter than usual, the more the higher the load',
  offset: 'it shows too much, by the same at every load',
  'reads-low': 'it shows too little'
}

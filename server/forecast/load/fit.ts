import { dayNumber } from './dayGrid.ts'
import { type ErrorMemory, errorMemory } from './errors.ts'
import { type DayHistory, dayHistory } from './history.ts'
import { type Learned, learn } from './learn.ts'
import { type FitMemory, fitMemory, fits } from './memory.ts'
import type { FitInput, ForecastBasis, LoadCalendar } from './types.ts'

const NOTHING_BELOW_DAYS = 14
const LEAST_TEACHING_DAYS = 10
const LIKE_DAYS_BELOW_DAYS = 56
const NO_TREND_BELOW_DAYS = 720

export interface LoadModel {
  readonly basis: ForecastBasis
  /** Why nothing is claimed, where the basis is `none`. */
  readonly reason: string | null
  readonly knownUntil: number
  readonly calendar: LoadCalendar
  readonly highestKw: number
  /** Null where nothing is claimed. */
  readonly learned: Learned | null
  readonly errors: ErrorMemory | null
  /** The warmest and the coldest hour seen in training, °C; null without temperature. */
  readonly seenC: readonly [lowest: number, highest: number] | null
}

/** Fits the node's model to what was known at `knownUntil`; an `earlier` model gives up its room and cannot forecast any more. */
export function fitLoad(input: FitInput, earlier?: LoadModel): LoadModel {
  const history = dayHistory(input)
  const { knownUntil, calendar } = input
  const stands = { knownUntil, calendar, highestKw: history?.highestKw ?? Number.NaN }
  const reason = whyNothing(history)
  if (history === null || reason !== null) {
    return { ...stands, basis: 'none', reason, learned: null, errors: null, seenC: null }
  }
  const learned = learn(history, calendar.holidays, roomFor(history, earlier))
  const model: LoadModel = {
    ...stands,
    basis: basisOf(history.spanDays),
    reason: null,
    learned,
    errors: errorMemory(learned),
    seenC: seenTemperature(history)
  }
  learned.memory.owner = learned
  return model
}

/** The first local day the model has not learned from. */
export function firstDayAfter(model: LoadModel): number {
  return dayNumber(model.calendar.time, model.knownUntil)
}

function whyNothing(history: DayHistory | null): string | null {
  if (history === null) return 'no load is known'
  if (history.spanDays < NOTHING_BELOW_DAYS) return 'less than two weeks of load are known'
  if (history.days.length < LEAST_TEACHING_DAYS) return `only ${history.days.length} days of load are known`
  return null
}

function basisOf(spanDays: number): ForecastBasis {
  if (spanDays < LIKE_DAYS_BELOW_DAYS) return 'like-days'
  return spanDays < NO_TREND_BELOW_DAYS ? 'no-trend' : 'full'
}

function roomFor(history: DayHistory, earlier: LoadModel | undefined): FitMemory {
  const memory = earlier?.learned?.memory
  if (memory !== undefined && fits(memory, history.days.length, history.slots)) return memory
  return fitMemory(history.days.length, history.slots)
}

function seenTemperature({ temperature, days }: DayHistory): readonly [number, number] | null {
  if (temperature === null) return null
  let lowest = Number.POSITIVE_INFINITY
  let highest = Number.NEGATIVE_INFINITY
  for (const day of days) {
    const from = (day - temperature.firstDay) * temperature.slots
    for (let i = from; i < from + temperature.slots; i++) {
      const celsius = temperature.values[i] as number
      lowest = Math.min(lowest, celsius)
      highest = Math.max(highest, celsius)
    }
  }
  return [lowest, highest]
}

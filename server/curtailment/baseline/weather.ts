import { addDays, weekday } from '../../contract/localTime.ts'
import type { SiteCalendar } from '../calendar/dayTypes.ts'
import { laidOver } from './candidateDay.ts'
import { earlierDays } from './candidates.ts'
import { newestFirst } from './dayMatching.ts'
import { type Evidence, knownShare, nothing, type RejectedDay, type Tried } from './estimate.ts'
import type { Asking, BaselineInput } from './input.ts'
import { bySlot } from './slotRegression.ts'
import { type Observations, timeOfWeekModel } from './timeOfWeek.ts'

const LOOKBACK_DAYS = 365
const NEIGHBOUR_WEIGHT = 0.5
/** So much of a day's load and temperature must be known, and of the event's temperature. */
const MIN_KNOWN = 0.9

/** A day of the look-back that counts. */
interface WeatherDay {
  date: string
  weight: number
  kw: Float64Array
  temperatureC: Float64Array
}

/**
 * Regression on time of week and outdoor temperature over the days of up to a year before, those of the event's calendar
 * month with weight 1, of the neighbouring months with weight ½ (CalTRACK 3.12), all day types; a holiday counts as a
 * Sunday. With too short a history for the week: a line on temperature for each slot over the last same-type days.
 */
export function* weather(input: BaselineInput): Asking<Tried> {
  const { window, temperature, calendar } = input
  if (!temperature) return nothing('no outdoor temperature is known')
  yield { from: addDays(window.date, window.dayOffsets[0] ?? 0), to: addDays(window.date, 1) }
  const ownC = laidOver(window, temperature, window.date)
  const { event, slots, grid } = window
  const share = knownShare(ownC, event.from, event.to)
  if (share < MIN_KNOWN) {
    const missing = Math.round((1 - share) * (event.to - event.from))
    return nothing(`the temperature is missing in ${missing} of ${event.to - event.from} slots of the event`)
  }
  const { days, daysRejected } = yield* weatherDays(input)
  const slotsPerDay = Math.ceil(1440 / grid.minutes)
  const model = timeOfWeekModel(observed(days, calendar, slotsPerDay), 7 * slotsPerDay, grid.minutes / 60)
  const baselineKw = Float64Array.from(slots, ({ date, index }, i) =>
    model(placeInWeek(date, calendar) * slotsPerDay + index, ownC[i] ?? NaN)
  )
  const own: Evidence = { label: 'temperature', values: ownC }
  if (knownShare(baselineKw, event.from, event.to) < 1) return yield* bySlot(input, ownC)
  return {
    ok: true,
    estimate: {
      baselineKw,
      basisKw: baselineKw,
      daysUsed: days.map(({ date }) => date),
      daysRejected,
      note: null,
      evidence: [
        own,
        ...days.flatMap(({ date, kw, temperatureC }) => [
          { label: date, values: kw },
          { label: `${date} °C`, values: temperatureC }
        ])
      ],
      isSettled: daysRejected.every(({ cause }) => cause !== 'gaps')
    }
  }
}

/** The days that count, most recent first, and those that would have. */
function* weatherDays(input: BaselineInput): Asking<{ days: WeatherDay[]; daysRejected: RejectedDay[] }> {
  const { window, load, temperature, parameters = {} } = input
  const lookbackDays = Math.min(LOOKBACK_DAYS, parameters.lookbackDays ?? LOOKBACK_DAYS)
  const days: WeatherDay[] = []
  const rejectedDays: RejectedDay[] = []
  const candidates: { date: string; weight: number }[] = []
  for (const { date, rejected } of earlierDays(input, { lookbackDays, skipDaysBefore: 0, type: null })) {
    const weight = monthWeight(window.date, date)
    if (weight === 0) continue
    if (rejected) rejectedDays.push(rejected)
    else candidates.push({ date, weight })
  }
  const newest = candidates[0]?.date
  const oldest = candidates.at(-1)?.date
  if (newest !== undefined && oldest !== undefined) yield { from: oldest, to: newest }
  for (const { date, weight } of candidates) {
    const kw = load.of(date)
    const temperatureC = temperature?.of(date) ?? null
    if (kw && temperatureC && knownTogether(kw, temperatureC) >= MIN_KNOWN) {
      days.push({ date, weight, kw, temperatureC })
    } else {
      const what = kw && knownShare(kw) >= MIN_KNOWN ? 'temperature' : 'load'
      const reason = `less than 90 % of its ${what} is known`
      rejectedDays.push({ day: date, cause: 'gaps', reason })
    }
  }
  // Nobody misses readings from before there were any.
  const first = days.at(-1)?.date ?? ''
  return { days, daysRejected: rejectedDays.filter(({ day }) => day > first).sort(newestFirst) }
}

/** Known slots as columns for the regression. */
function observed(days: readonly WeatherDay[], calendar: SiteCalendar, slotsPerDay: number): Observations {
  const kw: number[] = []
  const temperatureC: number[] = []
  const weights: number[] = []
  const places: number[] = []
  for (const day of days) {
    const first = placeInWeek(day.date, calendar) * slotsPerDay
    for (let i = 0; i < slotsPerDay; i++) {
      const value = day.kw[i] ?? NaN
      const degrees = day.temperatureC[i] ?? NaN
      if (Number.isNaN(value) || Number.isNaN(degrees)) continue
      kw.push(value)
      temperatureC.push(degrees)
      weights.push(day.weight)
      places.push(first + i)
    }
  }
  return {
    kw: Float64Array.from(kw),
    temperatureC: Float64Array.from(temperatureC),
    weight: Float64Array.from(weights),
    place: Int32Array.from(places)
  }
}

const placeInWeek = (date: string, calendar: SiteCalendar) => (calendar.isHoliday(date) ? 0 : weekday(date))

function knownTogether(kw: Float64Array, temperatureC: Float64Array): number {
  return knownShare(kw.map((value, i) => value + (temperatureC[i] ?? NaN)))
}

function monthWeight(eventDate: string, date: string): number {
  const apart = Math.abs(Number(eventDate.slice(5, 7)) - Number(date.slice(5, 7)))
  if (apart === 0) return 1
  return apart === 1 || apart === 11 ? NEIGHBOUR_WEIGHT : 0
}

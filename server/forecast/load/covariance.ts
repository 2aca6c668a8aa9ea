import { dot } from './cholesky.ts'
import type { DayTable } from './dayTable.ts'
import { TEMPERATURE_PARTS } from './dayTemperature.ts'

/**
 * How alike the loads of two days are expected to be: the covariance of a Gaussian process over days (Rasmussen and
 * Williams 2006, ch. 2 and 5), a sum of what two days may have in common:
 *
 *     weekday, working or not                       Hong's calendar terms
 *     holiday, its date, its place in a long run    own effect, shrunk towards Sunday
 *     temperature: exp(−|Δ|²/2) + straight + squared, alone, by working day, by season
 *                                                   Hong's vanilla benchmark (2010), the recency effect
 *     season: exp(−2 sin²(πΔt/year)/ℓ²)             once a year is covered
 *     nearness: Σ a·exp(−Δt/τ), τ = 1½ d, weeks, a year      the newest days count more
 *
 * Its sizes are robust defaults in units of the load's own day-to-day spread; noise, reach and drift are chosen by
 * out-of-sample error (choose.ts).
 */
export interface Covariance {
  /** The variance no day shares with another. */
  readonly noise: number
  /** How far, in standard deviations of temperature, one day speaks for another. */
  readonly reach: number
  /** By days apart: what nearness adds, and how much of the season two days share. */
  readonly nearness: Float64Array
  readonly season: Float64Array
}

const YEAR_DAYS = 365.25
const SEASON_REACH = 0.3
const CONSTANT = 5
const WEEKDAY = 1
const WORKING = 1
const SEASON = 0.3
const SEASON_BY_WORKING = 0.1
const TEMPERATURE = 2
const TEMPERATURE_BY_WORKING = 0.1
const TEMPERATURE_BY_SEASON = 0.1
const STRAIGHT = 0.2
const SQUARED = 0.2
const HOLIDAY = 0.12
const HOLIDAY_DATE = 0.3
const BESIDE_HOLIDAY = 0.25
const NEAR = [0.15, 1.5] as const
const YEARLY = [0.1, 375] as const

export interface CovarianceChoice {
  readonly noise: number
  readonly reach: number
  /** The size and the days of the drift over weeks. */
  readonly drift: readonly [size: number, days: number]
  /** Whether a year is covered (season), and two (slow change). */
  readonly seasonal: boolean
  readonly slow: boolean
}

export function covariance(choice: CovarianceChoice, longestDays: number): Covariance {
  const nearness = new Float64Array(longestDays + 1)
  const season = new Float64Array(longestDays + 1)
  for (let days = 0; days <= longestDays; days++) {
    const slow = choice.slow ? YEARLY[0] * Math.exp(-days / YEARLY[1]) : 0
    const drift = choice.drift[0] * Math.exp(-days / choice.drift[1])
    nearness[days] = NEAR[0] * Math.exp(-days / NEAR[1]) + drift + slow
    const sine = Math.sin((Math.PI * days) / YEAR_DAYS)
    season[days] = choice.seasonal ? Math.exp((-2 * sine * sine) / SEASON_REACH ** 2) : 0
  }
  return { noise: choice.noise, reach: choice.reach, nearness, season }
}

/** Writes the covariance of a day with the first `count` days of a table at `at`. */
export function covarianceRow(
  form: Covariance,
  days: DayTable,
  row: number,
  others: DayTable,
  count: number,
  target: Float64Array,
  at: number
): void {
  const { nearness, season } = form
  const x = days.parts
  const y = others.parts
  const day = days.day[row] as number
  const weekday = days.weekday[row] as number
  const working = days.working[row] as number
  const length2 = days.length2[row] as number
  const from = row * TEMPERATURE_PARTS
  const narrow = -1 / (2 * form.reach * form.reach * TEMPERATURE_PARTS)
  const special = isSpecial(days, row)
  for (let other = 0, o = 0; other < count; other++, o += TEMPERATURE_PARTS) {
    const product = dot(x, from, y, o, TEMPERATURE_PARTS)
    const apart = Math.abs(day - (others.day[other] as number))
    const near = Math.exp((length2 + (others.length2[other] as number) - 2 * product) * narrow)
    const alike = product / TEMPERATURE_PARTS
    const year = season[apart] as number
    let sum =
      CONSTANT + (nearness[apart] as number) + SEASON * year + STRAIGHT * alike + SQUARED * alike * alike
    sum += near * (TEMPERATURE + TEMPERATURE_BY_SEASON * year)
    if (working === others.working[other])
      sum += WORKING + SEASON_BY_WORKING * year + TEMPERATURE_BY_WORKING * near
    if (weekday === others.weekday[other]) sum += WEEKDAY
    if (special) sum += specialCovariance(days, row, others, other)
    target[at + other] = sum
  }
}

function isSpecial(days: DayTable, row: number): boolean {
  return days.holiday[row] === 1 || days.beforeHoliday[row] === 1 || days.afterHoliday[row] === 1
}

function specialCovariance(a: DayTable, i: number, b: DayTable, j: number): number {
  let sum = 0
  if (a.holiday[i] === 1 && b.holiday[j] === 1) {
    sum += HOLIDAY
    if (a.holidayDate[i] === b.holidayDate[j]) sum += HOLIDAY_DATE
    const [first, second] = [a.inRun[i] as number, b.inRun[j] as number]
    if (first > 0 && second > 0) sum += HOLIDAY_DATE * (1 + Math.exp(-Math.abs(first - second)))
  }
  if (a.beforeHoliday[i] === 1 && b.beforeHoliday[j] === 1) sum += BESIDE_HOLIDAY
  if (a.afterHoliday[i] === 1 && b.afterHoliday[j] === 1) sum += BESIDE_HOLIDAY
  return sum
}

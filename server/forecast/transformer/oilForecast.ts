/**
 * Oil temperature of the next 24 hours from the hours before, where no load forecast and no weather are at hand: two
 * ridge regressions for each hour ahead, averaged. Everything is told as differences from the newest value, so that a
 * winter is no stranger to a model of the summer.
 *
 *   lags      the last 14 days, hour by hour
 *   by hour   the same, and a dozen trends whose weight changes over the hours of the day
 *
 * How much each is restrained is chosen by the error on the last sixth of the days it is fitted on.
 */
import { addRow, newProducts, type Products, type Ridge, ridge, together } from './ridge.ts'

export const HOURS_AHEAD = 24
const LAGS = 336
/** The hours of history that a forecast needs. */
export const HOURS_BEFORE = LAGS + 24
const HARMONICS = 2
const HELD_OUT = 1 / 6
const PENALTIES = [300, 1000, 3000, 10_000] as const
const HOURLY_PENALTY = 100

/** A fitted forecaster; pure data. */
export interface OilForecaster {
  lags: Ridge
  byHour: Ridge
  /** What was chosen. */
  lagPenalty: number
  hourlyLagPenalty: number
}

/** Forecast of the 24 hours after hour `origin`, which is the last known; hours count from a local midnight. */
export function forecastOil(model: OilForecaster, oilC: ArrayLike<number>, origin: number): Float64Array {
  const x = featuresAt(oilC, origin)
  const now = oilC[origin] ?? NaN
  return Float64Array.from({ length: HOURS_AHEAD }, (_, k) => {
    return now + (predicted(model.lags, k, x) + predicted(model.byHour, k, x)) / 2
  })
}

/** Fits on the hours [0, hours) alone; every hour has to be known. Throws RangeError with less than 60 days. */
export function fitOil(oilC: ArrayLike<number>, hours: number): OilForecaster {
  if (hours < 60 * 24) throw new RangeError(`${hours} hours are too few to learn from: 60 days are needed`)
  const split = hours - Math.floor((hours * HELD_OUT) / 24) * 24
  const early = productsOf(oilC, HOURS_BEFORE, split)
  const late = productsOf(oilC, split, hours)
  const choose = (use: readonly number[]) => {
    const errors = PENALTIES.map(lagPenalty => errorOf(ridge(early, use, penalties(lagPenalty)), late))
    return PENALTIES[errors.indexOf(Math.min(...errors))] ?? PENALTIES[0]
  }
  const [lagPenalty, hourlyLagPenalty] = [choose(onlyLags), choose(everything)]
  // Rows whose targets reach over the split count in neither part; so few are no loss.
  const all = together(early, late)
  return {
    lags: ridge(all, onlyLags, penalties(lagPenalty)),
    byHour: ridge(all, everything, penalties(hourlyLagPenalty)),
    ...{ lagPenalty, hourlyLagPenalty }
  }
}

const penalties = (lag: number) => (feature: number) => (feature < LAGS - 1 ? lag : HOURLY_PENALTY)

function predicted({ coefficients, intercepts }: Ridge, k: number, x: Float64Array): number {
  const own = coefficients[k] ?? new Float64Array(0)
  let sum = intercepts[k] ?? 0
  for (let i = 0; i < own.length; i++) sum += (own[i] ?? 0) * (x[i] ?? 0)
  return sum
}

/** Sums over the origins whose history and targets all lie in [from, to), the history before `from` apart. */
function productsOf(oilC: ArrayLike<number>, from: number, to: number): Products {
  const sums = newProducts(FEATURES, HOURS_AHEAD)
  const y = new Float64Array(HOURS_AHEAD)
  for (let origin = from; origin + HOURS_AHEAD < to; origin++) {
    const now = oilC[origin] ?? 0
    for (let k = 0; k < HOURS_AHEAD; k++) y[k] = (oilC[origin + k + 1] ?? 0) - now
    addRow(sums, featuresAt(oilC, origin), y)
  }
  return sums
}

/** Sum of squared errors over rows that are known by their sums, up to a constant. */
function errorOf(
  { coefficients, intercepts }: Ridge,
  { features, targets, rows, xx, xy, x, y }: Products
): number {
  let error = 0
  for (let k = 0; k < targets; k++) {
    const own = coefficients[k] ?? new Float64Array(features)
    const intercept = intercepts[k] ?? 0
    error += rows * intercept ** 2 - 2 * intercept * (y[k] ?? 0)
    for (let i = 0; i < features; i++) {
      const c = own[i] ?? 0
      if (c === 0) continue
      error += 2 * c * (intercept * (x[i] ?? 0) - (xy[i * targets + k] ?? 0))
      let row = ((xx[i * features + i] ?? 0) * c) / 2
      for (let j = 0; j < i; j++) row += (xx[i * features + j] ?? 0) * (own[j] ?? 0)
      error += 2 * c * row
    }
  }
  return error
}

const TRENDS = 12
const FEATURES = LAGS - 1 + (TRENDS + 1) * 2 * HARMONICS
const everything = Array.from({ length: FEATURES }, (_, i) => i)
const onlyLags = everything.slice(0, LAGS - 1)

function featuresAt(oilC: ArrayLike<number>, origin: number): Float64Array {
  const at = (back: number) => oilC[origin - back] ?? NaN
  const mean = (hours: number, back = 0) => {
    let sum = 0
    for (let i = 0; i < hours; i++) sum += at(back + i)
    return sum / hours
  }
  const now = at(0)
  const x = new Float64Array(FEATURES)
  for (let i = 1; i < LAGS; i++) x[i - 1] = at(i) - now
  const day = mean(24)
  const trends = [
    ...[1, 3, 6, 12, 24, 48, 168].map(back => now - at(back)),
    ...[now - day, now - mean(72), now - mean(168), day - mean(24, 24), at(1) - at(25)]
  ]
  const angle = ((origin % 24) / 24) * 2 * Math.PI
  let i = LAGS - 1
  for (const value of [1, ...trends]) {
    for (let m = 1; m <= HARMONICS; m++) {
      x[i++] = value * Math.sin(m * angle)
      x[i++] = value * Math.cos(m * angle)
    }
  }
  return x
}

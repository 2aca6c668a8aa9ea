import { fitOil, forecastOil, HOURS_AHEAD } from './oilForecast.ts'

/** Error of 24-hour forecasts from every hour whose 24 targets lie in the days, K. Days count from 1. */
export interface OilError {
  /** oil: the model · last: as it is now · yesterday: as a day before. */
  method: 'oil' | 'last' | 'yesterday'
  firstDay: number
  lastDay: number
  forecasts: number
  /** Root mean square error of each hour ahead, the mean of them, and over everything together. */
  byHourK: number[]
  meanK: number
  togetherK: number
}

/**
 * How well the oil temperature is foretold: fitted on the first `trainDays` and never again, tested on spans of days that
 * come after. `oilC` has one value an hour from a local midnight on.
 */
export function oilAccuracy(
  oilC: ArrayLike<number>,
  spans: readonly (readonly [firstDay: number, lastDay: number])[] = [[481, 720]],
  trainDays = 360
): OilError[] {
  const model = fitOil(oilC, trainDays * 24)
  const methods = {
    oil: (origin: number) => forecastOil(model, oilC, origin),
    last: (origin: number) => new Float64Array(HOURS_AHEAD).fill(oilC[origin] ?? NaN),
    yesterday: (origin: number) =>
      Float64Array.from({ length: HOURS_AHEAD }, (_, k) => oilC[origin + k + 1 - 24] ?? NaN)
  }
  return spans.flatMap(([firstDay, lastDay]) =>
    (['oil', 'last', 'yesterday'] as const).map(method => {
      const squares = new Float64Array(HOURS_AHEAD)
      let forecasts = 0
      for (let origin = (firstDay - 1) * 24 - 1; origin + HOURS_AHEAD < lastDay * 24; origin++) {
        const foretold = methods[method](origin)
        for (let k = 0; k < HOURS_AHEAD; k++) {
          squares[k] = (squares[k] ?? 0) + ((oilC[origin + k + 1] ?? NaN) - (foretold[k] ?? NaN)) ** 2
        }
        forecasts++
      }
      const byHourK = Array.from(squares, sum => Math.sqrt(sum / forecasts))
      const meanK = byHourK.reduce((sum, error) => sum + error, 0) / HOURS_AHEAD
      const togetherK = Math.sqrt(squares.reduce((sum, one) => sum + one, 0) / forecasts / HOURS_AHEAD)
      return { method, firstDay, lastDay, forecasts, byHourK, meanK, togetherK }
    })
  )
}

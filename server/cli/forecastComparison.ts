import type { RegularSeries } from '../forecast/load/series.ts'
import type { LoadCalendar } from '../forecast/load/types.ts'
import { loadOf, type TestDay, type TestRows } from './forecastDays.ts'
import { type Foretold, type ModelAhead, modelAhead, type Refit } from './forecastModel.ts'
import { sameAsBefore } from './forecastNaive.ts'
import { type Scale, scaleOf, scoreOf } from './forecastScore.ts'
import type { ScoredModel } from './forecastTable.ts'
import { vanilla } from './forecastVanilla.ts'
import { highestTemperatures } from './forecastWeather.ts'

/** A load, what goes with it, and the days to be forecast. */
export interface ForecastScene {
  load: RegularSeries
  temperature: RegularSeries | null
  calendar: LoadCalendar
  rows: TestRows
}

export function scaleOfScene({ load, temperature, calendar, rows }: ForecastScene): Scale {
  const highestC = temperature && highestTemperatures(temperature, calendar.time, rows)
  return scaleOf(rows, loadOf(load, rows), highestC)
}

/**
 * Our forecast, and the three it is measured against, all from the same midnights; with `foretold` ours and the regression
 * once more by a temperature that is wrong for the day ahead.
 */
export function compare(
  scene: ForecastScene,
  options: {
    refit: Refit
    foretold?: { series: RegularSeries; errorK: number } | null
    onDay?: (done: number) => void
  }
): { ahead: ModelAhead; scale: Scale; models: ScoredModel[] } {
  const { load, temperature, calendar, rows } = scene
  const { time } = calendar
  const scale = scaleOfScene(scene)
  const wrong = temperature && options.foretold ? { temperature, ...options.foretold } : null
  const foretold: Foretold[] = [{ of: () => temperature, errorK: 0 }]
  if (wrong) foretold.push({ of: onlyOfDay(wrong.temperature, wrong.series), errorK: wrong.errorK })
  const [ahead, aheadOfWrong] = modelAhead({ ...scene, ...options, foretold })
  if (ahead === undefined) throw new Error('one temperature was given')
  const scored = (model: string, of: Parameters<typeof scoreOf>[1], note: string | null = null) => ({
    ...{ model, ...scoreOf(scale, of), note }
  })
  const unknown = { p50Kw: new Float64Array(rows.t.length).fill(NaN), range: null }
  const models = [
    scored(`forecast, ${options.refit} refit`, ahead),
    scored('yesterday', sameAsBefore(load, rows, 1)),
    scored('last week', sameAsBefore(load, rows, 7)),
    temperature
      ? scored('vanilla regression', vanilla({ load, temperature, time, rows }))
      : scored('vanilla regression', unknown, 'needs a temperature')
  ]
  if (wrong && aheadOfWrong) {
    const regression = vanilla({ load, temperature: wrong.temperature, ahead: wrong.series, time, rows })
    models.push(scored('forecast, noisy temp.', aheadOfWrong), scored('vanilla, noisy temp.', regression))
  }
  return { ahead, scale, models }
}

/** Measured up to a day's midnight, foretold from it on. */
function onlyOfDay(measured: RegularSeries, foretold: RegularSeries): (day: TestDay) => RegularSeries {
  return ({ midnight }) => {
    const values = Float64Array.from(foretold.values)
    const from = Math.ceil((midnight - measured.startMs) / measured.stepMs)
    values.set(measured.values.subarray(0, Math.max(0, from)))
    return { ...measured, values }
  }
}

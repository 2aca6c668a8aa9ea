import type { RegularSeries } from '../forecast/load/series.ts'
import type { LoadCalendar } from '../forecast/load/types.ts'
import { loadOf, type TestDay, type TestRows } from './forecastDays.ts'
import { type ModelAhead, modelAhead, type Refit } from './forecastModel.ts'
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

/** Our forecast, and the three it is measured against, all from the same midnights. */
export function compare(
  scene: ForecastScene,
  options: { refit: Refit; onDay?: (done: number) => void }
): { ahead: ModelAhead; scale: Scale; models: ScoredModel[] } {
  const { load, temperature, calendar, rows } = scene
  const { time } = calendar
  const scale = scaleOfScene(scene)
  const ahead = modelAhead({ ...scene, ...options })
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
  return { ahead, scale, models }
}

/** The same two with a temperature that was foretold wrongly. */
export function compareForetold(
  scene: ForecastScene & { temperature: RegularSeries },
  options: { refit: Refit; foretold: RegularSeries; onDay?: (done: number) => void }
): ScoredModel[] {
  const { load, temperature, calendar, rows } = scene
  const scale = scaleOfScene(scene)
  const ahead = modelAhead({ ...scene, ...options, foretold: onlyOfDay(temperature, options.foretold) })
  const time = calendar.time
  return [
    {
      model: 'forecast, noisy temp.',
      ...scoreOf(scale, ahead),
      note: null
    },
    {
      model: 'vanilla, noisy temp.',
      ...scoreOf(scale, vanilla({ load, temperature, ahead: options.foretold, time, rows })),
      note: null
    }
  ]
}

/** Measured up to a day's midnight, foretold from it on: one column, written over day by day. */
function onlyOfDay(measured: RegularSeries, foretold: RegularSeries): (day: TestDay) => RegularSeries {
  const values = Float64Array.from(foretold.values)
  let until = 0
  return ({ midnight }) => {
    const end = Math.min(values.length, Math.ceil((midnight - measured.startMs) / measured.stepMs))
    for (; until < end; until++) values[until] = measured.values[until] ?? NaN
    return { ...measured, values: Float64Array.from(values) }
  }
}

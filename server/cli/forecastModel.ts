import { fitLoad, forecastLoad, type LoadModel } from '../forecast/load/model.ts'
import type { RegularSeries } from '../forecast/load/series.ts'
import type { ForecastBasis, LoadCalendar, LoadForecast } from '../forecast/load/types.ts'
import { CommandFailure, WrongCommand } from './command.ts'
import { type DayAhead, gridFloor, type TestDay, type TestRows } from './forecastDays.ts'

const refits = ['daily', 'monthly'] as const
export type Refit = (typeof refits)[number]

export function refitOf(text: string): Refit {
  const refit = refits.find(one => one === text)
  if (refit !== undefined) return refit
  throw new WrongCommand(`--refit ${text} is none of: ${refits.join(', ')}`)
}

/** The model's forecast of every row, and what it rests on. */
export interface ModelAhead extends DayAhead {
  range: { p10Kw: Float64Array; p90Kw: Float64Array }
  /** On how many days which basis was used. */
  daysByBasis: Partial<Record<ForecastBasis, number>>
  /** Rows whose temperature lies beyond the range seen in training. */
  saturatedIntervals: number
  /** Rows over 1.3 × the highest load ever seen. */
  aboveEverSeenIntervals: number
}

/** A temperature as it was known at a day's midnight with what was foretold from then on, and how wrong that usually is. */
export interface Foretold {
  of(day: TestDay): RegularSeries | null
  errorK: number
}

/**
 * Day-ahead from each local midnight, with the loads that are over by then: once for each of the temperatures that were
 * foretold. Throws a CommandFailure where the model claims nothing.
 */
export function modelAhead(input: {
  load: RegularSeries
  temperature: RegularSeries | null
  calendar: LoadCalendar
  rows: TestRows
  refit: Refit
  foretold: readonly Foretold[]
  onDay?: ((done: number) => void) | undefined
}): ModelAhead[] {
  const { load, temperature, calendar, rows, refit, foretold, onDay } = input
  const ahead = foretold.map(() => nothingAhead(rows.t.length))
  let model: LoadModel | undefined
  let fitted = ''
  rows.days.forEach((day, place) => {
    const known = untilMidnight(load, day.midnight)
    const due = refit === 'daily' ? day.date : day.date.slice(0, 7)
    if (model === undefined || due !== fitted) {
      model = fitLoad({ load: known, temperature, calendar, knownUntil: day.midnight }, model)
      fitted = due
    }
    for (const [which, told] of foretold.entries()) {
      const times = { origin: day.midnight, until: (rows.t[day.to - 1] ?? day.midnight) + load.stepMs }
      const temperatures = { temperature: told.of(day), temperatureErrorK: told.errorK }
      const forecast = forecastLoad(model, { load: known, ...temperatures, ...times })
      if (forecast === null) throw nothingClaimed(day, model)
      const into = ahead[which]
      if (into !== undefined) take(into, forecast, day, rows)
    }
    onDay?.(place + 1)
  })
  return ahead
}

/** The load without the interval that midnight cuts, if one is: it is not over by then. */
function untilMidnight(load: RegularSeries, midnight: number): RegularSeries {
  const start = gridFloor(load, midnight)
  const cut = (start - load.startMs) / load.stepMs
  if (start === midnight || !(cut < load.values.length)) return load
  const values = Float64Array.from(load.values)
  values[cut] = NaN
  return { ...load, values }
}

function nothingAhead(length: number): ModelAhead {
  const column = () => new Float64Array(length).fill(NaN)
  return {
    ...{ p50Kw: column(), range: { p10Kw: column(), p90Kw: column() } },
    ...{ daysByBasis: {}, saturatedIntervals: 0, aboveEverSeenIntervals: 0 }
  }
}

function take(ahead: ModelAhead, forecast: LoadForecast, { from, to }: TestDay, { t }: TestRows): void {
  const { daysByBasis, p50Kw, range } = ahead
  daysByBasis[forecast.basis] = (daysByBasis[forecast.basis] ?? 0) + 1
  for (let i = from; i < to; i++) {
    const at = Math.round(((t[i] ?? 0) - forecast.startMs) / forecast.stepMs)
    p50Kw[i] = forecast.p50Kw[at] ?? NaN
    range.p10Kw[i] = forecast.p10Kw[at] ?? NaN
    range.p90Kw[i] = forecast.p90Kw[at] ?? NaN
    ahead.saturatedIntervals += forecast.saturated[at] ?? 0
    ahead.aboveEverSeenIntervals += forecast.aboveEverSeen[at] ?? 0
  }
}

function nothingClaimed({ date }: TestDay, { reason }: LoadModel): CommandFailure {
  return new CommandFailure(`No forecast can be made for ${date}: ${reason ?? 'too little load is known'}`)
}

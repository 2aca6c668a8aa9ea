import { fitLoad, forecastLoad, type LoadModel } from '../forecast/load/model.ts'
import type { RegularSeries } from '../forecast/load/series.ts'
import type { ForecastBasis, LoadCalendar } from '../forecast/load/types.ts'
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

/**
 * Day-ahead from each local midnight, with the loads that are over by then. Throws a CommandFailure where the model claims
 * nothing.
 */
export function modelAhead(input: {
  load: RegularSeries
  temperature: RegularSeries | null
  calendar: LoadCalendar
  rows: TestRows
  refit: Refit
  /** The temperature as it was foretold for a day; else `temperature`. */
  foretold?: (day: TestDay) => RegularSeries
  onDay?: (done: number) => void
}): ModelAhead {
  const { load, temperature, calendar, rows, refit, foretold, onDay } = input
  const { days, t } = rows
  const column = () => new Float64Array(t.length)
  const ahead: ModelAhead = {
    ...{ p50Kw: column(), range: { p10Kw: column(), p90Kw: column() } },
    ...{ daysByBasis: {}, saturatedIntervals: 0, aboveEverSeenIntervals: 0 }
  }
  let model: LoadModel | undefined
  let fitted = ''
  days.forEach((day, place) => {
    // An interval that midnight cuts is not over, so the model stands before it and is asked a little further.
    const origin = gridFloor(load, day.midnight)
    const until = (t[day.to - 1] ?? origin) + load.stepMs
    const due = refit === 'daily' ? day.date : day.date.slice(0, 7)
    if (model === undefined || due !== fitted) {
      model = fitLoad({ load, temperature, calendar, knownUntil: origin }, model)
      fitted = due
    }
    const told = forecastLoad(model, { load, temperature: foretold?.(day) ?? temperature, origin, until })
    if (told === null) {
      throw new CommandFailure(
        `No forecast can be made for ${day.date}: ${model.reason ?? 'too little load is known'}`
      )
    }
    const { daysByBasis } = ahead
    daysByBasis[told.basis] = (daysByBasis[told.basis] ?? 0) + 1
    for (let i = day.from; i < day.to; i++) {
      const at = Math.round(((t[i] ?? 0) - told.startMs) / told.stepMs)
      ahead.p50Kw[i] = told.p50Kw[at] ?? NaN
      ahead.range.p10Kw[i] = told.p10Kw[at] ?? NaN
      ahead.range.p90Kw[i] = told.p90Kw[at] ?? NaN
      ahead.saturatedIntervals += told.saturated[at] ?? 0
      ahead.aboveEverSeenIntervals += told.aboveEverSeen[at] ?? 0
    }
    onDay?.(place + 1)
  })
  return ahead
}

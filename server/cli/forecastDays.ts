import { addDays, type LocalTime } from '../contract/localTime.ts'
import type { RegularSeries } from '../forecast/load/series.ts'

/** A local day of the test span: its first midnight, and which of the rows begin in it. */
export interface TestDay {
  date: string
  midnight: number
  from: number
  to: number
}

/** Every interval that begins in a day of the test span, in order: epoch ms of its start. */
export interface TestRows {
  t: Float64Array
  stepMs: number
  days: readonly TestDay[]
}

/** A forecast for each row; NaN where there is none. */
export interface DayAhead {
  p50Kw: Float64Array
  /** Null: without a range. */
  range: { p10Kw: Float64Array; p90Kw: Float64Array } | null
}

/** The dates from one to another, both included. */
export function datesFrom(first: string, last: string): string[] {
  const dates: string[] = []
  for (let date = first; date <= last; date = addDays(date, 1)) dates.push(date)
  return dates
}

/** The rows of these dates on the grid of a load, also where the load has ended: 46 or 50 half hours at a clock change. */
export function testRows(grid: RegularSeries, time: LocalTime, dates: readonly string[]): TestRows {
  const t: number[] = []
  const days = dates.map(date => {
    const midnight = time.dayStart(date)
    const end = time.dayStart(addDays(date, 1))
    const from = t.length
    for (let at = gridCeil(grid, midnight); at < end; at += grid.stepMs) t.push(at)
    return { date, midnight, from, to: t.length }
  })
  return { t: Float64Array.from(t), stepMs: grid.stepMs, days }
}

/** The first interval of the grid that begins at or after a moment. */
export const gridCeil = ({ startMs, stepMs }: RegularSeries, at: number) =>
  startMs + Math.ceil((at - startMs) / stepMs) * stepMs

/**
 * The end of what is known at a moment: the start of the interval that is not over by then.
 *
 *     ├───────┼───────┼──midnight──┤        the interval that ends at midnight is known
 *                     ▲                     one that midnight cuts is not
 */
export const gridFloor = ({ startMs, stepMs }: RegularSeries, at: number) =>
  startMs + Math.floor((at - startMs) / stepMs) * stepMs

/** The load of each row; NaN unknown, also after its end. */
export function loadOf(load: RegularSeries, { t }: TestRows): Float64Array {
  return t.map(at => load.values[Math.round((at - load.startMs) / load.stepMs)] ?? NaN)
}

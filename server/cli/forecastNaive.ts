import type { RegularSeries } from '../forecast/load/series.ts'
import { type DayAhead, gridFloor, type TestRows } from './forecastDays.ts'

const DAY_MS = 86_400_000

/**
 * The load so many times 24 hours before (1: yesterday, 7: last week); where it is not known, twice as many before, and so
 * on. Only loads that are over by the midnight of the row's day.
 */
export function sameAsBefore(load: RegularSeries, rows: TestRows, days: number): DayAhead {
  const p50Kw = new Float64Array(rows.t.length).fill(NaN)
  for (const { midnight, from, to } of rows.days) {
    const knownUntil = gridFloor(load, midnight)
    for (let i = from; i < to; i++) {
      let kw = NaN
      for (let t = rows.t[i] ?? 0; Number.isNaN(kw) && t >= load.startMs; t -= days * DAY_MS) {
        if (t < knownUntil) kw = load.values[Math.floor((t - load.startMs) / load.stepMs)] ?? NaN
      }
      p50Kw[i] = kw
    }
  }
  return { p50Kw, range: null }
}

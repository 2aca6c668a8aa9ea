import { halfHourMeans } from '../history/halfHourMeans.ts'
import { HALF_HOUR_MS, type History } from '../history/history.ts'
import type { Foretold } from './weatherAhead.ts'

const FORETOLD_GAP_MS = 6 * 3_600_000
/** Half-hours of a day, at least, both foretold and observed. */
const FEWEST = 36
const FEWEST_DAYS = 7

/** The mean by which a day was foretold too warm, K; null where too little of it is known. */
export function dayErrorK(observed: History, foretold: Foretold, from: number, to: number): number | null {
  const count = Math.round((to - from) / HALF_HOUR_MS)
  const { t, intervalS } = foretold
  const means = halfHourMeans(
    { t, intervalS, values: foretold.columns.temp_c ?? [] },
    from,
    count,
    FORETOLD_GAP_MS
  )
  const first = Math.round((from - observed.startMs) / HALF_HOUR_MS)
  let [sum, known] = [0, 0]
  for (const [i, celsius] of means.entries()) {
    const apart = celsius - (observed.columns[0]?.[first + i] ?? Number.NaN)
    if (Number.isNaN(apart)) continue
    sum += apart
    known++
  }
  return known < FEWEST ? null : sum / known
}

/** The usual error of a day's temperature, K: root mean square over the days known; null with fewer than seven. */
export function usualErrorK(errors: readonly (number | null)[]): number | null {
  const known = errors.filter(error => error !== null)
  if (known.length < FEWEST_DAYS) return null
  return Math.sqrt(known.reduce((sum, error) => sum + error * error, 0) / known.length)
}

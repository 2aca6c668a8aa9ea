import { HALF_HOUR_MS } from './history.ts'

/** Samples of one column, ascending: `intervalS` 0 is a moment, else the mean over [t, t + interval). */
export interface Samples {
  t: readonly number[]
  intervalS: readonly number[]
  values: readonly (number | null)[]
}

/** Less than half of a half-hour known: unknown. */
const LEAST_MS = HALF_HOUR_MS / 2

/**
 * The means of the half-hours from `from` on (epoch ms, on a half-hour), so many of them; NaN unknown. A mean holds over its
 * interval; between two moments at most `longestGapMs` apart the value runs straight.
 */
export function halfHourMeans(
  samples: Samples,
  from: number,
  count: number,
  longestGapMs: number
): Float64Array {
  const sums = new Float64Array(count)
  const weights = new Float64Array(count)
  const add = (start: number, end: number, first: number, slope: number): void => {
    for (let at = Math.max(start, from); at < end; ) {
      const place = Math.floor((at - from) / HALF_HOUR_MS)
      if (place >= count) return
      const until = Math.min(end, from + (place + 1) * HALF_HOUR_MS)
      const width = until - at
      sums[place] = (sums[place] ?? 0) + width * (first + slope * (at + width / 2 - start))
      weights[place] = (weights[place] ?? 0) + width
      at = until
    }
  }
  let last: { t: number; value: number } | null = null
  samples.t.forEach((t, i) => {
    const value = samples.values[i] ?? null
    if (value === null) return
    if (last !== null && t > last.t && t - last.t <= longestGapMs)
      add(last.t, t, last.value, (value - last.value) / (t - last.t))
    const end = t + (samples.intervalS[i] ?? 0) * 1000
    if (end > t) add(t, end, value, 0)
    last = { t: end, value }
  })
  return sums.map((sum, i) => ((weights[i] ?? 0) >= LEAST_MS ? sum / (weights[i] ?? 1) : Number.NaN))
}

import type { LoadRow } from './loadRow.ts'
import { type LoadMinutes, MINUTE_MS } from './minutes.ts'

export const HALF_HOUR_MS = 30 * MINUTE_MS
export const HALF_HOUR_S = 1800
export const HALF_HOUR_MINUTES = 30

/**
 * The half-hour of a node out of its minutes [first, first + 30): the mean of the known ones and their extremes, null
 * where none is known. `reported` is the least and `expected` the most of any minute, so that one incomplete minute
 * leaves the half-hour incomplete; `known` says how many minutes stand behind the mean.
 */
export function halfHourRow(node: string, t: number, { kw, counts }: LoadMinutes, first: number): LoadRow {
  let sum = 0
  let known = 0
  let min = Infinity
  let max = -Infinity
  let reported = Infinity
  let expected = 0
  for (let i = first; i < first + HALF_HOUR_MINUTES; i += 1) {
    const value = kw?.[i] ?? NaN
    const isKnown = !Number.isNaN(value)
    reported = Math.min(reported, counts === null ? Number(isKnown) : (counts.reported[i] ?? 0))
    expected = Math.max(expected, counts === null ? 1 : (counts.expected[i] ?? 0))
    if (!isKnown) continue
    known += 1
    sum += value
    min = Math.min(min, value)
    max = Math.max(max, value)
  }
  if (known === 0) return { node, t, kw: null, kwMin: null, kwMax: null, known, reported, expected }
  // Rounding alone could put the mean outside the extremes.
  const mean = Math.min(Math.max(sum / known, min), max)
  return { node, t, kw: mean, kwMin: min, kwMax: max, known, reported, expected }
}

import { HALF_HOUR_MS, type History } from './history.ts'

/** A mean difference above this share of the load is another load. */
const ANOTHER_LOAD = 0.1
/** Fewer half-hours known on both sides say nothing. */
const FEWEST = 96

/**
 * The registry changed what a node sums, and the store computed its last weeks again: is it still the same load? `before`
 * holds the half-hours as they were from `from` on. true: the mean difference is above a tenth of the load.
 */
export function isAnotherLoad(before: Float32Array, after: History, from: number): boolean {
  const first = Math.round((from - after.startMs) / HALF_HOUR_MS)
  const column = after.columns[0]
  let [known, apart, load] = [0, 0, 0]
  for (const [i, old] of before.entries()) {
    const value = column?.[first + i] ?? Number.NaN
    if (Number.isNaN(old) || Number.isNaN(value)) continue
    known++
    apart += Math.abs(value - old)
    load += Math.abs(old)
  }
  return known >= FEWEST && apart > ANOTHER_LOAD * load
}

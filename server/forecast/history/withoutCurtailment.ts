import { HALF_HOUR_MS } from './history.ts'

/** A consumer at or below a node was called over [start, end), epoch ms. */
export interface Called {
  start: number
  end: number
  /** What it delivered on average, kW, by the final result; null: none is known. */
  deliveredKw: number | null
  requestedKw: number
}

/** What an unknown reduction may be of the load and still be overlooked. */
const OVERLOOKED = 0.02

/**
 * A load as it would have been without curtailment: what was delivered is added back over its part of each half-hour. Where
 * calls without a result asked for more than 2 % of the load together the half-hour is unknown. Changes `values`.
 */
export function withoutCurtailment(values: Float64Array, startMs: number, calls: readonly Called[]): void {
  const unknownKw = new Map<number, number>()
  for (const { start, end, deliveredKw, requestedKw } of calls) {
    const first = Math.max(0, Math.floor((start - startMs) / HALF_HOUR_MS))
    const past = Math.min(values.length, Math.ceil((end - startMs) / HALF_HOUR_MS))
    for (let i = first; i < past; i++) {
      const at = startMs + i * HALF_HOUR_MS
      const share = (Math.min(end, at + HALF_HOUR_MS) - Math.max(start, at)) / HALF_HOUR_MS
      if (deliveredKw === null) unknownKw.set(i, (unknownKw.get(i) ?? 0) + share * requestedKw)
      else values[i] = (values[i] ?? Number.NaN) + share * deliveredKw
    }
  }
  for (const [i, kw] of unknownKw)
    if (kw > OVERLOOKED * Math.abs(values[i] ?? Number.NaN)) values[i] = Number.NaN
}

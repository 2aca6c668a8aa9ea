import { dot } from './cholesky.ts'

/**
 * Learning day by day. With K = L·Lᵀ the covariance of the days (noise on the diagonal), forward substitution of the
 * loads z through L walks through the days in order: row i of L times the innovations so far is exactly the forecast of
 * day i from the days before it, and what is left over, divided by L[i][i], is its innovation. So one factorisation gives
 * the honest out-of-sample errors of the whole history.
 */
const SMOOTHING = 0.02
const OUTLIER = 7
const STARTING_DAYS = 10

/** The forecast of a row from the innovations of the first `known` rows; `target` has one place a slot. */
export function forecastRow(
  l: Float64Array,
  rowStart: number,
  innovations: Float64Array,
  slots: number,
  known: number,
  target: Float64Array,
  at: number
): void {
  target.fill(0, at, at + slots)
  let j = 0
  for (; j + 3 < known; j += 4) {
    const l0 = l[rowStart + j] as number
    const l1 = l[rowStart + j + 1] as number
    const l2 = l[rowStart + j + 2] as number
    const l3 = l[rowStart + j + 3] as number
    const [b0, b1, b2, b3] = [j * slots, (j + 1) * slots, (j + 2) * slots, (j + 3) * slots]
    for (let slot = 0; slot < slots; slot++) {
      target[at + slot] =
        (target[at + slot] as number) +
        l0 * (innovations[b0 + slot] as number) +
        l1 * (innovations[b1 + slot] as number) +
        l2 * (innovations[b2 + slot] as number) +
        l3 * (innovations[b3 + slot] as number)
    }
  }
  for (; j < known; j++) {
    const lj = l[rowStart + j] as number
    const b = j * slots
    for (let slot = 0; slot < slots; slot++) {
      target[at + slot] = (target[at + slot] as number) + lj * (innovations[b + slot] as number)
    }
  }
}

/**
 * The innovations of one more row. An unknown load teaches nothing (0); one far outside what was usual so far (a
 * failed meter, an outage) teaches no more than its bound.
 */
export function innovate(
  diagonal: number,
  loads: Float64Array,
  forecast: Float64Array,
  at: number,
  slots: number,
  row: number,
  usual: Float64Array,
  innovations: Float64Array
): void {
  for (let slot = 0; slot < slots; slot++) {
    const z = loads[at + slot] as number
    let innovation = 0
    if (!Number.isNaN(z)) {
      innovation = (z - (forecast[at + slot] as number)) / diagonal
      const variance = usual[slot] as number
      const bound = OUTLIER * Math.sqrt(variance)
      if (row >= STARTING_DAYS && Math.abs(innovation) > bound) innovation = Math.sign(innovation) * bound
      const share = Math.max(SMOOTHING, 1 / (row + 1))
      usual[slot] = variance + share * (innovation * innovation - variance)
    }
    innovations[at + slot] = innovation
  }
}

/** Extends a row of covariances (in place) by forward substitution; returns what is left of its variance. */
export function substituteRow(
  l: Float64Array,
  stride: number,
  rows: number,
  row: Float64Array,
  at: number,
  variance: number
): number {
  let left = variance
  for (let j = 0; j < rows; j++) {
    const b = j * stride
    const value = ((row[at + j] as number) - dot(row, at, l, b, j)) / (l[b + j] as number)
    row[at + j] = value
    left -= value * value
  }
  return Math.max(left, 1e-12)
}

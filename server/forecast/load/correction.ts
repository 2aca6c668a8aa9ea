import type { DayTable } from './dayTable.ts'

/** What is known at midnight of the errors before it. */
export const MIDNIGHT_FEATURES = 5
const RIDGE = 20
/** A year later an error counts half as much. */
const FORGETTING = 0.998
const SOLVE_EVERY_DAYS = 4

/**
 * The second stage: what the day's forecast missed yesterday tells what it will miss today (Hong's residual
 * autoregression). One ridge regression a slot of the error on the features of `midnightFeatures`, with forgetting,
 * learned day by day, so that each day is corrected by what was known before it.
 */
export interface Correction {
  readonly slots: number
  readonly gram: Float64Array
  readonly right: Float64Array
  readonly weights: Float64Array
  readonly variance: number
}

export function correction(slots: number, variance: number): Correction {
  const p = MIDNIGHT_FEATURES
  const gram = new Float64Array(slots * p * p)
  for (let slot = 0; slot < slots; slot++) {
    for (let i = 0; i < p; i++) gram[(slot * p + i) * p + i] = RIDGE * variance
  }
  return { slots, gram, right: new Float64Array(slots * p), weights: new Float64Array(slots * p), variance }
}

/**
 * The features of a slot: the last error before midnight, the mean of the last six hours, of the last day, of the last
 * three days, and of the same time yesterday. The first four are those of the whole day, `target[0…3]`.
 */
export function midnightFeatures(
  table: DayTable,
  errors: Float64Array,
  slots: number,
  day: number,
  rows: number,
  target: Float64Array
): number {
  const quarter = Math.max(1, slots >> 2)
  let yesterday = -1
  let daySum = 0
  let dayCount = 0
  let sum = 0
  let count = 0
  for (let row = rows - 1; row >= 0 && (table.day[row] as number) >= day - 3; row--) {
    if (table.day[row] === day - 1) yesterday = row
    for (let slot = 0; slot < slots; slot++) {
      const error = errors[row * slots + slot] as number
      if (Number.isNaN(error)) continue
      sum += error
      count++
    }
    if (row !== yesterday) continue
    daySum = sum
    dayCount = count
  }
  let last = Number.NaN
  let lateSum = 0
  let lateCount = 0
  for (let slot = slots - 1; yesterday >= 0 && slot >= slots - quarter; slot--) {
    const error = errors[yesterday * slots + slot] as number
    if (Number.isNaN(error)) continue
    if (Number.isNaN(last)) last = error
    lateSum += error
    lateCount++
  }
  target[0] = lateCount === 0 ? 0 : last
  target[1] = lateCount === 0 ? 0 : lateSum / lateCount
  target[2] = dayCount === 0 ? 0 : daySum / dayCount
  target[3] = count === 0 ? 0 : sum / count
  return yesterday
}

/** The mean of the known errors of a row around a slot, 0 where none is. */
export function sameTime(errors: Float64Array, slots: number, row: number, slot: number): number {
  if (row < 0) return 0
  let sum = 0
  let count = 0
  for (let s = Math.max(0, slot - 1); s <= Math.min(slots - 1, slot + 1); s++) {
    const error = errors[row * slots + s] as number
    if (Number.isNaN(error)) continue
    sum += error
    count++
  }
  return count === 0 ? 0 : sum / count
}

/** The error that the features let expect of a slot. */
export function expectedError(state: Correction, slot: number, features: Float64Array): number {
  const at = slot * MIDNIGHT_FEATURES
  let sum = 0
  for (let i = 0; i < MIDNIGHT_FEATURES; i++) {
    sum += (state.weights[at + i] as number) * (features[i] as number)
  }
  return sum
}

/** Walks through the days: each is corrected by what the days before it taught, then teaches. Writes what stays over. */
export function correctHistory(
  state: Correction,
  table: DayTable,
  errors: Float64Array,
  corrected: Float64Array
): void {
  const { slots } = state
  const features = new Float64Array(MIDNIGHT_FEATURES)
  for (let row = 0; row < table.count; row++) {
    const yesterday = midnightFeatures(table, errors, slots, table.day[row] as number, row, features)
    if (row % SOLVE_EVERY_DAYS === 0) solveAll(state)
    for (let slot = 0; slot < slots; slot++) {
      features[4] = sameTime(errors, slots, yesterday, slot)
      const error = errors[row * slots + slot] as number
      corrected[row * slots + slot] = error - expectedError(state, slot, features)
      if (!Number.isNaN(error)) learn(state, slot, features, error)
    }
  }
  solveAll(state)
}

function learn(state: Correction, slot: number, features: Float64Array, error: number): void {
  const p = MIDNIGHT_FEATURES
  const { gram, right } = state
  const kept = state.variance * RIDGE * (1 - FORGETTING)
  for (let i = 0; i < p; i++) {
    const at = (slot * p + i) * p
    const feature = features[i] as number
    for (let j = 0; j <= i; j++) {
      gram[at + j] = (gram[at + j] as number) * FORGETTING + feature * (features[j] as number)
    }
    gram[at + i] = (gram[at + i] as number) + kept
    right[slot * p + i] = (right[slot * p + i] as number) * FORGETTING + feature * error
  }
}

const triangle = new Float64Array(MIDNIGHT_FEATURES * MIDNIGHT_FEATURES)

function solveAll(state: Correction): void {
  for (let slot = 0; slot < state.slots; slot++) {
    solveSmall(state.gram, slot * MIDNIGHT_FEATURES * MIDNIGHT_FEATURES, state.right, state.weights, slot)
  }
}

/** One small ridge system by Cholesky; a slot without variance has no correction. */
function solveSmall(
  gram: Float64Array,
  g: number,
  right: Float64Array,
  weights: Float64Array,
  slot: number
): void {
  const p = MIDNIGHT_FEATURES
  const at = slot * p
  for (let i = 0; i < p; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = gram[g + i * p + j] as number
      for (let k = 0; k < j; k++) sum -= (triangle[i * p + k] as number) * (triangle[j * p + k] as number)
      triangle[i * p + j] = i === j ? Math.sqrt(Math.max(sum, 1e-300)) : sum / (triangle[j * p + j] as number)
    }
  }
  for (let i = 0; i < p; i++) {
    let sum = right[at + i] as number
    for (let k = 0; k < i; k++) sum -= (triangle[i * p + k] as number) * (weights[at + k] as number)
    weights[at + i] = sum / (triangle[i * p + i] as number)
  }
  for (let i = p - 1; i >= 0; i--) {
    let sum = weights[at + i] as number
    for (let k = i + 1; k < p; k++) sum -= (triangle[k * p + i] as number) * (weights[at + k] as number)
    weights[at + i] = sum / (triangle[i * p + i] as number)
  }
}

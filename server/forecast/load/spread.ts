import type { DayTable } from './dayTable.ts'
import { TEMPERATURE_PARTS } from './dayTemperature.ts'

/** What makes a day harder to foretell: heat, cold, a day off, a special day, and how unlike the known days it is. */
export const DAY_FEATURES = 6
const RIDGE = 5
/** Errors so many days old count half as much. */
const HALF_LIFE_DAYS = 240
const LEAST_SIZE = 1e-9
const MOST_FACTOR = 4

/** How far a forecast may be off, from the out-of-sample errors of the past. */
export interface Spread {
  /** The usual size of an error by slot, on the model's scale. */
  readonly bySlot: Float64Array
  /** Logarithm of a day's size against the usual one: weights of the day's features. */
  readonly weights: Float64Array
  /** Quantiles of the standardised errors of slots and of the day's peak, at (i + ½) / length. */
  readonly slotQuantiles: Float64Array
  readonly peakQuantiles: Float64Array
}

export const QUANTILES = 100

/** The features of a day whose forecast has so much variance left. */
export function dayFeatures(table: DayTable, row: number, deviation: number, target: Float64Array): void {
  let warmth = 0
  for (let part = 2; part < 7; part++) warmth += table.parts[row * TEMPERATURE_PARTS + part] as number
  warmth /= 5
  target[0] = 1
  target[1] = Math.max(0, warmth - 0.5)
  target[2] = Math.max(0, -warmth - 0.5)
  target[3] = table.working[row] === 1 ? 0 : 1
  target[4] =
    table.holiday[row] === 1 || table.beforeHoliday[row] === 1 || table.afterHoliday[row] === 1 ? 1 : 0
  target[5] = Math.log(deviation)
}

/** The factor of a day's size, within bounds. */
export function dayFactor(spread: Pick<Spread, 'weights'>, features: Float64Array): number {
  let sum = 0
  for (let i = 0; i < DAY_FEATURES; i++) sum += (spread.weights[i] as number) * (features[i] as number)
  return Math.min(Math.max(Math.exp(sum), 1 / MOST_FACTOR), MOST_FACTOR)
}

/** Weights of rows by age. */
export function ageWeights(table: DayTable): Float64Array {
  const newest = table.day[table.count - 1] as number
  return Float64Array.from(
    { length: table.count },
    (_, row) => 0.5 ** ((newest - (table.day[row] as number)) / HALF_LIFE_DAYS)
  )
}

/** The usual size of an error of each slot: weighted root mean square, smoothed over neighbours. */
export function sizesBySlot(
  errors: Float64Array,
  slots: number,
  weights: Float64Array,
  from: number
): Float64Array {
  const squares = new Float64Array(slots)
  const sums = new Float64Array(slots)
  for (let row = from; row < weights.length; row++) {
    const weight = weights[row] as number
    for (let slot = 0; slot < slots; slot++) {
      const error = errors[row * slots + slot] as number
      if (Number.isNaN(error)) continue
      squares[slot] = (squares[slot] as number) + weight * error * error
      sums[slot] = (sums[slot] as number) + weight
    }
  }
  const size = (slot: number) => {
    let square = 0
    let sum = 0
    for (let s = slot - 1; s <= slot + 1; s++) {
      square += squares[(s + slots) % slots] as number
      sum += sums[(s + slots) % slots] as number
    }
    return sum > 0 ? Math.sqrt(square / sum) : 0
  }
  return Float64Array.from({ length: slots }, (_, slot) => size(slot))
}

/** Ridge regression of the logarithm of each day's size on its features; a day without size is passed over. */
export function daySizeWeights(
  features: Float64Array,
  sizes: Float64Array,
  weights: Float64Array,
  from: number
): Float64Array {
  const p = DAY_FEATURES
  const gram = new Float64Array(p * p)
  const right = new Float64Array(p)
  for (let i = 1; i < p; i++) gram[i * p + i] = RIDGE
  gram[0] = LEAST_SIZE
  for (let row = from; row < sizes.length; row++) {
    const size = sizes[row] as number
    if (!(size > LEAST_SIZE)) continue
    const weight = weights[row] as number
    for (let i = 0; i < p; i++) {
      const x = weight * (features[row * p + i] as number)
      for (let j = 0; j < p; j++)
        gram[i * p + j] = (gram[i * p + j] as number) + x * (features[row * p + j] as number)
      right[i] = (right[i] as number) + x * Math.log(size)
    }
  }
  return solve(gram, right, p)
}

/** Quantiles of weighted values at (i + ½) / length; zeros where there are none. */
export function weightedQuantiles(values: Float64Array, weights: Float64Array, length: number): Float64Array {
  const order = Array.from(values.keys()).filter(i => !Number.isNaN(values[i] as number))
  order.sort((a, b) => (values[a] as number) - (values[b] as number))
  const total = order.reduce((sum, i) => sum + (weights[i] as number), 0)
  const quantiles = new Float64Array(length)
  let place = 0
  let below = 0
  for (let q = 0; q < length && order.length > 0; q++) {
    const level = ((q + 0.5) / length) * total
    while (place < order.length - 1 && below + (weights[order[place] as number] as number) < level) {
      below += weights[order[place] as number] as number
      place++
    }
    quantiles[q] = values[order[place] as number] as number
  }
  return quantiles
}

/** The value of evenly spaced quantiles at a level between 0 and 1. */
export function quantileAt(quantiles: Float64Array, level: number): number {
  const place = Math.min(Math.max(level * quantiles.length - 0.5, 0), quantiles.length - 1)
  const low = Math.floor(place)
  const lower = quantiles[low] as number
  const upper = quantiles[Math.min(low + 1, quantiles.length - 1)] as number
  return lower + (place - low) * (upper - lower)
}

function solve(gram: Float64Array, right: Float64Array, p: number): Float64Array {
  const x = right.slice()
  for (let i = 0; i < p; i++) {
    const pivot = Math.max(gram[i * p + i] as number, 1e-12)
    for (let row = i + 1; row < p; row++) {
      const factor = (gram[row * p + i] as number) / pivot
      for (let j = i; j < p; j++)
        gram[row * p + j] = (gram[row * p + j] as number) - factor * (gram[i * p + j] as number)
      x[row] = (x[row] as number) - factor * (x[i] as number)
    }
  }
  for (let i = p - 1; i >= 0; i--) {
    let sum = x[i] as number
    for (let j = i + 1; j < p; j++) sum -= (gram[i * p + j] as number) * (x[j] as number)
    x[i] = sum / Math.max(gram[i * p + i] as number, 1e-12)
  }
  return x
}

import type { ErrorMemory } from './errors.ts'

const RIDGE = 0.02
const FEATURES = 3
const LEAST_LEFT = 0.02

/** What the loads of today so far say of the steps ahead. */
export interface Newest {
  /** To be added to today's and tomorrow's forecast, by slot, on the model's scale. */
  readonly today: Float64Array
  readonly tomorrow: Float64Array
  /** The share of an error of today that stays, by slot: narrows the bands of the next hours. */
  readonly left: Float64Array
}

/**
 * The intraday correction: the best linear guess of a slot's error from three views of today's errors so far — the
 * newest, the mean of the last hours, the mean since midnight — by the covariances of past days' errors. Null where
 * nothing of today is known. `errors` holds NaN from the origin on and in gaps.
 */
export function newestCorrection(memory: ErrorMemory, errors: Float64Array, slots: number): Newest | null {
  const views = viewsOf(errors, slots)
  if (views === null) return null
  const seen = new Float64Array(FEATURES)
  const sums = new Float64Array(FEATURES * slots)
  const later = new Float64Array(FEATURES * slots)
  for (let view = 0; view < FEATURES; view++) {
    for (let slot = 0; slot < slots; slot++) {
      const weight = views[view * slots + slot] as number
      if (weight === 0) continue
      seen[view] = (seen[view] as number) + weight * (errors[slot] as number)
      for (let other = 0; other < slots; other++) {
        const at = view * slots + other
        sums[at] = (sums[at] as number) + weight * (memory.sameDay[slot * slots + other] as number)
        later[at] = (later[at] as number) + weight * (memory.nextDay[slot * slots + other] as number)
      }
    }
  }
  const gram = new Float64Array(FEATURES * FEATURES)
  for (let a = 0; a < FEATURES; a++) {
    for (let b = 0; b < FEATURES; b++) {
      let sum = 0
      for (let slot = 0; slot < slots; slot++) {
        sum += (sums[a * slots + slot] as number) * (views[b * slots + slot] as number)
      }
      gram[a * FEATURES + b] = sum
    }
  }
  const size = ((gram[0] as number) + (gram[4] as number) + (gram[8] as number)) / FEATURES
  if (!(size > 0)) return null
  const inverse = invert(gram, RIDGE * size)
  shrinkLater(memory, gram, later, slots)
  const known = lastKnown(errors, slots)
  const today = new Float64Array(slots)
  const tomorrow = new Float64Array(slots)
  const left = new Float64Array(slots).fill(1)
  for (let slot = 0; slot < slots; slot++) {
    const weights = times(inverse, sums, slots, slot)
    const variance = memory.sameDay[slot * slots + slot] as number
    let explained = 0
    for (let view = 0; view < FEATURES; view++) {
      explained += (weights[view] as number) * (sums[view * slots + slot] as number)
      if (slot > known)
        today[slot] = (today[slot] as number) + (weights[view] as number) * (seen[view] as number)
    }
    if (slot > known && variance > 0) left[slot] = Math.sqrt(Math.max(LEAST_LEFT, 1 - explained / variance))
    const after = times(inverse, later, slots, slot)
    for (let view = 0; view < FEATURES; view++) {
      tomorrow[slot] = (tomorrow[slot] as number) + (after[view] as number) * (seen[view] as number)
    }
  }
  return { today, tomorrow, left }
}

/** What chance alone could show is taken off the covariances with tomorrow (the positive part rule of James and Stein). */
function shrinkLater(memory: ErrorMemory, gram: Float64Array, later: Float64Array, slots: number): void {
  const growth = (memory.leadSizes[1] as number) ** 2
  for (let view = 0; view < FEATURES; view++) {
    const own = gram[view * FEATURES + view] as number
    for (let slot = 0; slot < slots; slot++) {
      const at = view * slots + slot
      const found = later[at] as number
      const chance =
        (own * growth * (memory.sameDay[slot * slots + slot] as number)) / Math.max(memory.days, 1)
      later[at] = found === 0 ? 0 : found * Math.max(0, 1 - (2 * chance) / (found * found))
    }
  }
}

function lastKnown(errors: Float64Array, slots: number): number {
  for (let slot = slots - 1; slot >= 0; slot--) if (!Number.isNaN(errors[slot] as number)) return slot
  return -1
}

function viewsOf(errors: Float64Array, slots: number): Float64Array | null {
  const last = lastKnown(errors, slots)
  if (last < 0) return null
  const views = new Float64Array(FEATURES * slots)
  views[last] = 1
  for (const [view, from] of [
    [1, Math.max(0, last + 1 - Math.ceil(slots / 8))],
    [2, 0]
  ] as const) {
    let known = 0
    for (let slot = from; slot <= last; slot++) if (!Number.isNaN(errors[slot] as number)) known++
    for (let slot = from; slot <= last; slot++) {
      if (!Number.isNaN(errors[slot] as number)) views[view * slots + slot] = 1 / known
    }
  }
  return views
}

function times(inverse: Float64Array, columns: Float64Array, slots: number, slot: number): Float64Array {
  const product = new Float64Array(FEATURES)
  for (let a = 0; a < FEATURES; a++) {
    let sum = 0
    for (let b = 0; b < FEATURES; b++) {
      sum += (inverse[a * FEATURES + b] as number) * (columns[b * slots + slot] as number)
    }
    product[a] = sum
  }
  return product
}

/** The inverse of a symmetric 3 × 3 matrix with something added to its diagonal. */
function invert(gram: Float64Array, ridge: number): Float64Array {
  const at = (i: number, j: number) => (gram[i * 3 + j] as number) + (i === j ? ridge : 0)
  const minor = (i: number, j: number) => {
    const [r1, r2] = [(i + 1) % 3, (i + 2) % 3]
    const [c1, c2] = [(j + 1) % 3, (j + 2) % 3]
    return at(r1, c1) * at(r2, c2) - at(r1, c2) * at(r2, c1)
  }
  const determinant = at(0, 0) * minor(0, 0) + at(0, 1) * minor(0, 1) + at(0, 2) * minor(0, 2)
  return Float64Array.from({ length: 9 }, (_, k) => minor(k % 3, Math.floor(k / 3)) / determinant)
}

import type { Learned } from './learn.ts'
import { fromScale } from './scale.ts'
import {
  ageWeights,
  DAY_FEATURES,
  dayFactor,
  dayFeatures,
  daySizeWeights,
  QUANTILES,
  quantileAt,
  type Spread,
  sizesBySlot,
  weightedQuantiles
} from './spread.ts'

/** Days ahead, the first being the origin's own. */
export const MOST_LEADS = 9
const FIRST_DAYS = 10
const GROWTH_RATE = 0.04
const MISSED_SHARE = 0.2
const MOST_GROWTH = 1
/** A day with fewer known slots has no peak to compare. */
const PEAK_KNOWN_SHARE = 0.9

/** What the out-of-sample errors of a history say of the errors to come. */
export interface ErrorMemory {
  readonly spread: Spread
  /** By how much errors grow with the days ahead: 1 for the first day. */
  readonly leadSizes: Float64Array
  /** Covariances of a day's standardised errors, slot by slot, and of the next day's with them. */
  readonly sameDay: Float64Array
  readonly nextDay: Float64Array
  /** How many days, by weight, these rest on. */
  readonly days: number
}

export function errorMemory(learned: Learned): ErrorMemory {
  const { table, memory, slots } = learned
  const from = Math.min(Math.max(FIRST_DAYS, table.count >> 2), table.count >> 1)
  const weights = ageWeights(table)
  const bySlot = sizesBySlot(memory.corrected, slots, weights, from)
  const features = new Float64Array(table.count * DAY_FEATURES)
  for (let row = 0; row < table.count; row++) {
    const deviation = memory.factor[row * memory.stride + row] as number
    const at = row * DAY_FEATURES
    dayFeatures(table, row, deviation, features.subarray(at, at + DAY_FEATURES))
  }
  const dayWeights = daySizeWeights(features, daySizes(learned, bySlot), weights, from)
  const factors = Float64Array.from({ length: table.count }, (_, row) =>
    dayFactor({ weights: dayWeights }, features.subarray(row * DAY_FEATURES, (row + 1) * DAY_FEATURES))
  )
  const slotQuantiles = quantilesOfSlots(learned, bySlot, factors, weights, from)
  const peakQuantiles = quantilesOfPeaks(learned, bySlot, factors, weights, from)
  const recent = recentGrowth(learned, bySlot, factors, slotQuantiles, from)
  const spread = {
    bySlot,
    weights: dayWeights,
    slotQuantiles: slotQuantiles.map(quantile => quantile * recent),
    peakQuantiles: peakQuantiles.map(quantile => quantile * recent)
  }
  return {
    spread,
    leadSizes: leadSizes(learned, bySlot, factors, weights, from),
    ...kinships(learned, factors, weights, from)
  }
}

/**
 * How much wider the bands should be by the newest days: walking through the days, a band that missed more than a fifth
 * of the day widens, one that missed less narrows (Gibbs and Candès 2021, adaptive conformal inference).
 */
function recentGrowth(
  { table, memory, slots }: Learned,
  bySlot: Float64Array,
  factors: Float64Array,
  quantiles: Float64Array,
  from: number
): number {
  const low = quantileAt(quantiles, 0.1)
  const high = quantileAt(quantiles, 0.9)
  let growth = 0
  for (let row = from; row < table.count; row++) {
    const size = (factors[row] as number) * Math.exp(growth)
    let missed = 0
    let known = 0
    for (let slot = 0; slot < slots; slot++) {
      const ratio = (memory.corrected[row * slots + slot] as number) / ((bySlot[slot] as number) * size)
      if (!Number.isFinite(ratio)) continue
      known++
      if (ratio < low || ratio > high) missed++
    }
    if (known === 0) continue
    growth += GROWTH_RATE * (missed / known - MISSED_SHARE)
    growth = Math.min(Math.max(growth, -MOST_GROWTH), MOST_GROWTH)
  }
  return Math.exp(growth)
}

/** The root mean square of a day's errors in usual sizes; 0 where none is known. */
function daySizes({ table, memory, slots }: Learned, bySlot: Float64Array): Float64Array {
  return Float64Array.from({ length: table.count }, (_, row) => {
    let squares = 0
    let known = 0
    for (let slot = 0; slot < slots; slot++) {
      const ratio = (memory.corrected[row * slots + slot] as number) / (bySlot[slot] as number)
      if (!Number.isFinite(ratio)) continue
      squares += ratio * ratio
      known++
    }
    return known === 0 ? 0 : Math.sqrt(squares / known)
  })
}

/** A grid of quantiles by counting into fine classes: exact sorting of a year of half hours costs too much. */
function quantilesOfSlots(
  { table, memory, slots }: Learned,
  bySlot: Float64Array,
  factors: Float64Array,
  weights: Float64Array,
  from: number
): Float64Array {
  const [widest, classes] = [8, 1600]
  const counts = new Float64Array(classes)
  let total = 0
  for (let row = from; row < table.count; row++) {
    const weight = weights[row] as number
    for (let slot = 0; slot < slots; slot++) {
      const size = (bySlot[slot] as number) * (factors[row] as number)
      const ratio = (memory.corrected[row * slots + slot] as number) / size
      if (!Number.isFinite(ratio)) continue
      const place = Math.floor(((ratio + widest) * classes) / (2 * widest))
      const at = Math.min(Math.max(place, 0), classes - 1)
      counts[at] = (counts[at] as number) + weight
      total += weight
    }
  }
  const quantiles = new Float64Array(QUANTILES)
  if (total === 0) return quantiles
  let below = 0
  let at = 0
  for (let q = 0; q < QUANTILES; q++) {
    const level = ((q + 0.5) / QUANTILES) * total
    while (at < classes - 1 && below + (counts[at] as number) < level) below += counts[at++] as number
    const share = (counts[at] as number) > 0 ? (level - below) / (counts[at] as number) : 0
    quantiles[q] = ((at + Math.min(share, 1)) * 2 * widest) / classes - widest
  }
  return quantiles
}

function quantilesOfPeaks(
  { table, memory, slots, means }: Learned,
  bySlot: Float64Array,
  factors: Float64Array,
  weights: Float64Array,
  from: number
): Float64Array {
  const ratios = new Float64Array(table.count).fill(Number.NaN)
  for (let row = from; row < table.count; row++) {
    let known = 0
    let highest = Number.NEGATIVE_INFINITY
    let foretold = Number.NEGATIVE_INFINITY
    let peakSlot = 0
    for (let slot = 0; slot < slots; slot++) {
      const at = row * slots + slot
      // What was foretold once corrected is what came less what was missed.
      const load = (memory.foretold[at] as number) + (memory.errors[at] as number) + (means[slot] as number)
      if (Number.isNaN(load)) continue
      known++
      highest = Math.max(highest, load)
      const expected = load - (memory.corrected[at] as number)
      if (expected <= foretold) continue
      foretold = expected
      peakSlot = slot
    }
    if (known < PEAK_KNOWN_SHARE * slots) continue
    ratios[row] = (highest - foretold) / ((bySlot[peakSlot] as number) * (factors[row] as number))
  }
  return weightedQuantiles(
    ratios.map(ratio => (Number.isFinite(ratio) ? ratio : Number.NaN)),
    weights,
    QUANTILES
  )
}

/** Root mean square errors by days ahead against those of the first day: the rows nearest before are left out. */
function leadSizes(
  { table, memory, slots }: Learned,
  bySlot: Float64Array,
  factors: Float64Array,
  weights: Float64Array,
  from: number
): Float64Array {
  const squares = new Float64Array(MOST_LEADS)
  let first = 0
  const ahead = new Float64Array(slots)
  for (let row = Math.max(from, MOST_LEADS); row < table.count; row++) {
    const weight = (weights[row] as number) / (factors[row] as number) ** 2
    for (let slot = 0; slot < slots; slot++) ahead[slot] = memory.errors[row * slots + slot] as number
    for (let lead = 0; lead < MOST_LEADS; lead++) {
      const skipped = row - lead
      const l = lead === 0 ? 0 : (memory.factor[row * memory.stride + skipped] as number)
      for (let slot = 0; slot < slots; slot++) {
        if (lead > 0) {
          ahead[slot] = (ahead[slot] as number) + l * (memory.innovations[skipped * slots + slot] as number)
        }
        const error = lead === 0 ? (memory.corrected[row * slots + slot] as number) : (ahead[slot] as number)
        const ratio = error / (bySlot[slot] as number)
        if (Number.isFinite(ratio)) squares[lead] = (squares[lead] as number) + weight * ratio * ratio
      }
    }
    first = squares[0] as number
  }
  let most = 1
  return squares.map(square => {
    most = Math.max(most, first > 0 ? Math.sqrt(square / first) : 1)
    return most
  })
}

/** How the errors of a day, and of the day after foretold without it, go together. */
function kinships(
  { table, memory, slots }: Learned,
  factors: Float64Array,
  weights: Float64Array,
  from: number
): Pick<ErrorMemory, 'sameDay' | 'nextDay' | 'days'> {
  const sameDay = new Float64Array(slots * slots)
  const nextDay = new Float64Array(slots * slots)
  const today = new Float64Array(slots)
  const tomorrow = new Float64Array(slots)
  let total = 0
  for (let row = from; row < table.count; row++) {
    const size = factors[row] as number
    const weight = weights[row] as number
    total += weight
    const next = row + 1 < table.count && (table.day[row + 1] as number) === (table.day[row] as number) + 1
    const l = next ? (memory.factor[(row + 1) * memory.stride + row] as number) : 0
    for (let slot = 0; slot < slots; slot++) {
      const error = (memory.corrected[row * slots + slot] as number) / size
      today[slot] = Number.isNaN(error) ? 0 : error
      const after = next
        ? ((memory.errors[(row + 1) * slots + slot] as number) +
            l * (memory.innovations[row * slots + slot] as number)) /
          size
        : 0
      tomorrow[slot] = Number.isNaN(after) ? 0 : after
    }
    for (let a = 0; a < slots; a++) {
      const share = weight * (today[a] as number)
      const at = a * slots
      for (let b = 0; b <= a; b++)
        sameDay[at + b] = (sameDay[at + b] as number) + share * (today[b] as number)
      for (let b = 0; b < slots; b++)
        nextDay[at + b] = (nextDay[at + b] as number) + share * (tomorrow[b] as number)
    }
  }
  for (let a = 0; a < slots && total > 0; a++) {
    for (let b = 0; b <= a; b++) {
      sameDay[a * slots + b] = (sameDay[a * slots + b] as number) / total
      sameDay[b * slots + a] = sameDay[a * slots + b] as number
    }
  }
  for (let i = 0; i < nextDay.length && total > 0; i++) nextDay[i] = (nextDay[i] as number) / total
  return { sameDay, nextDay, days: total }
}

/** A load on the model's scale, kW. */
export function kwOf({ scale, means }: Learned, slot: number, z: number): number {
  return fromScale(scale, z + (means[slot] as number))
}

import type { EnrolmentContract } from '../../contract/enrolments.ts'
import { clipped, type Spread, Z90 } from './normal.ts'

/** A past delivery counts at most this share of what was asked. */
export const MAX_RATIO = 1.2

/** Delivered ÷ asked before anything was measured; first guess. */
const ASSUMED: Spread = { mean: 0.9, sd: 0.25 }
/** The assumption weighs as much as so many measured deliveries of the programme. */
const ASSUMED_WEIGHT = 10
/** The programme's habit weighs as much as so many measured events of the customer. */
const PROGRAMME_WEIGHT = 3
/** A request is rounded down to this, kW. */
const REQUEST_STEP_KW = 0.1

/** What a customer can give in a window, kW. */
export interface Available {
  /** The load that is counted on: the present one, or the predicted baseline where that is lower. */
  loadKw: number
  /** What it keeps: the highest of minimum load, never-curtail loads together, firm service level. */
  keepsKw: number
  /** What to ask of it: its promise, but never more than it draws above what it keeps. */
  availableKw: number
}

/** What is to be expected of one customer, mean over the window, kW; `sdKw` is one standard deviation of its own error. */
export interface Prediction {
  meanKw: number
  sdKw: number
  p10Kw: number
  p50Kw: number
  p90Kw: number
}

export function availableOf(
  {
    committedKw,
    contract
  }: {
    committedKw: number
    contract: Pick<
      EnrolmentContract,
      'committedShare' | 'firmServiceLevelKw' | 'minimumLoadKw' | 'neverCurtail'
    >
  },
  presentKw: number,
  baselineKw: number | null
): Available {
  const { committedShare, firmServiceLevelKw, minimumLoadKw, neverCurtail } = contract
  const neverKw = neverCurtail.reduce((sum, { kw }) => sum + kw, 0)
  const keepsKw = Math.max(minimumLoadKw, neverKw, firmServiceLevelKw ?? 0)
  const loadKw = Math.max(0, baselineKw === null ? presentKw : Math.min(presentKw, baselineKw))
  const shareKw = committedShare === null ? Infinity : committedShare * loadKw
  // Who committed a share or a level, and no kW, is bound by that alone.
  const isOpen = committedKw === 0 && (committedShare !== null || firmServiceLevelKw !== null)
  const promisedKw = Math.min(shareKw, isOpen ? Infinity : committedKw)
  const most = Math.max(0, Math.min(promisedKw, loadKw - keepsKw))
  return { loadKw, keepsKw, availableKw: roundedDown(most) }
}

/**
 * How much of what is asked the customers of a programme deliver: mean and spread of their past ratios, each counted
 * within 0 … 1.2, drawn towards 0.9 ± 0.25 as if that were ten further ones.
 */
export const programmeHabit = (ratios: Iterable<number>): Spread => drawn(ratios, ASSUMED, ASSUMED_WEIGHT)

/**
 * How much of what is asked one customer delivers next time. Few past events say little, so the programme's habit (M, S)
 * stands in as if it were κ = 3 events of its own (empirical Bayes); of n ratios r
 *
 *   m = (κ·M + Σr) ÷ (κ + n)        s² = (κ·(S² + (M − m)²) + Σ(r − m)²) ÷ (κ + n) · (1 + 1 ÷ (κ + n))
 *
 * The last factor is the error of m itself: s is the spread of the next delivery, not of its mean.
 */
export function habitOf(ratios: readonly number[], programme: Spread): Spread {
  const { mean, sd } = drawn(ratios, programme, PROGRAMME_WEIGHT)
  return { mean, sd: sd * Math.sqrt(1 + 1 / (PROGRAMME_WEIGHT + ratios.length)) }
}

/**
 * What a customer will deliver: asked · ratio, the ratio normal as its habit says, and whatever would lie below nothing or
 * above what can be had standing at that edge. Can be had: at most 1.2 times what is asked, and never more than the load
 * above what is kept. Mean and spread are those of the clipped quantity, so that a load that can just give what is asked
 * is expected to give less.
 */
export function predicted({ availableKw, loadKw, keepsKw }: Available, habit: Spread): Prediction {
  const mostKw = Math.max(0, Math.min(MAX_RATIO * availableKw, loadKw - keepsKw))
  const mean = availableKw * habit.mean
  const sd = availableKw * habit.sd
  const at = (z: number) => Math.min(mostKw, Math.max(0, mean + z * sd))
  const own = clipped({ mean, sd }, 0, mostKw)
  return { meanKw: own.mean, sdKw: own.sd, p10Kw: at(-Z90), p50Kw: at(0), p90Kw: at(Z90) }
}

function drawn(ratios: Iterable<number>, towards: Spread, weight: number): Spread {
  let n = weight
  let sum = weight * towards.mean
  let squares = weight * (towards.sd ** 2 + towards.mean ** 2)
  for (const ratio of ratios) {
    const counted = Math.min(MAX_RATIO, Math.max(0, ratio))
    n += 1
    sum += counted
    squares += counted * counted
  }
  const mean = sum / n
  return { mean, sd: Math.sqrt(Math.max(0, squares / n - mean * mean)) }
}

/** Never up: a request above what is available would ask for a load that is kept. */
function roundedDown(kw: number): number {
  const steps = Math.floor(kw / REQUEST_STEP_KW + 1e-9)
  return Math.min(kw, steps / (1 / REQUEST_STEP_KW))
}

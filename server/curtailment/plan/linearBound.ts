import { type Goal, nobody, type Pool, type Sums } from './pool.ts'

/**
 * A linear function that is nowhere below f, for every set whose spread w½ lies in [low, high]:
 *
 *   f(S) = Σμ − z·√w,  w = Σσ² + s²·(ΣB)²
 *   √w ≥ (w + low·high) ÷ (low + high)          a concave function lies above its chord
 *   (ΣB)² ≥ 2β·ΣB − β²                          a convex one above its tangent, at any β
 *   f(S) ≤ Σ scoreᵢ + constant,  q = z ÷ (low + high),
 *          scoreᵢ = μᵢ − q·(σᵢ² + 2s²β·Bᵢ),  constant = q·(s²β² − low·high)
 *
 * Its maximum over the sets of at most n is the sum of the n highest positive scores.
 */
export interface Linear {
  q: number
  /** β. */
  at: number
  constant: number
}

export function linear({ z, commonShare: s }: Goal, low: number, high: number, at: number): Linear {
  const q = high > 0 ? z / (low + high) : 0
  return { q, at, constant: q * (s * s * at * at - low * high) }
}

/** The set that makes the linear function highest. */
export interface Best {
  sums: Sums
  bound: number
  /** Scores above it are in. */
  threshold: number
  linear: Linear
}

/** Works on one pool; its buffers are used again and again. */
export interface Scorer {
  /** The best set of at most `most`. */
  best(function_: Linear, most: number): Best
  /** Who is in it: equal scores at the threshold are taken in the order of the pool. */
  members(best: Best): number[]
  /** The scores of a linear function; valid until the next call. */
  scores(function_: Linear): Float64Array
}

export function scorer(pool: Pool, { commonShare }: Goal): Scorer {
  const { size, meanKw, variance, baselineKw } = pool
  const scores = new Float64Array(size)
  const scratch = new Float64Array(size)

  function fill({ q, at }: Linear): Float64Array {
    const perKw = 2 * commonShare * commonShare * at * q
    for (let i = 0; i < size; i++) {
      scores[i] = (meanKw[i] ?? 0) - q * (variance[i] ?? 0) - perKw * (baselineKw[i] ?? 0)
    }
    return scores
  }

  /** Above it there are fewer than `most` scores; never below 0. */
  function thresholdOf(most: number): number {
    if (most >= size) return 0
    scratch.set(scores)
    return Math.max(0, nthHighest(scratch, most - 1))
  }

  /** How many of the scores at the threshold itself are still taken. */
  function tiesAt(threshold: number, most: number): number {
    if (threshold <= 0) return 0
    let above = 0
    for (let i = 0; i < size; i++) if ((scores[i] ?? 0) > threshold) above += 1
    return most - above
  }

  function eachTaken(threshold: number, most: number, take: (i: number) => void): void {
    let ties = tiesAt(threshold, most)
    for (let i = 0; i < size; i++) {
      const score = scores[i] ?? 0
      if (score > threshold) take(i)
      else if (score === threshold && ties > 0) {
        ties -= 1
        take(i)
      }
    }
  }

  return {
    scores: fill,
    best(function_, most) {
      fill(function_)
      const threshold = most > 0 ? thresholdOf(most) : Infinity
      const sums = nobody()
      let bound = function_.constant
      eachTaken(threshold, most, i => {
        sums.count += 1
        sums.meanKw += meanKw[i] ?? 0
        sums.variance += variance[i] ?? 0
        sums.baselineKw += baselineKw[i] ?? 0
        bound += scores[i] ?? 0
      })
      return { sums, bound, threshold, linear: function_ }
    },
    members({ linear: function_, threshold, sums }) {
      fill(function_)
      const found: number[] = []
      eachTaken(threshold, sums.count, i => found.push(i))
      return found
    }
  }
}

/** The value that stands at place `n` (0 the first) when sorted from the highest; the values are moved about. */
export function nthHighest(values: Float64Array, n: number): number {
  let from = 0
  let to = values.length - 1
  while (from < to) {
    const pivot = middleOf(values[from] ?? 0, values[(from + to) >> 1] ?? 0, values[to] ?? 0)
    let i = from
    let j = to
    while (i <= j) {
      while ((values[i] ?? 0) > pivot) i += 1
      while ((values[j] ?? 0) < pivot) j -= 1
      if (i > j) break
      const value = values[i] ?? 0
      values[i] = values[j] ?? 0
      values[j] = value
      i += 1
      j -= 1
    }
    if (n <= j) to = j
    else if (n >= i) from = i
    else break
  }
  return values[n] ?? 0
}

const middleOf = (a: number, b: number, c: number) => Math.max(Math.min(a, b), Math.min(Math.max(a, b), c))

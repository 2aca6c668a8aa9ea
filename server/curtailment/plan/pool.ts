/** What each candidate adds to a set: mean delivery, its own variance, its baseline; kW, kW², kW. Columns of equal length. */
export interface Pool {
  size: number
  meanKw: Float64Array
  variance: Float64Array
  baselineKw: Float64Array
}

/** Sums over a set. */
export interface Sums {
  count: number
  meanKw: number
  variance: number
  baselineKw: number
}

/** What a set has to reach: `targetKw` with the probability Φ(z), where the common error is a share of the summed baseline. */
export interface Goal {
  targetKw: number
  z: number
  commonShare: number
}

export const nobody = (): Sums => ({ count: 0, meanKw: 0, variance: 0, baselineKw: 0 })

export function poolOf(items: readonly { meanKw: number; sdKw: number; baselineKw: number }[]): Pool {
  return {
    size: items.length,
    meanKw: Float64Array.from(items, ({ meanKw }) => meanKw),
    variance: Float64Array.from(items, ({ sdKw }) => sdKw * sdKw),
    baselineKw: Float64Array.from(items, ({ baselineKw }) => Math.max(0, baselineKw))
  }
}

/** One standard deviation of the sum: own errors by the root of squares, the common one straight. */
export function spreadOf({ variance, baselineKw }: Sums, commonShare: number): number {
  return Math.sqrt(variance + (commonShare * baselineKw) ** 2)
}

/** What the set delivers at least, with the probability asked: f = Σμ − z·√(Σσ² + (s·ΣB)²). */
export function assuredKw(sums: Sums, { z, commonShare }: Goal): number {
  return sums.meanKw - z * spreadOf(sums, commonShare)
}

export function add(sums: Sums, { meanKw, variance, baselineKw }: Pool, i: number): Sums {
  return {
    count: sums.count + 1,
    meanKw: sums.meanKw + (meanKw[i] ?? 0),
    variance: sums.variance + (variance[i] ?? 0),
    baselineKw: sums.baselineKw + (baselineKw[i] ?? 0)
  }
}

export const sumsOf = (pool: Pool, chosen: Iterable<number>): Sums => {
  let sums = nobody()
  for (const i of chosen) sums = add(sums, pool, i)
  return sums
}

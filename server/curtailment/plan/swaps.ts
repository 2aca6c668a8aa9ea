import { assuredKw, type Goal, type Pool, type Sums, sumsOf } from './pool.ts'

/** Above it a swap gains next to nothing, and the pairs would be too many. */
const MOST = 400
const MAX_SWAPS = 50

/** The same number of candidates, after exchanging one for one while what the set delivers at least grows. */
export function swapped(pool: Pool, goal: Goal, chosen: readonly number[]): { chosen: number[]; sums: Sums } {
  let members = [...chosen]
  if (pool.size > MOST) return { chosen: members, sums: sumsOf(pool, members) }
  for (let swaps = 0; swaps < MAX_SWAPS; swaps++) {
    const better = bestSwap(pool, goal, members)
    if (better === null) break
    members = better
  }
  return { chosen: members, sums: sumsOf(pool, members) }
}

function bestSwap(pool: Pool, goal: Goal, members: readonly number[]): number[] | null {
  const { meanKw, variance, baselineKw } = pool
  const sums = sumsOf(pool, members)
  const isIn = new Set(members)
  let highest = assuredKw(sums, goal) + 1e-9 * Math.max(1, goal.targetKw)
  let swap: { out: number; in: number } | null = null
  for (const out of members) {
    for (let i = 0; i < pool.size; i++) {
      if (isIn.has(i)) continue
      const kw = assuredKw(
        {
          count: sums.count,
          meanKw: sums.meanKw - (meanKw[out] ?? 0) + (meanKw[i] ?? 0),
          variance: Math.max(0, sums.variance - (variance[out] ?? 0) + (variance[i] ?? 0)),
          baselineKw: sums.baselineKw - (baselineKw[out] ?? 0) + (baselineKw[i] ?? 0)
        },
        goal
      )
      if (kw <= highest) continue
      highest = kw
      swap = { out, in: i }
    }
  }
  if (swap === null) return null
  const { out, in: into } = swap
  return [...members.filter(i => i !== out), into]
}

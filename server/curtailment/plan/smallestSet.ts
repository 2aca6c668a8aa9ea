import { linear, type Scorer, scorer } from './linearBound.ts'
import { assuredKw, type Goal, type Pool, type Sums, spreadOf, sumsOf } from './pool.ts'
import { searchSet, widestSpread } from './setProof.ts'
import { swapped } from './swaps.ts'

/** A set that reaches the target, and how sure it is that there is no smaller one. */
export interface Choice {
  /** Places in the pool, ascending. */
  chosen: number[]
  isReached: boolean
  /** Proven: no smaller set reaches it; or, where it is not reached, no set at all. */
  isExact: boolean
  /** A smaller set has at least so many fewer at most. */
  atMostTooMany: number
  /** The most that any set found delivers at least, with the probability asked, kW. */
  assuredKw: number
}

/** Steps of one ascent. */
const MAX_STEPS = 6

/** A set met on the way; who is in it is asked for only once it is taken. */
interface Met {
  sums: Sums
  members(): number[]
}

/**
 * The smallest set S of the pool with P(D ≥ target) ≥ probability, where D is normal with mean Σμ and variance
 * Σσ² + (s·ΣB)². With z = Φ⁻¹(probability) ≥ 0 that is f(S) = Σμ − z·√(Σσ² + (s·ΣB)²) ≥ target.
 *
 * f is no sum, so taking the highest μ first is not optimal: a steady customer of less μ may carry more of f, and a big
 * load of little μ takes some away by the common error. But f is the lower envelope of linear functions, one for each
 * spread λ and summed baseline β (linearBound.ts), and of a linear function the best set of at most n is the n highest
 * positive scores: a threshold. So:
 *   1. Ascent: the scores at the spread and baseline of the set in hand give the next set, while f grows; the least size
 *      that reaches the target this way is found by bisection.
 *   2. Proof that one fewer is not enough: branch and bound over the spread (setProof.ts). It either excludes every
 *      smaller set, or meets one, which is then the set in hand.
 *   3. Where the work is bounded before it is proven, the largest size that is excluded gives `atMostTooMany`.
 * Sizes are excluded as "at most n", so a set that f prefers smaller is found as well. What the proof cannot close are
 * sets within the chord and tangent gaps of the target, far below one customer's delivery; small pools are enumerated.
 *
 * Of the sets of that size the one in hand is made more reliable by ascent and swaps. Not to be reached: everybody is chosen, as every further one adds to what is expected.
 */
export function smallestSet(pool: Pool, goal: Goal): Choice {
  const leastKw = goal.targetKw - 1e-9 * Math.max(1, goal.targetKw)
  const scoring = scorer(pool, goal)
  const widest = widestSpread(pool, goal)
  const reaches = ({ sums }: Met) => assuredKw(sums, goal) >= leastKw
  const search = (most: number, { sums: { baselineKw } }: Met) =>
    searchSet(pool, goal, scoring, { most, widest: widest(most), baselineKw, leastKw })

  const all = Array.from(pool.meanKw.keys())
  const everybody: Met = { sums: sumsOf(pool, all), members: () => all }
  let inHand = ascended(goal, scoring, pool.size, everybody)
  if (!reaches(inHand)) {
    const proof = search(pool.size, inHand)
    if (proof.kind !== 'found') {
      const most = Math.max(0, assuredKw(inHand.sums, goal), assuredKw(everybody.sums, goal))
      return {
        chosen: all,
        isReached: false,
        isExact: proof.kind === 'none',
        atMostTooMany: 0,
        assuredKw: most
      }
    }
    inHand = foundSet(proof)
  }
  // Sizes up to `excluded` cannot reach it: at first, by their means alone.
  let excluded = fewestByMeans(pool, leastKw) - 1
  for (let low = excluded, high = inHand.sums.count; high - low > 1; ) {
    const middle = (low + high) >> 1
    const met = ascended(goal, scoring, middle, inHand)
    if (reaches(met)) {
      inHand = met
      high = Math.min(middle, met.sums.count)
    } else low = middle
  }
  // One fewer is nearly always excluded at once; else the largest size that is lies further down.
  for (let open = inHand.sums.count, step = 1; open - excluded > 1; ) {
    const most = Math.max(open - step, (excluded + open) >> 1)
    const proof = search(most, inHand)
    if (proof.kind === 'none') {
      excluded = most
      step = open
    } else if (proof.kind === 'open') {
      open = most
      step *= 2
    } else {
      inHand = foundSet(proof)
      open = Math.min(open, inHand.sums.count)
      step = 1
    }
  }
  const { count } = inHand.sums
  const steady = mostReliable(pool, goal, scoring, inHand)
  return {
    chosen: steady.members().toSorted((a, b) => a - b),
    isReached: true,
    isExact: excluded === count - 1,
    atMostTooMany: count - 1 - excluded,
    assuredKw: assuredKw(steady.sums, goal)
  }
}

/** From a set, the best of at most `most` by the scores at its spread and baseline, and so on while that gains. */
function ascended(goal: Goal, scoring: Scorer, most: number, { sums }: Pick<Met, 'sums'>): Met {
  let from = sums
  let highest: Met | null = null
  for (let step = 0; step < MAX_STEPS; step++) {
    const spread = spreadOf(from, goal.commonShare)
    const best = scoring.best(linear(goal, spread, spread, from.baselineKw), most)
    const gained = highest === null || assuredKw(best.sums, goal) > assuredKw(highest.sums, goal)
    if (gained) highest = { sums: best.sums, members: () => scoring.members(best) }
    else if (step > 1) break
    from = best.sums
  }
  if (highest === null) throw new Error('an ascent takes a step')
  return highest
}

function mostReliable(pool: Pool, goal: Goal, scoring: Scorer, inHand: Met): Met {
  const met = ascended(goal, scoring, inHand.sums.count, inHand)
  const isBetter = assuredKw(met.sums, goal) > assuredKw(inHand.sums, goal)
  return foundSet(swapped(pool, goal, (isBetter ? met : inHand).members()))
}

const foundSet = ({ chosen, sums }: { chosen: number[]; sums: Sums }): Met => ({
  sums,
  members: () => chosen
})

/** So many at least: the highest means alone would not reach it with fewer. */
function fewestByMeans({ meanKw }: Pool, leastKw: number): number {
  const sorted = Float64Array.from(meanKw).sort().reverse()
  let sum = 0
  let count = 0
  for (const kw of sorted) {
    if (sum >= leastKw) break
    sum += kw
    count += 1
  }
  return count
}

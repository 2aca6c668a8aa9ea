import { type Best, type Linear, linear, type Scorer } from './linearBound.ts'
import { add, assuredKw, type Goal, nobody, type Pool, type Sums, spreadOf } from './pool.ts'

/** What a search for a set of at most so many came to. */
export type Proof =
  /** No such set reaches the target. */
  | { kind: 'none' }
  | { kind: 'found'; chosen: number[]; sums: Sums }
  /** Neither found nor excluded within the bounds of the work. */
  | { kind: 'open' }

/** Moves of β for one interval. */
const MAX_MOVES = 24
/** Candidates looked at in one search, bounds and enumeration each. */
const MAX_SCORED = 4_000_000
const MAX_VISITED = 200_000
/** Above it sets are not enumerated: the bound alone is nearly always enough there. */
const MOST_ENUMERATED = 400

/**
 * Searches the sets of at most `most` for one that reaches the target, by their spread:
 *
 *   0 ├────────┼────┼──┼──┼────┼────────┤ the widest spread
 *       bound < target: proven        else: cut in two, the closer the chord; narrow enough: enumerate
 *
 * In an interval every set lies under the linear bound (linearBound.ts), so a bound below the target excludes them all. β
 * goes to where the bound is lowest: its slope in β is 2q·s²·(β − ΣB of the best set), which grows with β. The best sets
 * met on the way are tried themselves. What a narrow interval leaves over is at most the sets whose linear value reaches
 * the target; those are enumerated and each is judged by f itself.
 */
export function searchSet(
  pool: Pool,
  goal: Goal,
  scoring: Scorer,
  { most, widest, baselineKw, leastKw }: { most: number; widest: number; baselineKw: number; leastKw: number }
): Proof {
  const stack = [{ low: 0, high: Math.max(widest, Number.MIN_VALUE), at: baselineKw }]
  let scored = 0
  let visited = 0
  let isOpen = false
  for (let interval = stack.pop(); interval !== undefined; interval = stack.pop()) {
    const { low, high } = interval
    const tight = tightened(low, high, interval.at)
    if (tight.found !== null) return { kind: 'found', ...tight.found }
    if (tight.best.bound < leastKw) continue
    if (scored > MAX_SCORED) return { kind: 'open' }
    const chordGapKw = (goal.z * (high - low) ** 2) / (4 * (low + high))
    const spread = spreadOf(tight.best.sums, goal.commonShare)
    const isInside = spread >= low && spread <= high
    // However narrow the interval around its best set, the bound would stay above the target.
    if (pool.size > MOST_ENUMERATED && isInside && tight.best.bound - chordGapKw >= leastKw)
      return { kind: 'open' }
    if (pool.size > 16 && chordGapKw > 1e-7 * leastKw) {
      const middle = (low + high) / 2
      stack.push(
        { low, high: middle, at: tight.best.linear.at },
        { low: middle, high, at: tight.best.linear.at }
      )
      continue
    }
    if (pool.size > MOST_ENUMERATED) {
      isOpen = true
      continue
    }
    const listed = enumerated(tight.best.linear)
    if (listed.kind === 'found') return listed
    if (listed.kind === 'open') isOpen = true
  }
  return isOpen ? { kind: 'open' } : { kind: 'none' }

  /** The lowest bound over the interval, or a set that reaches the target. */
  function tightened(low: number, high: number, first: number) {
    let at = first
    let from = 0
    let to = Infinity
    let lowest: Best | null = null
    for (let move = 0; move < MAX_MOVES; move++) {
      const best = scoring.best(linear(goal, low, high, at), most)
      scored += pool.size
      if (lowest === null || best.bound < lowest.bound) lowest = best
      if (assuredKw(best.sums, goal) >= leastKw) {
        return { best, found: { chosen: scoring.members(best), sums: best.sums } }
      }
      if (best.bound < leastKw) break
      const next = best.sums.baselineKw
      if (next > at) from = at
      else to = at
      at = next > from && next < to ? next : to === Infinity ? next : (from + to) / 2
      if (goal.commonShare === 0 || to - from <= 1e-12 * to) break
    }
    if (lowest === null) throw new Error('no bound was looked at')
    return { best: lowest, found: null }
  }

  /** Every set whose linear value reaches the target, by descending score. */
  function enumerated(function_: Linear): Proof {
    const scores = Float64Array.from(scoring.scores(function_))
    const order = Array.from(scores.keys()).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b)
    const before = new Float64Array(order.length + 1)
    order.forEach((item, i) => {
      before[i + 1] = (before[i] ?? 0) + Math.max(0, scores[item] ?? 0)
    })
    const chosen: number[] = []
    let isCut = false
    const found = (function from(place: number, value: number, sums: Sums): Sums | null {
      for (let i = place; i < order.length; i++) {
        const free = most - chosen.length
        const reach = (before[Math.min(order.length, i + free)] ?? 0) - (before[i] ?? 0)
        if (value + reach < leastKw || free === 0) return null
        if (visited >= MAX_VISITED) {
          isCut = true
          return null
        }
        visited += 1
        const item = order[i] ?? 0
        const next = add(sums, pool, item)
        chosen.push(item)
        if (assuredKw(next, goal) >= leastKw) return next
        const deeper = from(i + 1, value + (scores[item] ?? 0), next)
        if (deeper !== null) return deeper
        chosen.pop()
      }
      return null
    })(0, function_.constant, nobody())
    if (found !== null) return { kind: 'found', chosen, sums: found }
    return { kind: isCut ? 'open' : 'none' }
  }
}

/** The widest spread of any set of so many: highest variances and highest baselines together. */
export function widestSpread(
  { variance, baselineKw }: Pool,
  { commonShare }: Goal
): (most: number) => number {
  const sorted = [variance, baselineKw].map(column => {
    const sums = new Float64Array(column.length + 1)
    Float64Array.from(column)
      .sort()
      .reverse()
      .forEach((value, i) => {
        sums[i + 1] = (sums[i] ?? 0) + value
      })
    return sums
  })
  return most => {
    const [variances, baselines] = sorted.map(sums => sums[Math.min(most, sums.length - 1)] ?? 0)
    return spreadOf(
      { count: most, meanKw: 0, variance: variances ?? 0, baselineKw: baselines ?? 0 },
      commonShare
    )
  }
}

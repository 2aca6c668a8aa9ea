import type { Plan, PlanCandidate } from '../../contract/plans.ts'
import type { CommonError } from '../performance/needs.ts'
import { type Considered, considered, type Enrolled, kw, percent } from './candidate.ts'
import { probabilityOf, quantile, type Spread, Z90 } from './normal.ts'
import { poolOf, spreadOf, sumsOf } from './pool.ts'
import { programmeHabit } from './prediction.ts'
import { type Choice, smallestSet } from './smallestSet.ts'

/** With which a target is to be reached unless something else is asked. */
export const DEFAULT_PROBABILITY = 0.9

/** What is asked of a plan; times are epoch ms. */
export interface PlanGoal {
  start: number
  end: number
  programmeId: string
  /** Null: everybody who can. */
  targetKw: number | null
  probability: number
  commonError: CommonError
}

/**
 * Whom to call. Candidates are ranked by what they are expected to deliver, the more reliable first among equals. Proposed
 * is the smallest set whose delivery reaches the target with the asked probability (smallestSet.ts); without a target, or
 * where it cannot be reached, everybody who can be called. The delivery of a set is normal with mean Σμ and variance
 * Σσ² + (s·ΣB)²: own errors are independent, the common one (share s of the summed baseline) moves all sites together and
 * does not average out. `programmeRatios`: delivered ÷ asked of all its measured participants.
 */
export function planOf(
  goal: PlanGoal,
  enrolled: readonly Enrolled[],
  programmeRatios: Iterable<number>
): Plan {
  const habit = programmeHabit(programmeRatios)
  const ranked = enrolled.map(one => considered(one, habit)).sort(byReliability)
  const callable = ranked.filter(({ candidate }) => candidate.excluded === null)
  const pool = poolOf(
    callable.map(({ candidate: { expectedKw, uncertaintyKw }, baselineKw }) => ({
      meanKw: expectedKw,
      sdKw: uncertaintyKw,
      baselineKw
    }))
  )
  const { targetKw, probability, commonError } = goal
  const z = quantile(probability)
  const choice = targetKw === null ? null : smallestSet(pool, { targetKw, z, commonShare: commonError.share })
  const chosen = choice?.chosen ?? Array.from(pool.meanKw.keys())
  const sums = sumsOf(pool, chosen)
  const sum: Spread = { mean: sums.meanKw, sd: spreadOf(sums, commonError.share) }
  const isProposed = new Set(chosen.map(place => callable[place]))
  const isReached = choice?.isReached ?? true
  return {
    start: new Date(goal.start).toISOString(),
    end: new Date(goal.end).toISOString(),
    programmeId: goal.programmeId,
    targetKw,
    probability,
    reachedProbability: targetKw === null ? null : probabilityOf(sum, targetKw),
    expectedKw: sum.mean,
    p10Kw: sum.mean - Z90 * sum.sd,
    p50Kw: sum.mean,
    p90Kw: sum.mean + Z90 * sum.sd,
    commonErrorShare: commonError.share,
    commonErrorDays: commonError.days,
    isExact: choice?.isExact ?? true,
    atMostTooMany: choice?.atMostTooMany ?? 0,
    shortfallKw: isReached ? 0 : Math.max(0, (targetKw ?? 0) - (choice?.assuredKw ?? 0)),
    missing: missingOf(ranked),
    candidates: ranked.map(one => decided(one, isProposed.has(one), goal, choice))
  }
}

function decided(
  { candidate }: Considered,
  isProposed: boolean,
  { targetKw, probability }: PlanGoal,
  choice: Choice | null
): PlanCandidate {
  if (candidate.excluded !== null) return candidate
  if (isProposed) return { ...candidate, proposed: true }
  const text =
    `the target of ${kw(targetKw ?? 0)} is reached without it with ${percent(probability)} by ` +
    `${choice?.chosen.length ?? 0} others; ${kw(candidate.expectedKw)} would be expected of it`
  return { ...candidate, reason: 'target-reached', explanation: text, excluded: text }
}

/** By the customer's id last, so that nothing hangs on the order in which they were enrolled. */
function byReliability({ candidate: a }: Considered, { candidate: b }: Considered): number {
  return (
    b.expectedKw - a.expectedKw ||
    a.uncertaintyKw - b.uncertaintyKw ||
    b.pastEvents - a.pastEvents ||
    a.hoursThisSeason - b.hoursThisSeason ||
    (a.customerId < b.customerId ? -1 : a.customerId > b.customerId ? 1 : 0)
  )
}

function missingOf(ranked: readonly Considered[]): Plan['missing'] {
  const byReason = new Map<PlanCandidate['reason'], { customers: number; availableKw: number }>()
  for (const { candidate, couldKw } of ranked) {
    if (candidate.excluded === null) continue
    const sum = byReason.get(candidate.reason) ?? { customers: 0, availableKw: 0 }
    byReason.set(candidate.reason, {
      customers: sum.customers + 1,
      availableKw: sum.availableKw + couldKw
    })
  }
  return [...byReason]
    .map(([reason, sum]) => ({ reason, ...sum }))
    .sort((a, b) => b.availableKw - a.availableKw || (a.reason < b.reason ? -1 : 1))
}

import type { LivePerformance } from '../../contract/performance.ts'
import type { Plan } from '../../contract/plans.ts'

/** Less than this share of the target is not worth a call. */
const SMALL_SHARE = 0.02

/** What is missing to the target and worth another call, kW; null: nothing, or it is not known. */
export function missingKw({
  shortfallKw,
  targetKw
}: Pick<LivePerformance, 'shortfallKw' | 'targetKw'>): number | null {
  return shortfallKw !== null && shortfallKw > SMALL_SHARE * targetKw ? shortfallKw : null
}

/**
 * Whom a plan for the rest of the event proposes to call as well. Not who takes part: the planner finds an earlier release
 * group free again once it is let go, but nobody joins an event twice.
 */
export function callMore(
  plan: Plan,
  missing: number,
  participants: ReadonlySet<string>
): NonNullable<LivePerformance['callMore']> {
  const proposed = plan.candidates.filter(candidate => candidate.proposed)
  const others = proposed.filter(({ customerId }) => !participants.has(customerId))
  return {
    missingKw: missing,
    isEnough: plan.shortfallKw <= 0 && others.length === proposed.length,
    candidates: others.map(({ customerId, name, expectedKw, requestedKw }) => ({
      customerId,
      name,
      expectedKw,
      requestedKw
    }))
  }
}

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

/** Whom a plan for the rest of the event proposes to call as well. */
export function callMore(plan: Plan, missing: number): NonNullable<LivePerformance['callMore']> {
  return {
    missingKw: missing,
    isEnough: plan.shortfallKw <= 0,
    candidates: plan.candidates
      .filter(({ proposed }) => proposed)
      .map(({ customerId, name, expectedKw, requestedKw }) => ({ customerId, name, expectedKw, requestedKw }))
  }
}

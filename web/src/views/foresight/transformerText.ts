import type { LoadingRegime, TransformerState } from '../../../../server/contract/transformers.ts'

/** The gravest limit that is passed now; null: none. */
export function worstPassed({ limits }: TransformerState): LoadingRegime | null {
  return limits.findLast(limit => limit.isPassed)?.regime ?? null
}

/** Load, air and hot spot are known, so that it can be told how long the load may last. */
export const isJudged = ({ loadPu, ambientC, hotSpotC }: TransformerState): boolean =>
  loadPu !== null && ambientC !== null && hotSpotC !== null

/** It will pass a limit, and no curtailment is enough to keep it from that. */
export const isBeyondRelief = ({ reliefImpossible }: TransformerState): boolean =>
  (reliefImpossible ?? null) !== null

/** For an order by what must be looked at first: passed limits, relief that is needed, suspected faults, then heat. */
export function urgency(one: TransformerState): number {
  const passed = one.limits.filter(limit => limit.isPassed).length
  const isFaulty = one.oil.verdict === 'cooling-fault' || one.oil.verdict === 'sensor-fault'
  const hotSpotC = Math.max(one.hotSpotC ?? 0, one.nextPeakHotSpotC ?? 0)
  return (
    passed * 10_000 +
    ((one.reliefKw ?? 0) > 0 || isBeyondRelief(one) ? 5_000 : 0) +
    (isFaulty ? 2_000 : 0) +
    hotSpotC
  )
}

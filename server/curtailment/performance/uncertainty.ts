import type { AdjustmentRule, BaselineMethodName, PlaceboAccuracy } from '../../contract/baselines.ts'

/** How a method and its adjustment did on days without event; null where just this pair was never tested. */
export function placeboOf(
  tested: readonly PlaceboAccuracy[],
  method: BaselineMethodName,
  adjustment: AdjustmentRule | null
): PlaceboAccuracy | null {
  return tested.find(one => one.method === method && isSameRule(one.adjustment, adjustment)) ?? null
}

/**
 * One standard deviation of a mean delivery: the relative error of the baseline on placebo days times its mean over the
 * same slots (domain reference 4). null where it was never tested.
 */
export function sigmaKw(placebo: PlaceboAccuracy | null, baselineMeanKw: number | null): number | null {
  const share = placebo?.rrmseShare ?? null
  return share === null || baselineMeanKw === null ? null : share * Math.abs(baselineMeanKw)
}

/** Whether two programmes, or a programme and a test, adjust alike. */
export function isSameRule(a: AdjustmentRule | null, b: AdjustmentRule | null): boolean {
  if (a === null || b === null) return a === b
  return (
    a.kind === b.kind &&
    a.cap === b.cap &&
    a.fromHours === b.fromHours &&
    a.toHours === b.toHours &&
    a.anchor === b.anchor &&
    a.basis === b.basis
  )
}

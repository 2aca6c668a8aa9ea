import type { AdjustmentRule } from '../../server/contract/baselines.ts'

/** Same-day adjustments of the field; the goldens are known for them. */
export const multiplicative: AdjustmentRule = {
  kind: 'multiplicative',
  cap: 0.2,
  fromHours: 4,
  toHours: 1,
  anchor: 'start',
  basis: 'picked'
}
export const additive: AdjustmentRule = { ...multiplicative, kind: 'additive', cap: null }

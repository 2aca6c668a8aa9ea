import type { AdjustmentRule } from '../../server/contract/baselines.ts'
import { type BaselineMethod, tenOfTen } from '../../server/curtailment/baseline/baselineMethods.ts'

/** Methods of the field as parameter sets; the goldens are known for them. */

export const multiplicative: AdjustmentRule = {
  kind: 'multiplicative',
  cap: 0.2,
  fromHours: 4,
  toHours: 1,
  anchor: 'start',
  basis: 'picked'
}
export const additive: AdjustmentRule = { ...multiplicative, kind: 'additive', cap: null }

const days = (count: number) => ({ working: count, 'non-working': count })

export const tenOfTenPlain: BaselineMethod = { ...tenOfTen, name: '10 of 10', adjustment: null }
export const highFiveOfTen: BaselineMethod = {
  ...tenOfTenPlain,
  name: 'High 5 of 10',
  pick: { kind: 'highest', days: 5 },
  minDays: days(10)
}
export const midSixOfTen: BaselineMethod = {
  ...highFiveOfTen,
  name: 'Mid 6 of 10',
  pick: { kind: 'middle', days: 6 }
}
export const highFourOfFive: BaselineMethod = {
  ...tenOfTenPlain,
  name: 'High 4 of 5',
  days: 5,
  pick: { kind: 'highest', days: 4 },
  minDays: days(5)
}

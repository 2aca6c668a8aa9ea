import type { BaselineExplanation, BaselineMethodName } from '../../contract/baselines.ts'
import { type Adjustment, isOffsetCapped } from './adjustment.ts'
import type { Estimate } from './estimate.ts'
import { dataHash } from './hash.ts'
import type { BaselineInput } from './input.ts'

/** A method that was tried and gave nothing, and why. */
export type InsteadOf = BaselineExplanation['insteadOf'][number]

/** How a baseline came about, with the hash over everything it was computed from. */
export function explain(
  input: BaselineInput,
  method: BaselineMethodName,
  insteadOf: InsteadOf[],
  estimate: Estimate,
  { adjustment, actualKw }: { adjustment: Adjustment; actualKw: Float64Array }
): BaselineExplanation {
  const { window, rule } = input
  const { slots, times, event, adjustment: range, grid } = window
  const { daysUsed, daysRejected, evidence, baselineKw, basisKw } = estimate
  const isFactor = adjustment.kind === 'multiplicative'
  const time = (t: number | undefined) => (t === undefined ? null : new Date(t).toISOString())
  const compared = basisKw === null ? null : range
  const parameters = {
    ...{ form: 1, method, insteadOf, rule, minutes: grid.minutes, times, date: window.date },
    ...{ firmServiceLevelKw: input.firmServiceLevelKw ?? null, parameters: input.parameters ?? {} },
    daysUsed,
    daysRejected: daysRejected.map(({ day, cause }) => [day, cause]),
    places: slots.map(({ date, index }) => `${date} ${index}`).join()
  }
  const ownDay = { label: 'adjustment', values: actualKw }
  return {
    method,
    insteadOf,
    daysUsed,
    daysRejected,
    factor: isFactor ? adjustment.factor : null,
    factorUncapped: isFactor ? adjustment.uncapped : null,
    factorCapped: isFactor ? adjustment.isCapped : isOffsetCapped(baselineKw, adjustment, event),
    offsetKw: adjustment.kind === 'additive' ? adjustment.offsetKw : null,
    adjustmentFrom: compared && time(slots[compared.from]?.start),
    adjustmentTo: compared && time(slots[compared.to - 1]?.end),
    note: [estimate.note, noteOf(adjustment)].filter(note => note !== null).join('; ') || null,
    dataHash: dataHash(parameters, [...evidence, ownDay])
  }
}

const noteOf = (adjustment: Adjustment) => (adjustment.kind === 'none' ? adjustment.note : null)

import type { BaselineExplanation } from '../../server/contract/baselines.ts'

/** An explanation of a baseline that was not adjusted. */
export function explained(changes: Partial<BaselineExplanation> = {}): BaselineExplanation {
  return {
    method: '10of10',
    insteadOf: [],
    daysUsed: [],
    daysRejected: [],
    factor: null,
    factorUncapped: null,
    factorCapped: false,
    offsetKw: null,
    adjustmentFrom: null,
    adjustmentTo: null,
    note: null,
    dataHash: null,
    ...changes
  }
}

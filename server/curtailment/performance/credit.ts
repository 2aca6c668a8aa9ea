import type { Credit } from '../../contract/performance.ts'
import type { ProgrammeTerms } from '../../contract/programmes.ts'
import { type Column, hoursOf, type Times } from './delivered.ts'

export type CreditTerms = Pick<ProgrammeTerms, 'incentive' | 'creditLimitShare' | 'minCreditShare'>

/**
 * What a delivery is credited with: in each known slot min(R, k·C), never below zero, k the programme's limit and C what
 * was committed, or, by who committed a level and no kW, what was asked; nothing where the ratio to what was asked is
 * below the programme's least (domain reference 4). Money by credited kWh and by mean credited kW; null where the
 * programme pays for neither. null: nothing is known.
 */
export function creditOf(
  { incentive, creditLimitShare, minCreditShare }: CreditTerms,
  slots: readonly Times[],
  deliveredKw: Column,
  { committedKw, requestedKw, ratio }: { committedKw: number; requestedKw: number; ratio: number | null }
): Credit | null {
  const limitKw = creditLimitShare * (committedKw > 0 ? committedKw : requestedKw)
  let energyKwh = 0
  let hours = 0
  slots.forEach((slot, i) => {
    const kw = deliveredKw[i] ?? null
    if (kw === null) return
    hours += hoursOf(slot)
    energyKwh += Math.max(0, Math.min(kw, limitKw)) * hoursOf(slot)
  })
  if (hours === 0 || ratio === null) return null
  if (ratio < minCreditShare) energyKwh = 0
  const averageKw = energyKwh / hours
  const { vndPerKwh, vndPerKw } = incentive
  const isPaid = vndPerKwh !== null || vndPerKw !== null
  return {
    energyKwh,
    averageKw,
    vnd: isPaid ? energyKwh * (vndPerKwh ?? 0) + averageKw * (vndPerKw ?? 0) : null
  }
}

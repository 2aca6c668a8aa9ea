import type { Performance } from '../contract/performance.ts'

/** What a result says slot by slot, without everything that led to it: a hundredth of it, for sums over a season. */
export interface DeliveredSlots {
  intervalMinutes: number
  /** Start of each slot in which anybody's delivery is known. */
  t: number[]
  participants: { customerId: string; deliveredKw: (number | null)[] }[]
}

type Measured = Pick<Performance, 'intervalMinutes' | 't'> & {
  participants: readonly Pick<Performance['participants'][number], 'customerId' | 'deliveredKw'>[]
}

export function deliveredSlots({ intervalMinutes, t, participants }: Measured): DeliveredSlots {
  const isKnown = t.map(() => false)
  for (const { deliveredKw } of participants) {
    for (const [i, kw] of deliveredKw.entries()) if (kw !== null) isKnown[i] = true
  }
  const known = [...isKnown.keys()].filter(i => isKnown[i])
  return {
    intervalMinutes,
    t: known.flatMap(i => t[i] ?? []),
    participants: participants.map(({ customerId, deliveredKw }) => ({
      customerId,
      deliveredKw: known.map(i => deliveredKw[i] ?? null)
    }))
  }
}

type Kept = { t: number[]; intervalMinutes: number; kw: [string, (number | null)[]][] }

export function slotsText({ t, intervalMinutes, participants }: DeliveredSlots): string {
  const kept: Kept = { t, intervalMinutes, kw: participants.map(one => [one.customerId, one.deliveredKw]) }
  return JSON.stringify(kept)
}

export function slotsIn(text: string): DeliveredSlots {
  const { t, intervalMinutes, kw }: Kept = JSON.parse(text)
  const participants = kw.map(([customerId, deliveredKw]) => ({ customerId, deliveredKw }))
  return { t, intervalMinutes, participants }
}

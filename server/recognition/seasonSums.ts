import type { RewardState } from '../contract/rewards.ts'
import type { SeasonReport, SeasonSums } from '../contract/season.ts'
import type { CoincidentPeaks } from './coincident.ts'
import type { CountedCall } from './seasonCalls.ts'

/** Sums over the calls of one group: of a company, or of all. */
export interface Sums {
  call(eventId: string, call: CountedCall): void
  reward(state: RewardState): void
  read(peak: ReturnType<CoincidentPeaks['peak']>): SeasonSums
}

/**
 * Energy counts for every call that was measured, also where a customer declined or delivered little: to leave those out
 * would be to choose the good days, and the sums would not be those of the final results.
 */
export function seasonSums(): Sums {
  const events = new Set<string>()
  const customers = new Set<string>()
  const count = { calls: 0, accepted: 0, declined: 0, optedOut: 0, unanswered: 0, measured: 0, thanked: 0 }
  const rewards: Record<RewardState, number> = { offered: 0, booked: 0, done: 0, declined: 0 }
  const kwh = { requested: 0, delivered: 0, askedOfMeasured: 0 }
  let creditVnd: number | null = null
  return {
    call(eventId, call) {
      events.add(eventId)
      customers.add(call.customerId)
      count.calls++
      if (call.isThanked) count.thanked++
      count[answerOf(call)]++
      kwh.requested += call.askedKwh
      if (call.deliveredKwh === null) return
      count.measured++
      kwh.delivered += call.deliveredKwh
      kwh.askedOfMeasured += call.askedKwh
      if (call.creditVnd !== null) creditVnd = (creditVnd ?? 0) + call.creditVnd
    },
    reward(state) {
      rewards[state]++
    },
    read: peak => ({
      ...{ events: events.size, customers: customers.size, ...count },
      requestedKwh: kwh.requested,
      deliveredKwh: count.measured === 0 ? null : kwh.delivered,
      ratio: kwh.askedOfMeasured > 0 ? kwh.delivered / kwh.askedOfMeasured : null,
      coincidentKw: peak?.kw ?? null,
      coincidentAt: peak === null ? null : new Date(peak.at).toISOString(),
      creditVnd,
      rewards: { ...rewards }
    })
  }
}

function answerOf({ answer }: Pick<CountedCall, 'answer'>) {
  if (answer === 'accept') return 'accepted'
  if (answer === 'decline') return 'declined'
  return answer === 'opt-out' ? 'optedOut' : 'unanswered'
}

type CustomerRow = SeasonReport['customers'][number]

/** One row a customer and company, so that the rows of a company add up to its sums. */
export function customerRows() {
  const byCompany = new Map<string | null, Map<string, CustomerRow & { askedKwh: number }>>()
  return {
    call(call: CountedCall, companyId: string | null) {
      const { customerId, customerName, isThanked } = call
      const rows = byCompany.get(companyId) ?? new Map<string, CustomerRow & { askedKwh: number }>()
      byCompany.set(companyId, rows)
      const row = rows.get(customerId) ?? freshRow(customerId, companyId)
      if (row.events === 0) rows.set(customerId, row)
      row.name = customerName
      row.events++
      if (isThanked) row.thanked++
      if (call.deliveredKwh === null) return
      row.deliveredKwh = (row.deliveredKwh ?? 0) + call.deliveredKwh
      row.askedKwh += call.askedKwh
      row.ratio = row.askedKwh > 0 ? row.deliveredKwh / row.askedKwh : null
    },
    /** Who delivered most comes first. */
    read: (): CustomerRow[] =>
      [...byCompany.values()]
        .flatMap(rows => [...rows.values()])
        .sort((a, b) => (b.deliveredKwh ?? -Infinity) - (a.deliveredKwh ?? -Infinity) || order(a, b))
        .map(({ askedKwh: _, ...row }) => row)
  }
}

const freshRow = (customerId: string, companyId: string | null): CustomerRow & { askedKwh: number } => ({
  ...{ customerId, name: '', companyId, events: 0, deliveredKwh: null, ratio: null, thanked: 0 },
  askedKwh: 0
})

const order = (a: CustomerRow, b: CustomerRow): number =>
  a.customerId < b.customerId ? -1 : a.customerId > b.customerId ? 1 : 0

import type { GridNode } from '../../server/contract/registry.ts'
import { coincidentPeaks } from '../../server/recognition/coincident.ts'
import { companiesIn } from '../../server/recognition/companies.ts'
import type { Records } from '../../server/records/openRecords.ts'

const kwhOf = (one: { requestedKw: number; start: string; end: string }) =>
  (one.requestedKw * (Date.parse(one.end) - Date.parse(one.start))) / 3_600_000

/** Sums of final events from whole events, deliveries and results: slow, and without anything remembered. */
export async function slowSeason(records: Records, nodes: readonly GridNode[], from: number, to: number) {
  const companies = companiesIn(nodes)
  const peaks = coincidentPeaks()
  const sums: Record<
    string,
    {
      calls: number
      accepted: number
      thanked: number
      measured: number
      requestedKwh: number
      deliveredKwh: number
      creditVnd: number | null
    }
  > = {}
  const sumsOf = (group: string) => {
    sums[group] ??= {
      calls: 0,
      accepted: 0,
      thanked: 0,
      measured: 0,
      requestedKwh: 0,
      deliveredKwh: 0,
      creditVnd: null
    }
    return sums[group]
  }
  const customers = new Map<string, { events: number; deliveredKwh: number | null; thanked: number }>()
  for (const id of await records.events.ids({ from, to })) {
    const event = await records.events.get(id)
    if (event === null || event.isDrill || event.state !== 'final') continue
    const deliveries = new Map(
      (await records.deliveries.of({ eventIds: [id] })).map(one => [one.customerId, one])
    )
    const groups = new Map<string, string>()
    for (const one of event.participants) {
      const company = companies.of(one.meteringPointId)?.id ?? 'none'
      groups.set(one.customerId, company)
      const delivery = deliveries.get(one.customerId)
      const row = customers.get(one.customerId) ?? { events: 0, deliveredKwh: null, thanked: 0 }
      customers.set(one.customerId, row)
      row.events++
      if (one.thanks !== null) row.thanked++
      if (delivery?.deliveredKwh != null) row.deliveredKwh = (row.deliveredKwh ?? 0) + delivery.deliveredKwh
      for (const into of [sumsOf('total'), sumsOf(company)]) {
        into.calls++
        if (one.answer?.answer === 'accept') into.accepted++
        if (one.thanks !== null) into.thanked++
        into.requestedKwh += kwhOf(delivery ?? one)
        if (delivery?.deliveredKwh == null) continue
        into.measured++
        into.deliveredKwh += delivery.deliveredKwh
        if (delivery.creditVnd !== null) into.creditVnd = (into.creditVnd ?? 0) + delivery.creditVnd
      }
    }
    const result = await records.results.get(id)
    if (result !== null) peaks.add(result, customer => ['total', groups.get(customer) ?? 'none'])
  }
  const read = (group: string) => ({ ...sums[group], coincidentKw: peaks.peak(group)?.kw ?? null })
  return { read, groups: Object.keys(sums), customers }
}

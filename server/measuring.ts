import { ESTIMATED } from './contract/quality.ts'
import type { GridNode } from './contract/registry.ts'
import { vietnamHolidays } from './curtailment/calendar/vietnamHolidays.ts'
import type { Assessed, DaysOff, Results } from './curtailment/performance/needs.ts'
import { createResults } from './curtailment/performance/results.ts'
import type { MeterHistory } from './curtailment/slots/slots.ts'
import type { StoreReads } from './readingsThread.ts'
import type { Records } from './records/openRecords.ts'
import type { Register } from './register.ts'

export interface MeasuringNeeds {
  store: StoreReads
  records: Records
  register: Register
  assessed: Assessed
  timeZone: string
  now(): number
}

/** What events delivered, measured from the readings store and kept in the records. */
export function openMeasuring({ store, records, register, ...needs }: MeasuringNeeds): Results {
  const history = historyOf(store)
  const stationAt = stations(() => register.state.nodes)
  return createResults({
    ...needs,
    events: records.events,
    results: records.results,
    programmes: records.programmes,
    enrolments: {
      list: async () => register.state.enrolments,
      ofCustomer: records.enrolments.ofCustomer
    },
    history: (meterId, from, to) => history('meter', meterId, from, to),
    async temperature(meteringPointId, from, to) {
      const station = stationAt(meteringPointId)
      return station === null ? null : history('weather', station, from, to)
    },
    daysOff: (from, to) => daysOff(records, from, to)
  })
}

/** What is settled by: a meter's active power, a station's temperature. */
export const historyOf =
  (store: Pick<StoreReads, 'query'>) =>
  async (kind: 'meter' | 'weather', id: string, from: number, to: number): Promise<MeterHistory> => {
    const field = kind === 'meter' ? 'kw' : 'temp_c'
    const { t, intervalS, quality, columns } = await store.query({ kind, id, from, to, fields: [field] })
    // An estimate fills a chart; nobody is settled by it.
    const isMeasured = (row: number) => ((quality[row] ?? 0) & ESTIMATED) === 0
    return { t, intervalS, kw: t.map((_, row) => (isMeasured(row) ? (columns[field]?.[row] ?? null) : null)) }
  }

/** The days off of the law, and those put in by hand; local dates, both ends included. */
export async function daysOff(
  { holidays }: Pick<Records, 'holidays'>,
  from: string,
  to: string
): Promise<DaysOff> {
  const publicHolidays: string[] = []
  for (let year = Number(from.slice(0, 4)); year <= Number(to.slice(0, 4)); year++)
    for (const { date } of vietnamHolidays(year)) publicHolidays.push(date)
  return { publicHolidays, daysOff: (await holidays.list(from, to)).map(({ date }) => date) }
}

/** The weather station of a node, or of the nearest one above it; the register is laid out anew when it has changed. */
export function stations(nodes: () => readonly GridNode[]): (nodeId: string) => string | null {
  let known: readonly GridNode[] = []
  let byId = new Map<string, GridNode>()
  return nodeId => {
    if (nodes() !== known) {
      known = nodes()
      byId = new Map(known.map(node => [node.id, node]))
    }
    const walked = new Set<string>()
    for (let at = byId.get(nodeId); at && !walked.has(at.id); at = byId.get(at.parent ?? '')) {
      if (at.weather !== null) return at.weather
      walked.add(at.id)
    }
    return null
  }
}

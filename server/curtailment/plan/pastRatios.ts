import type { Delivery } from '../../contract/performance.ts'

const DAY_MS = 86_400_000
/** Older events say little about a customer of today. */
const LOOK_BACK_MS = 365 * DAY_MS
/** Results of events that began so long ago seldom get a new version. */
const RECENT_MS = 7 * DAY_MS
const REREAD_MS = 3_600_000
/** The newest of a customer that count. */
const MAX_EVENTS = 20

export interface DeliveryReads {
  /** Of the newest result of each event, one participant a row, by start. */
  of(filter: { from: number; to: number; isDrill: boolean }): Promise<Delivery[]>
}

/** Delivered ÷ asked, oldest first; drills apart. */
export interface PastRatios {
  ofCustomer(customerId: string): readonly number[]
  ofProgramme(programmeId: string): readonly number[]
}

interface Row {
  eventId: string
  customerId: string
  programmeId: string
  ratio: number
}

/**
 * What customers delivered of what was asked in the last year. The last week is read each time, what lies before it once
 * an hour: 11,000 customers with dozens of events are too many rows for every plan.
 */
export function createRatioReader(deliveries: DeliveryReads, now: () => number): () => Promise<PastRatios> {
  let settled: { at: number; to: number; rows: Row[] } | null = null
  return async () => {
    const at = now()
    if (settled === null || Math.abs(at - settled.at) >= REREAD_MS) {
      const to = at - RECENT_MS
      settled = { at, to, rows: await rowsOf(at - LOOK_BACK_MS, to) }
    }
    const recent = await rowsOf(settled.to, at + DAY_MS)
    return grouped([...settled.rows, ...recent])
  }

  async function rowsOf(from: number, to: number): Promise<Row[]> {
    const rows = await deliveries.of({ from, to, isDrill: false })
    return rows.flatMap(({ eventId, customerId, programmeId, ratio }) =>
      ratio === null ? [] : [{ eventId, customerId, programmeId, ratio }]
    )
  }
}

function grouped(rows: readonly Row[]): PastRatios {
  const customers = new Map<string, number[]>()
  const programmes = new Map<string, number[]>()
  for (const { customerId, programmeId, ratio } of rows) {
    push(customers, customerId, ratio)
    push(programmes, programmeId, ratio)
  }
  return {
    ofCustomer: id => customers.get(id)?.slice(-MAX_EVENTS) ?? [],
    ofProgramme: id => programmes.get(id) ?? []
  }
}

function push(into: Map<string, number[]>, id: string, ratio: number): void {
  const ratios = into.get(id)
  if (ratios) ratios.push(ratio)
  else into.set(id, [ratio])
}

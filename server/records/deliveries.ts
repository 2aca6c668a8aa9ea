import { type Kysely, sql } from 'kysely'
import type { Delivery } from '../contract/performance.ts'
import { inPieces, toMs, toTime } from './columns.ts'
import type { DeliveryRow, Schema } from './schema.ts'

export interface DeliveryFilter {
  customerId?: string
  eventIds?: readonly string[]
  programmeId?: string
  /** Of parts that began in [from, to), epoch ms. */
  from?: number
  to?: number
  isDrill?: boolean
  isFinal?: boolean
  /** Of this result of its event; without it, of the newest. */
  resultVersion?: number
}

/** What each participant delivered, by the kept results: for lists, sums and reports, which never read a whole result. */
export interface Deliveries {
  /** By start, then event and customer. */
  of(filter: DeliveryFilter): Promise<Delivery[]>
}

export function createDeliveries(db: Kysely<Schema>): Deliveries {
  return {
    async of({ eventIds, ...filter }) {
      const pieces = eventIds === undefined ? [undefined] : inPieces(eventIds)
      const found: DeliveryRow[] = []
      for (const some of pieces) found.push(...(await select(db, filter, some).execute()))
      return found.sort(inOrder).map(fromRow)
    }
  }
}

function select(db: Kysely<Schema>, filter: DeliveryFilter, eventIds: readonly string[] | undefined) {
  const { customerId, programmeId, from, to, isDrill, isFinal, resultVersion } = filter
  let query = db.selectFrom('delivery').selectAll()
  query =
    resultVersion === undefined
      ? // As a literal: with a parameter SQLite does not see that the index of the newest serves.
        query.where('is_newest', '=', sql.lit(1))
      : query.where('result_version', '=', resultVersion)
  if (eventIds !== undefined) query = query.where('event_id', 'in', eventIds)
  if (customerId !== undefined) query = query.where('customer_id', '=', customerId)
  if (programmeId !== undefined) query = query.where('programme_id', '=', programmeId)
  if (from !== undefined) query = query.where('start_at', '>=', from)
  if (to !== undefined) query = query.where('start_at', '<', to)
  if (isDrill !== undefined) query = query.where('is_drill', '=', isDrill ? 1 : 0)
  if (isFinal !== undefined) query = query.where('is_final', '=', isFinal ? 1 : 0)
  return query
}

function inOrder(a: DeliveryRow, b: DeliveryRow): number {
  if (a.start_at !== b.start_at) return a.start_at - b.start_at
  if (a.event_id !== b.event_id) return a.event_id < b.event_id ? -1 : 1
  return a.customer_id < b.customer_id ? -1 : 1
}

export function toDeliveryRow(one: Delivery): DeliveryRow {
  return {
    event_id: one.eventId,
    result_version: one.resultVersion,
    customer_id: one.customerId,
    customer_name: one.customerName,
    metering_point_id: one.meteringPointId,
    programme_id: one.programmeId,
    is_drill: one.isDrill ? 1 : 0,
    is_final: one.isFinal ? 1 : 0,
    is_newest: 1,
    start_at: toMs(one.start),
    end_at: toMs(one.end),
    requested_kw: one.requestedKw,
    committed_kw: one.committedKw,
    accepted_kw: one.acceptedKw,
    average_kw: one.averageKw,
    sustained_kw: one.sustainedKw,
    delivered_kwh: one.deliveredKwh,
    ratio: one.ratio,
    uncertainty_kw: one.uncertaintyKw,
    credit_kwh: one.creditKwh,
    credit_vnd: one.creditVnd,
    signs: one.signs
  }
}

function fromRow(row: DeliveryRow): Delivery {
  return {
    eventId: row.event_id,
    customerId: row.customer_id,
    customerName: row.customer_name,
    meteringPointId: row.metering_point_id,
    programmeId: row.programme_id,
    resultVersion: row.result_version,
    isDrill: row.is_drill === 1,
    isFinal: row.is_final === 1,
    start: toTime(row.start_at),
    end: toTime(row.end_at),
    requestedKw: row.requested_kw,
    committedKw: row.committed_kw,
    acceptedKw: row.accepted_kw,
    averageKw: row.average_kw,
    sustainedKw: row.sustained_kw,
    deliveredKwh: row.delivered_kwh,
    ratio: row.ratio,
    uncertaintyKw: row.uncertainty_kw,
    creditKwh: row.credit_kwh,
    creditVnd: row.credit_vnd,
    signs: row.signs
  }
}

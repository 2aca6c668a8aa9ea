import type { Kysely } from 'kysely'
import type { AnswerWord, EventState } from '../contract/events.ts'
import { toTime } from './columns.ts'
import { type DeliveredSlots, slotsIn } from './deliveredSlots.ts'
import type { Schema } from './schema.ts'

/** Who was called by an event, and what came of it by its newest result: what a season sums up, and nothing else. */
export interface EventCalls {
  eventId: string
  state: EventState
  isDrill: boolean
  /** RFC 3339. */
  start: string
  /** It has told somebody. */
  wasSent: boolean
  /** When the newest came of its states, answers and thanks; epoch ms. */
  newestAt: number
  /** In the order of the event. */
  calls: Call[]
  /** null: none is kept. */
  result: (DeliveredSlots & { resultVersion: number; sha256: string; computedAt: string }) | null
}

/** One customer in one event; times are epoch ms. */
export interface Call {
  customerId: string
  customerName: string
  meteringPointId: string
  requestedKw: number
  start: number
  end: number
  answer: AnswerWord | null
  isThanked: boolean
  /** By the newest result, where that is final. */
  delivery: Pick<Delivered, 'requestedKw' | 'start' | 'end' | 'deliveredKwh' | 'creditVnd'> | null
}

interface Delivered {
  requestedKw: number
  start: number
  end: number
  deliveredKwh: number | null
  creditVnd: number | null
}

export interface Calls {
  /**
   * The events that begin in [from, to), epoch ms, earliest first. A revision counts up with whatever is written of an
   * event: what was read under one holds as long as it stays.
   */
  revisions(from: number, to: number): Promise<{ eventId: string; revision: number }[]>
  /** null: there is no such event. */
  of(eventId: string): Promise<EventCalls | null>
}

/** Rows in one query: a few milliseconds. */
const PIECE = 1000

export function createCalls(db: Kysely<Schema>): Calls {
  return {
    async revisions(from, to) {
      const rows = await db
        .selectFrom('event')
        .select(['id', 'revision', 'start_at'])
        .where('start_at', '>=', from)
        .where('start_at', '<', to)
        .execute()
      return rows
        .sort((a, b) => a.start_at - b.start_at || (a.id < b.id ? -1 : 1))
        .map(({ id, revision }) => ({ eventId: id, revision }))
    },
    async of(eventId) {
      const event = await db.selectFrom('event').selectAll().where('id', '=', eventId).executeTakeFirst()
      if (event === undefined) return null
      const states = db.selectFrom('event_history').select(['state', 'at']).where('event_id', '=', eventId)
      const history = await states.orderBy('version').execute()
      const { calls, newestAt } = await callsOf(db, eventId)
      return {
        eventId,
        state: event.state as EventState,
        isDrill: event.is_drill === 1,
        start: toTime(event.start_at),
        wasSent: history.some(({ state }) => state === 'notified'),
        newestAt: Math.max(newestAt, history.at(-1)?.at ?? 0),
        calls,
        result: await resultOf(db, eventId)
      }
    }
  }
}

async function callsOf(db: Kysely<Schema>, eventId: string): Promise<{ calls: Call[]; newestAt: number }> {
  const found: { position: number; call: Call }[] = []
  let newestAt = 0
  for (let after = ''; ; ) {
    const rows = await select(db, eventId).where('one.customer_id', '>', after).limit(PIECE).execute()
    for (const row of rows) {
      const answer = row.answer === null ? null : JSON.parse(row.answer)
      newestAt = Math.max(newestAt, row.thanked_at ?? 0, answer === null ? 0 : Date.parse(answer.at))
      found.push({ position: row.position, call: toCall(row, answer?.answer ?? null) })
    }
    const last = rows.at(-1)
    if (last === undefined || rows.length < PIECE) break
    after = last.customer_id
  }
  return { calls: found.sort((a, b) => a.position - b.position).map(({ call }) => call), newestAt }
}

type Row = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number]

function select(db: Kysely<Schema>, eventId: string) {
  return db
    .selectFrom('participant as one')
    .leftJoin('delivery as d', join =>
      join
        .onRef('d.event_id', '=', 'one.event_id')
        .onRef('d.customer_id', '=', 'one.customer_id')
        .on('d.result_version', '=', newestVersion(db, eventId))
        .on('d.is_final', '=', 1)
    )
    .select(['one.customer_id', 'one.position', 'one.customer_name', 'one.metering_point_id'])
    .select(['one.requested_kw', 'one.start_at', 'one.end_at', 'one.answer', 'one.thanked_at'])
    .select(['d.delivered_kwh', 'd.credit_vnd'])
    .select(['d.requested_kw as d_kw', 'd.start_at as d_start', 'd.end_at as d_end'])
    .where('one.event_id', '=', eventId)
    .orderBy('one.customer_id')
}

const newestVersion = (db: Kysely<Schema>, eventId: string) =>
  db
    .selectFrom('result_version')
    .select(eb => eb.fn.max('version').as('version'))
    .where('event_id', '=', eventId)

function toCall(row: Row, answer: AnswerWord | null): Call {
  const { d_kw: requestedKw, d_start: start, d_end: end } = row
  const isMeasured = requestedKw !== null && start !== null && end !== null
  return {
    customerId: row.customer_id,
    customerName: row.customer_name,
    meteringPointId: row.metering_point_id,
    requestedKw: row.requested_kw,
    start: row.start_at,
    end: row.end_at,
    answer,
    isThanked: row.thanked_at !== null,
    delivery: isMeasured
      ? { requestedKw, start, end, deliveredKwh: row.delivered_kwh, creditVnd: row.credit_vnd }
      : null
  }
}

async function resultOf(db: Kysely<Schema>, eventId: string): Promise<EventCalls['result']> {
  const row = await db
    .selectFrom('result_version')
    .select(['version', 'sha256', 'computed_at', 'delivered_slots'])
    .where('event_id', '=', eventId)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (row === undefined) return null
  const slots = slotsIn(row.delivered_slots ?? '{"t":[],"intervalMinutes":1,"kw":[]}')
  return {
    ...slots,
    resultVersion: row.version,
    sha256: row.sha256,
    computedAt: toTime(row.computed_at)
  }
}

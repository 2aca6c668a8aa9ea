import type { Kysely } from 'kysely'
import type { Answer, CurtailmentEvent, EventState, Thanks } from '../contract/events.ts'
import { inPieces, toMs } from './columns.ts'
import { takeNumbers } from './counters.ts'
import { toEvent, toEventRow, toHistoryRow, toParticipantRow } from './eventRows.ts'
import { insertMessages, type OutboxMessage } from './outbox.ts'
import type { EventRow, Schema } from './schema.ts'

export interface EventFilter {
  states?: readonly EventState[]
  /** Events in which this customer takes part. */
  customerId?: string
  /** Events in which somebody has not been thanked. */
  unthanked?: boolean
  limit?: number
}

export interface ParticipantChange {
  acknowledgedAt?: string
  answer?: Answer
  /** `byId` stays inside: by it the name can be erased. */
  thanks?: Thanks & { byId: string }
}

export interface Events {
  get(id: string): Promise<CurtailmentEvent | null>
  /** By start, newest first; without `limit` all of them. */
  list(filter?: EventFilter): Promise<CurtailmentEvent[]>
  /** Takes the next id of a local date (YYYY-MM-DD) for good: CE-20261122-001, … */
  nextId(localDate: string): Promise<string>
  /** Rejects when the id is taken. */
  insert(event: CurtailmentEvent): Promise<void>
  /**
   * Writes the next version of an event together with its messages, if it still has `expectedVersion`; false, and
   * nothing written, when someone was faster. What participants have said and the thanks are not touched: answers come
   * in while an event changes.
   */
  advance(
    next: CurtailmentEvent,
    expectedVersion: number,
    messages: readonly OutboxMessage[]
  ): Promise<boolean>
  /** Leaves the version as it is; the first thanks stay. null when there is no such participant. */
  setParticipant(
    eventId: string,
    customerId: string,
    change: ParticipantChange
  ): Promise<CurtailmentEvent | null>
}

export function createEvents(db: Kysely<Schema>): Events {
  async function get(id: string): Promise<CurtailmentEvent | null> {
    const row = await db.selectFrom('event').selectAll().where('id', '=', id).executeTakeFirst()
    return row === undefined ? null : ((await complete(db, [row]))[0] ?? null)
  }
  return {
    get,
    async list(filter = {}) {
      return complete(db, await select(db, filter))
    },
    async nextId(localDate) {
      const day = localDate.replaceAll('-', '')
      const number = await takeNumbers(db, `event ${day}`)
      return `CE-${day}-${String(number).padStart(3, '0')}`
    },
    async insert(event) {
      await db.transaction().execute(async trx => {
        await trx.insertInto('event').values(toEventRow(event)).execute()
        await addHistory(trx, event, 0)
        await writeOrder(trx, event)
      })
    },
    async advance(next, expectedVersion, messages) {
      if (next.version <= expectedVersion) throw new Error(`event ${next.id}: the version must count up`)
      return db.transaction().execute(async trx => {
        const { id, ...changed } = toEventRow(next)
        const update = trx.updateTable('event').set(changed)
        const mine = update.where('id', '=', id).where('version', '=', expectedVersion)
        if ((await mine.executeTakeFirst()).numUpdatedRows === 0n) return false
        await addHistory(trx, next, expectedVersion)
        await writeOrder(trx, next)
        await insertMessages(trx, messages)
        return true
      })
    },
    async setParticipant(eventId, customerId, { acknowledgedAt, answer, thanks }) {
      const mine = db
        .updateTable('participant')
        .where('event_id', '=', eventId)
        .where('customer_id', '=', customerId)
      const said = {
        ...(acknowledgedAt !== undefined && { acknowledged_at: toMs(acknowledgedAt) }),
        ...(answer !== undefined && { answer: JSON.stringify(answer) })
      }
      if (Object.keys(said).length > 0) await mine.set(said).execute()
      if (thanks !== undefined) {
        const { by, byId, at, note } = thanks
        const set = { thanked_by: by, thanked_by_id: byId, thanked_at: toMs(at), thanks_note: note }
        await mine.set(set).where('thanked_at', 'is', null).execute()
      }
      const event = await get(eventId)
      return event?.participants.some(one => one.customerId === customerId) ? event : null
    }
  }
}

async function select(db: Kysely<Schema>, filter: EventFilter): Promise<EventRow[]> {
  const { states, customerId, unthanked, limit } = filter
  if (states?.length === 0) return []
  const participants = db.selectFrom('participant').select('event_id')
  let query = db.selectFrom('event').selectAll().orderBy('start_at', 'desc').orderBy('id', 'desc')
  if (states !== undefined) query = query.where('state', 'in', [...states])
  if (customerId !== undefined)
    query = query.where('id', 'in', participants.where('customer_id', '=', customerId))
  if (unthanked === true) query = query.where('id', 'in', participants.where('thanked_at', 'is', null))
  if (limit !== undefined) query = query.limit(limit)
  return query.execute()
}

async function complete(db: Kysely<Schema>, rows: readonly EventRow[]): Promise<CurtailmentEvent[]> {
  const events: CurtailmentEvent[] = []
  for (const some of inPieces(rows)) {
    const ids = some.map(row => row.id)
    const participants = await db.selectFrom('participant').selectAll().where('event_id', 'in', ids).execute()
    const history = await db.selectFrom('event_history').selectAll().where('event_id', 'in', ids).execute()
    const participantsOf = Map.groupBy(participants, one => one.event_id)
    const historyOf = Map.groupBy(history, one => one.event_id)
    for (const row of some) {
      events.push(toEvent(row, participantsOf.get(row.id) ?? [], historyOf.get(row.id) ?? []))
    }
  }
  return events
}

async function addHistory(db: Kysely<Schema>, event: CurtailmentEvent, after: number): Promise<void> {
  const rows = event.history.filter(one => one.version > after).map(one => toHistoryRow(event.id, one))
  if (rows.length > 0) await db.insertInto('event_history').values(rows).execute()
}

/** Who is asked for how much. On a participant that is there already, only the order changes, not what it said. */
async function writeOrder(db: Kysely<Schema>, event: CurtailmentEvent): Promise<void> {
  for (const some of inPieces(event.participants.map((one, i) => toParticipantRow(event.id, one, i)))) {
    await db
      .insertInto('participant')
      .values(some)
      .onConflict(c =>
        c.columns(['event_id', 'customer_id']).doUpdateSet(eb => ({
          position: eb.ref('excluded.position'),
          customer_name: eb.ref('excluded.customer_name'),
          metering_point_id: eb.ref('excluded.metering_point_id'),
          meter_id: eb.ref('excluded.meter_id'),
          requested_kw: eb.ref('excluded.requested_kw'),
          committed_kw: eb.ref('excluded.committed_kw')
        }))
      )
      .execute()
  }
}

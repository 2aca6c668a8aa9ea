import type { Kysely } from 'kysely'
import type { Answer, CurtailmentEvent, EventState, Thanks } from '../contract/events.ts'
import { insertAnswer } from './answers.ts'
import { inPieces, toMs } from './columns.ts'
import { takeNumbers } from './counters.ts'
import {
  type CommandKey,
  countRevision,
  toEvent,
  toEventRow,
  toHistoryRow,
  toParticipantRow
} from './eventRows.ts'
import { insertMessages, type OutboxMessage } from './outbox.ts'
import type { EventRow, Schema } from './schema.ts'

export interface EventFilter {
  states?: readonly EventState[]
  /** Events in which this customer takes part. */
  customerId?: string
  /** Events in which somebody has not been thanked. */
  unthanked?: boolean
  /** Start of the event in [from, to), epoch ms. */
  from?: number
  to?: number
  limit?: number
}

export interface ParticipantChange {
  acknowledgedAt?: string
  answer?: Answer
  /** `byId` stays inside: by it the name can be erased. */
  thanks?: Thanks & { byId: string }
  /** Kept with everything that the participants have said, together with what stands now. */
  said?: Answer
}

/** What a command with a key came to. */
export interface DoneCommand {
  eventId: string
  /** Of the event, as it was after it. */
  version: number
  state: EventState
  /** Of what it said. */
  sha256: string
}

export interface Events {
  get(id: string): Promise<CurtailmentEvent | null>
  /** By start, newest first; without `limit` all of them. */
  list(filter?: EventFilter): Promise<CurtailmentEvent[]>
  /** Their ids alone, earliest start first. */
  ids(filter?: EventFilter): Promise<string[]>
  /** Of one customer, newest start first, each with this one participant alone. */
  ofCustomer(customerId: string): Promise<CurtailmentEvent[]>
  /** Takes the next id of a local date (YYYY-MM-DD) for good: CE-20261122-001, … */
  nextId(localDate: string): Promise<string>
  /** Rejects when the id, or the command key of who made it, is taken. */
  insert(event: CurtailmentEvent, command?: CommandKey): Promise<void>
  /**
   * Writes the next version of an event together with its messages, if it still has `expectedVersion`; false, and
   * nothing written, when someone was faster. What participants have said and the thanks are not touched: answers come
   * in while an event changes. Rejects when the command key is taken.
   */
  advance(
    next: CurtailmentEvent,
    expectedVersion: number,
    messages: readonly OutboxMessage[],
    command?: CommandKey
  ): Promise<boolean>
  /** null: this caller has given no command with this key. */
  byCommandKey(key: string, byId: string): Promise<DoneCommand | null>
  /**
   * Leaves the version as it is; the first thanks stay. null when there is no such participant.
   */
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
      return complete(db, await select(db, filter).execute())
    },
    async ids(filter = {}) {
      const found = await select(db, filter).clearSelect().select('id').execute()
      return found.map(({ id }) => id).toReversed()
    },
    async ofCustomer(customerId) {
      return complete(db, await select(db, { customerId }).execute(), customerId)
    },
    async nextId(localDate) {
      const day = localDate.replaceAll('-', '')
      const number = await takeNumbers(db, `event ${day}`)
      return `CE-${day}-${String(number).padStart(3, '0')}`
    },
    async insert(event, command) {
      await db.transaction().execute(async trx => {
        await trx
          .insertInto('event')
          .values({ ...toEventRow(event), revision: 0 })
          .execute()
        await addHistory(trx, event, 0, command)
        await writeOrder(trx, event)
      })
    },
    async advance(next, expectedVersion, messages, command) {
      if (next.version <= expectedVersion) throw new Error(`event ${next.id}: the version must count up`)
      return db.transaction().execute(async trx => {
        const { id, ...changed } = toEventRow(next)
        const update = trx.updateTable('event').set(eb => ({ ...changed, revision: eb('revision', '+', 1) }))
        const mine = update.where('id', '=', id).where('version', '=', expectedVersion)
        if ((await mine.executeTakeFirst()).numUpdatedRows === 0n) return false
        await addHistory(trx, next, expectedVersion, command)
        await writeOrder(trx, next)
        await insertMessages(trx, messages)
        return true
      })
    },
    async byCommandKey(key, byId) {
      const row = await db
        .selectFrom('event_history')
        .select(['event_id', 'version', 'state', 'command_sha256'])
        .where('by_id', '=', byId)
        .where('command_key', '=', key)
        .executeTakeFirst()
      if (row === undefined) return null
      const { event_id: eventId, version, state, command_sha256: sha256 } = row
      return { eventId, version, state: state as EventState, sha256: sha256 ?? '' }
    },
    async setParticipant(eventId, customerId, change) {
      await db.transaction().execute(trx => changeParticipant(trx, eventId, customerId, change))
      const event = await get(eventId)
      return event?.participants.some(one => one.customerId === customerId) ? event : null
    }
  }
}

function select(db: Kysely<Schema>, filter: EventFilter) {
  const { states, customerId, unthanked, limit, from, to } = filter
  const participants = db.selectFrom('participant').select('event_id')
  let query = db.selectFrom('event').selectAll().orderBy('start_at', 'desc').orderBy('id', 'desc')
  // An empty list is no SQL.
  if (states !== undefined) query = query.where('state', 'in', states.length === 0 ? [''] : [...states])
  if (customerId !== undefined)
    query = query.where('id', 'in', participants.where('customer_id', '=', customerId))
  if (unthanked === true) query = query.where('id', 'in', participants.where('thanked_at', 'is', null))
  if (from !== undefined) query = query.where('start_at', '>=', from)
  if (to !== undefined) query = query.where('start_at', '<', to)
  if (limit !== undefined) query = query.limit(limit)
  return query
}

/** `customerId`: of the participants only this one. */
async function complete(
  db: Kysely<Schema>,
  rows: readonly EventRow[],
  customerId?: string
): Promise<CurtailmentEvent[]> {
  const events: CurtailmentEvent[] = []
  for (const some of inPieces(rows)) {
    const ids = some.map(row => row.id)
    let asked = db.selectFrom('participant').selectAll().where('event_id', 'in', ids)
    if (customerId !== undefined) asked = asked.where('customer_id', '=', customerId)
    const participants = await asked.execute()
    const history = await db.selectFrom('event_history').selectAll().where('event_id', 'in', ids).execute()
    const participantsOf = Map.groupBy(participants, one => one.event_id)
    const historyOf = Map.groupBy(history, one => one.event_id)
    for (const row of some) {
      events.push(toEvent(row, participantsOf.get(row.id) ?? [], historyOf.get(row.id) ?? []))
    }
  }
  return events
}

/** Of the changes of one command the last bears its key, unique for who gave it. */
async function addHistory(
  db: Kysely<Schema>,
  event: CurtailmentEvent,
  after: number,
  command: CommandKey | null = null
): Promise<void> {
  const changes = event.history.filter(one => one.version > after)
  const last = changes.at(-1)
  if (command !== null && !last?.byId) throw new Error(`event ${event.id}: a command key of nobody`)
  const rows = changes.map(one => toHistoryRow(event.id, one, one === last ? command : null))
  if (rows.length > 0) await db.insertInto('event_history').values(rows).execute()
}

async function changeParticipant(
  db: Kysely<Schema>,
  eventId: string,
  customerId: string,
  { acknowledgedAt, answer, thanks, said }: ParticipantChange
): Promise<void> {
  if (!(await countRevision(db, eventId))) return
  const mine = db
    .updateTable('participant')
    .where('event_id', '=', eventId)
    .where('customer_id', '=', customerId)
  const standing = {
    ...(acknowledgedAt !== undefined && { acknowledged_at: toMs(acknowledgedAt) }),
    ...(answer !== undefined && { answer: JSON.stringify(answer) })
  }
  if (Object.keys(standing).length > 0) {
    const { numUpdatedRows } = await mine.set(standing).executeTakeFirst()
    if (numUpdatedRows > 0n && said !== undefined) await insertAnswer(db, eventId, customerId, said)
  }
  if (thanks !== undefined) {
    const { by, byId, at, note } = thanks
    const set = { thanked_by: by, thanked_by_id: byId, thanked_at: toMs(at), thanks_note: note }
    await mine.set(set).where('thanked_at', 'is', null).execute()
  }
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
          committed_kw: eb.ref('excluded.committed_kw'),
          further_meters: eb.ref('excluded.further_meters'),
          start_at: eb.ref('excluded.start_at'),
          end_at: eb.ref('excluded.end_at'),
          release_group: eb.ref('excluded.release_group'),
          released_at: eb.ref('excluded.released_at'),
          superseded_by: eb.ref('excluded.superseded_by')
        }))
      )
      .execute()
  }
}

import type { Kysely } from 'kysely'
import type { Answer, CurtailmentEvent, EventState, Participant, Thanks } from '../contract/events.ts'
import { insertAnswer } from './answers.ts'
import { inPieces, toMs } from './columns.ts'
import { takeNumbers } from './counters.ts'
import { createEventMemory, type EventMemory } from './eventMemory.ts'
import { readEvents, readEventsOf, readParticipant } from './eventReads.ts'
import { type CommandKey, changedOrder, countRevision, toEventRow, toHistoryRow } from './eventRows.ts'
import { insertMessages, type OutboxMessage } from './outbox.ts'
import type { Schema } from './schema.ts'

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

/** What comes out may be shared with others who ask: nobody changes it. */
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
  const memory = createEventMemory()
  async function get(id: string): Promise<CurtailmentEvent | null> {
    const row = await db.selectFrom('event').selectAll().where('id', '=', id).executeTakeFirst()
    return row === undefined ? null : ((await readEvents(db, [row], memory))[0] ?? null)
  }
  return {
    get,
    async list(filter = {}) {
      return readEvents(db, await select(db, filter).execute(), memory)
    },
    async ids(filter = {}) {
      const found = await select(db, filter).clearSelect().select('id').execute()
      return found.map(({ id }) => id).toReversed()
    },
    async ofCustomer(customerId) {
      return readEventsOf(db, await select(db, { customerId }).execute(), customerId)
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
        await writeOrder(trx, event, null)
      })
    },
    async advance(next, expectedVersion, messages, command) {
      if (next.version <= expectedVersion) throw new Error(`event ${next.id}: the version must count up`)
      return db.transaction().execute(async trx => {
        const { id, ...changed } = toEventRow(next)
        const update = trx.updateTable('event').set(eb => ({ ...changed, revision: eb('revision', '+', 1) }))
        const mine = update.where('id', '=', id).where('version', '=', expectedVersion)
        const written = await mine.returning('revision').executeTakeFirst()
        if (written === undefined) return false
        await addHistory(trx, next, expectedVersion, command)
        await writeOrder(trx, next, memory.get(id, written.revision - 1))
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
      const written = await db.transaction().execute(async trx => {
        const revision = await countRevision(trx, eventId)
        if (revision === null) return null
        await changeParticipant(trx, eventId, customerId, change)
        return { revision, participant: await readParticipant(trx, eventId, customerId) }
      })
      if (written !== null) replaceIn(memory, eventId, written)
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

/** An answer changes one of many: the others are as they are remembered. */
function replaceIn(
  memory: EventMemory,
  eventId: string,
  { revision, participant }: { revision: number; participant: Participant | null }
): void {
  const before = memory.get(eventId, revision - 1)
  if (before === null || participant === null) return
  const participants = before.participants.map(one =>
    one.customerId === participant.customerId ? participant : one
  )
  memory.keep({ ...before, participants }, revision)
}

/** Who is asked for how much, where that is not as `before`. On a participant that is there already, only the order changes, not what it said. */
async function writeOrder(
  db: Kysely<Schema>,
  event: CurtailmentEvent,
  before: CurtailmentEvent | null
): Promise<void> {
  for (const some of inPieces(changedOrder(event, before))) {
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

import type { Kysely } from 'kysely'
import { breath } from '../contract/breath.ts'
import type { CurtailmentEvent, Participant } from '../contract/events.ts'
import { inPieces } from './columns.ts'
import type { EventMemory } from './eventMemory.ts'
import { toEvent, toParticipant } from './eventRows.ts'
import type { EventRow, ParticipantRow, Schema } from './schema.ts'

/** Rows in one query: some milliseconds. */
const PIECE = 1000
const TRIES = 3

/** The events of these rows, in their order; what was not written since it was read is not read again. */
export async function readEvents(
  db: Kysely<Schema>,
  rows: readonly EventRow[],
  memory: EventMemory
): Promise<CurtailmentEvent[]> {
  const known = new Map<string, CurtailmentEvent>()
  const asked: EventRow[] = []
  for (const row of rows) {
    const event = memory.get(row.id, row.revision)
    if (event === null) asked.push(row)
    else known.set(row.id, event)
  }
  const read = await readAll(db, asked)
  for (const row of asked) {
    const event = read.get(row.id)
    if (event !== undefined) memory.keep(event, row.revision)
  }
  return rows.flatMap(({ id }) => known.get(id) ?? read.get(id) ?? [])
}

/** The same with this one participant alone. */
export async function readEventsOf(
  db: Kysely<Schema>,
  rows: readonly EventRow[],
  customerId: string
): Promise<CurtailmentEvent[]> {
  const events: CurtailmentEvent[] = []
  for (const some of inPieces(rows)) {
    const ids = some.map(({ id }) => id)
    const mine = db.selectFrom('participant').selectAll().where('event_id', 'in', ids)
    const participants = await mine.where('customer_id', '=', customerId).execute()
    events.push(...(await together(db, some, participants)))
  }
  return events
}

export async function readParticipant(
  db: Kysely<Schema>,
  eventId: string,
  customerId: string
): Promise<Participant | null> {
  const asked = db.selectFrom('participant').selectAll().where('event_id', '=', eventId)
  const row = await asked.where('customer_id', '=', customerId).executeTakeFirst()
  return row === undefined ? null : toParticipant(row)
}

async function readAll(
  db: Kysely<Schema>,
  rows: readonly EventRow[]
): Promise<Map<string, CurtailmentEvent>> {
  const read = new Map<string, CurtailmentEvent>()
  for (const some of await inBatches(db, rows)) {
    for (const event of await readBatch(db, some)) read.set(event.id, event)
  }
  return read
}

/** Small events together, a large one alone. */
async function inBatches(db: Kysely<Schema>, rows: readonly EventRow[]): Promise<EventRow[][]> {
  if (rows.length < 2) return rows.length === 0 ? [] : [[...rows]]
  const batches: EventRow[][] = []
  for (const some of inPieces(rows)) {
    const counted = await db
      .selectFrom('participant')
      .select(eb => ['event_id', eb.fn.countAll<number>().as('count')])
      .where(
        'event_id',
        'in',
        some.map(({ id }) => id)
      )
      .groupBy('event_id')
      .execute()
    const countOf = new Map(counted.map(one => [one.event_id, Number(one.count)]))
    let sum = PIECE
    for (const row of some) {
      const count = countOf.get(row.id) ?? 0
      if (sum + count > PIECE) batches.push([])
      sum = sum + count > PIECE ? count : sum + count
      batches.at(-1)?.push(row)
    }
  }
  return batches
}

/**
 * A large event is read in pieces, and may be written in between: answers that come in then are newer than the revision
 * it is remembered under, which does no harm; of a new version only a part would be seen, so it is read anew.
 */
async function readBatch(db: Kysely<Schema>, rows: readonly EventRow[]): Promise<CurtailmentEvent[]> {
  const [only] = rows
  if (only === undefined || rows.length > 1) return together(db, rows, await participantsOf(db, rows))
  for (let row = only, left = TRIES; ; left--) {
    const participants = await participantsOf(db, [row])
    const now = db.selectFrom('event').selectAll().where('id', '=', row.id)
    const after = participants.length < PIECE ? undefined : await now.executeTakeFirst()
    if (after === undefined || after.version === row.version || left === 0) {
      return together(db, [row], participants)
    }
    row = after
  }
}

async function participantsOf(db: Kysely<Schema>, rows: readonly EventRow[]): Promise<ParticipantRow[]> {
  const ids = rows.map(({ id }) => id)
  const asked = db.selectFrom('participant').selectAll()
  const [only] = ids
  if (only === undefined || ids.length > 1) return asked.where('event_id', 'in', ids).execute()
  const found: ParticipantRow[] = []
  for (let after = ''; ; ) {
    const page = asked.where('event_id', '=', only).where('customer_id', '>', after).orderBy('customer_id')
    const some = await page.limit(PIECE).execute()
    found.push(...some)
    const last = some.at(-1)
    if (last === undefined || some.length < PIECE) return found
    after = last.customer_id
  }
}

async function together(
  db: Kysely<Schema>,
  rows: readonly EventRow[],
  participants: readonly ParticipantRow[]
): Promise<CurtailmentEvent[]> {
  const ids = rows.map(({ id }) => id)
  const history = await db.selectFrom('event_history').selectAll().where('event_id', 'in', ids).execute()
  const participantsOfEvent = Map.groupBy(participants, one => one.event_id)
  const historyOf = Map.groupBy(history, one => one.event_id)
  const events: CurtailmentEvent[] = []
  for (const row of rows) {
    events.push(toEvent(row, participantsOfEvent.get(row.id) ?? [], historyOf.get(row.id) ?? []))
    await breath()
  }
  return events
}

import type { Kysely } from 'kysely'
import type { Answer, EventState } from '../contract/events.ts'
import { inPieces, toTime } from './columns.ts'
import type { Schema } from './schema.ts'

/** Of an event that is over: those who have not been thanked, with what each delivered by the newest result. */
export interface UnthankedEvent {
  id: string
  state: EventState
  isDrill: boolean
  /** Somebody has a final result. */
  hasFinal: boolean
  /** In the order of the event. */
  participants: UnthankedParticipant[]
}

export interface UnthankedParticipant {
  customerId: string
  customerName: string
  meteringPointId: string
  requestedKw: number
  /** RFC 3339. */
  start: string
  end: string
  answer: Pick<Answer, 'answer'> | null
  supersededBy: string | null
  /** null: none is kept. */
  delivery: { averageKw: number | null; deliveredKwh: number | null; ratio: number | null } | null
}

export interface Unthanked {
  /** Final and cancelled events, no drills, in which somebody has not been thanked, earliest first; as in `Calls`. */
  revisions(): Promise<{ eventId: string; revision: number; count: number }[]>
  /** Those of these events together; ask for few participants at a time. */
  of(eventIds: readonly string[]): Promise<UnthankedEvent[]>
}

/** Rows in one query: some milliseconds. */
const PIECE = 1000

export function createUnthanked(db: Kysely<Schema>): Unthanked {
  return {
    async revisions() {
      const counted = db
        .selectFrom('event')
        .select(['id', 'revision', 'start_at'])
        .select(eb =>
          eb
            .selectFrom('participant as one')
            .select(({ fn }) => fn.countAll<number>().as('count'))
            .whereRef('one.event_id', '=', 'event.id')
            .where('one.thanked_at', 'is', null)
            .as('count')
        )
        .where('state', 'in', ['final', 'cancelled'])
        .where('is_drill', '=', 0)
      const rows = (await counted.execute()).filter(({ count }) => Number(count) > 0)
      return rows
        .sort((a, b) => a.start_at - b.start_at || (a.id < b.id ? -1 : 1))
        .map(({ id, revision, count }) => ({ eventId: id, revision, count: Number(count) }))
    },
    async of(eventIds) {
      const found: UnthankedEvent[] = []
      for (const ids of inPieces(eventIds)) {
        const events = await db
          .selectFrom('event')
          .select(['id', 'state', 'is_drill'])
          .where('id', 'in', ids)
          .execute()
        const participants = Map.groupBy(await rowsOf(db, ids), one => one.event_id)
        for (const { id, state, is_drill } of events) {
          const mine = (participants.get(id) ?? []).sort((a, b) => a.position - b.position)
          // Of a final event nobody asks.
          const hasFinal = state === 'final' || (await hasFinalDelivery(db, id))
          const known = { id, state: state as EventState, isDrill: is_drill === 1, hasFinal }
          found.push({ ...known, participants: mine.map(fromRow) })
        }
      }
      return found
    }
  }
}

async function hasFinalDelivery(db: Kysely<Schema>, eventId: string): Promise<boolean> {
  const own = db.selectFrom('delivery').select('event_id').where('event_id', '=', eventId)
  const final = own.where('is_newest', '=', 1).where('is_final', '=', 1)
  return (await final.limit(1).executeTakeFirst()) !== undefined
}

type Row = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number]

async function rowsOf(db: Kysely<Schema>, ids: readonly string[]): Promise<Row[]> {
  const [only] = ids
  if (only === undefined || ids.length > 1) return select(db, ids).execute()
  const found: Row[] = []
  for (let after = ''; ; ) {
    const page = select(db, [only]).where('one.customer_id', '>', after).orderBy('one.customer_id')
    const some = await page.limit(PIECE).execute()
    found.push(...some)
    const last = some.at(-1)
    if (last === undefined || some.length < PIECE) return found
    after = last.customer_id
  }
}

function select(db: Kysely<Schema>, ids: readonly string[]) {
  return db
    .selectFrom('participant as one')
    .leftJoin('delivery as d', join =>
      join
        .onRef('d.event_id', '=', 'one.event_id')
        .onRef('d.customer_id', '=', 'one.customer_id')
        .on('d.result_version', '=', eb =>
          eb
            .selectFrom('delivery as newest')
            .select(({ fn }) => fn.max('newest.result_version').as('version'))
            .whereRef('newest.event_id', '=', 'one.event_id')
        )
    )
    .select(['one.event_id', 'one.position', 'one.customer_id', 'one.customer_name'])
    .select(['one.metering_point_id', 'one.requested_kw', 'one.start_at', 'one.end_at'])
    .select(['one.answer', 'one.superseded_by'])
    .select(['d.event_id as measured', 'd.average_kw', 'd.delivered_kwh', 'd.ratio'])
    .where('one.event_id', 'in', ids)
    .where('one.thanked_at', 'is', null)
}

function fromRow(row: Row): UnthankedParticipant {
  const { average_kw: averageKw, delivered_kwh: deliveredKwh, ratio } = row
  return {
    customerId: row.customer_id,
    customerName: row.customer_name,
    meteringPointId: row.metering_point_id,
    requestedKw: row.requested_kw,
    start: toTime(row.start_at),
    end: toTime(row.end_at),
    answer: row.answer === null ? null : JSON.parse(row.answer),
    supersededBy: row.superseded_by,
    delivery: row.measured === null ? null : { averageKw, deliveredKwh, ratio }
  }
}

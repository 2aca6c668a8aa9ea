import type { Kysely } from 'kysely'

// biome-ignore lint/suspicious/noExplicitAny: the tables as they were at the time of this migration
type Tables = Kysely<any>

/** In one statement; far below the parameters that either database allows. */
const ROWS = 500
/** A number that may be missing, or not be one, in what an older version wrote. */
const numberOrNull = (value: unknown): number | null => (typeof value === 'number' ? value : null)

/** The standing answers become the first of the answers that are kept one by one. */
export async function moveAnswers(db: Tables): Promise<void> {
  const rows = await db.selectFrom('participant').selectAll().where('answer', 'is not', null).execute()
  const answers = rows.map(({ event_id, customer_id, answer: text }) => {
    const { answer, version, at, via, kw, reason } = JSON.parse(text)
    return {
      ...{ event_id, customer_id, at: Date.parse(at), answer, version, via },
      ...{ kw: numberOrNull(kw), reason_code: null, reason: reason ?? null }
    }
  })
  await insertAll(db, 'participant_answer', answers)
}

/**
 * A result becomes version 1, text and checksum as they were; each participant of it becomes a delivery. One event at
 * a time: a result may be large. Its deliveries say what the event asked, as nothing else was kept then.
 */
export async function moveResults(db: Tables): Promise<void> {
  const all = db.selectFrom('result').innerJoin('event', 'event.id', 'result.event_id')
  const events = await all
    .select(['event.id', 'event.state', 'event.programme_id', 'event.start_at', 'event.end_at'])
    .execute()
  for (const event of events) {
    const { performance, sha256 } = await db
      .selectFrom('result')
      .selectAll()
      .where('event_id', '=', event.id)
      .executeTakeFirstOrThrow()
    const { computedAt, participants, total } = JSON.parse(performance)
    const isFinal = event.state === 'final'
    const result = {
      ...{ event_id: event.id, version: 1, kind: isFinal ? 'final' : 'provisional' },
      ...{ computed_at: Date.parse(computedAt), why: 'kept by an earlier version of Gridload' },
      ...{ delivered_kwh: numberOrNull(total.deliveredKwh), performance, sha256 }
    }
    await db.insertInto('result_version').values(result).execute()
    const asked = await db.selectFrom('participant').selectAll().where('event_id', '=', event.id).execute()
    const measured = new Map<string, Record<string, unknown>>()
    for (const one of participants) measured.set(one.customerId, one)
    const deliveries = asked.flatMap(row => {
      const delivered = measured.get(row.customer_id)
      return delivered === undefined ? [] : [deliveryRow(event, isFinal, row, delivered)]
    })
    await insertAll(db, 'delivery', deliveries)
  }
}

// biome-ignore lint/suspicious/noExplicitAny: rows of that time
function deliveryRow(event: any, isFinal: boolean, row: any, delivered: Record<string, unknown>) {
  return {
    event_id: event.id,
    result_version: 1,
    customer_id: row.customer_id,
    customer_name: row.customer_name,
    metering_point_id: row.metering_point_id,
    programme_id: event.programme_id,
    is_drill: 0,
    is_final: isFinal ? 1 : 0,
    is_newest: 1,
    start_at: event.start_at,
    end_at: event.end_at,
    requested_kw: row.requested_kw,
    committed_kw: row.committed_kw,
    accepted_kw: row.answer === null ? null : acceptedKw(JSON.parse(row.answer), row.requested_kw),
    average_kw: numberOrNull(delivered.averageKw),
    sustained_kw: null,
    delivered_kwh: numberOrNull(delivered.deliveredKwh),
    ratio: numberOrNull(delivered.ratio),
    uncertainty_kw: null,
    credit_kwh: null,
    credit_vnd: null,
    signs: 0
  }
}

/** A plain yes is all that was asked, a plain no nothing. */
function acceptedKw({ answer, kw }: { answer: string; kw?: number | null }, requestedKw: number): number {
  return kw ?? (answer === 'accept' ? requestedKw : 0)
}

async function insertAll(db: Tables, table: string, rows: readonly object[]): Promise<void> {
  for (let i = 0; i < rows.length; i += ROWS) {
    await db
      .insertInto(table)
      .values(rows.slice(i, i + ROWS))
      .execute()
  }
}

import type { Kysely } from 'kysely'
import type { Enrolment, NewEnrolment } from '../contract/enrolments.ts'
import { byId, toTime, toTimeOrNull } from './columns.ts'
import { takeNumbers } from './counters.ts'
import type { EnrolmentRow, Schema } from './schema.ts'

/** Refused as 422 for what is unknown or not its own, as 409 for what is enrolled already. */
export type Enrolled = { ok: true; enrolment: Enrolment } | { ok: false; status: 409 | 422; reason: string }

export interface Enrolments {
  /** Those in force, by id. */
  list(): Promise<Enrolment[]>
  /** Also one that has ended. */
  get(id: string): Promise<Enrolment | null>
  /** All of one customer, also ended ones, by id. */
  ofCustomer(customerId: string): Promise<Enrolment[]>
  /** In force from `now` (epoch ms). Refused, with the reason in words, for what is unknown, not its own, or enrolled already. */
  insert(enrolment: NewEnrolment, now: number): Promise<Enrolled>
  /** Ends it and begins another one with a new commitment; null when it is unknown or has ended. */
  recommit(id: string, committedKw: number, now: number): Promise<Enrolment | null>
  /** Ends at `now`; the first end stays. null when there is no such enrolment. */
  end(id: string, now: number): Promise<Enrolment | null>
}

export function createEnrolments(db: Kysely<Schema>): Enrolments {
  return {
    async list() {
      const rows = await db.selectFrom('enrolment').selectAll().where('until', 'is', null).execute()
      return rows.map(fromRow).sort(byId)
    },
    async get(id) {
      const row = await db.selectFrom('enrolment').selectAll().where('id', '=', id).executeTakeFirst()
      return row === undefined ? null : fromRow(row)
    },
    async ofCustomer(customerId) {
      const rows = db.selectFrom('enrolment').selectAll().where('customer_id', '=', customerId)
      return (await rows.execute()).map(fromRow).sort(byId)
    },
    async insert(enrolment, now) {
      return db.transaction().execute(async trx => {
        const reason = await whyNot(trx, enrolment)
        if (reason !== null) return { ok: false, status: 422, reason }
        const [row] = await insertEnrolments(trx, enrolment.programmeId, [enrolment], now)
        if (row === undefined) return { ok: false, status: 409, reason: alreadyEnrolled(enrolment) }
        return { ok: true, enrolment: fromRow(row) }
      })
    },
    async recommit(id, committedKw, now) {
      return db.transaction().execute(async trx => {
        const end = trx.updateTable('enrolment').set({ until: now })
        const inForce = end.where('id', '=', id).where('until', 'is', null)
        const ended = await inForce.returningAll().executeTakeFirst()
        if (ended === undefined) return null
        const { programme_id, customer_id: customerId, metering_point_id: meteringPointId } = ended
        const next = [{ customerId, meteringPointId, committedKw }]
        const [row] = await insertEnrolments(trx, programme_id, next, now)
        if (row === undefined)
          throw new Error(`enrolment ${id} ended, but ${meteringPointId} is still enrolled`)
        return fromRow(row)
      })
    },
    async end(id, now) {
      const open = db
        .updateTable('enrolment')
        .set({ until: now })
        .where('id', '=', id)
        .where('until', 'is', null)
      await open.execute()
      const row = await db.selectFrom('enrolment').selectAll().where('id', '=', id).executeTakeFirst()
      return row === undefined ? null : fromRow(row)
    }
  }
}

/** Adds enrolments of metering points; one that is enrolled in the programme already is left out. Returns the new rows. */
export async function insertEnrolments(
  db: Kysely<Schema>,
  programmeId: string,
  wanted: readonly { customerId: string; meteringPointId: string; committedKw: number }[],
  now: number
): Promise<EnrolmentRow[]> {
  if (wanted.length === 0) return []
  const first = (await takeNumbers(db, 'enrolment', wanted.length)) - wanted.length + 1
  const rows = wanted.map((one, i) => ({
    id: `EN-${String(first + i).padStart(6, '0')}`,
    programme_id: programmeId,
    customer_id: one.customerId,
    metering_point_id: one.meteringPointId,
    committed_kw: one.committedKw,
    since: now,
    until: null
  }))
  const insert = db.insertInto('enrolment').values(rows)
  return insert
    .onConflict(c => c.doNothing())
    .returningAll()
    .execute()
}

async function whyNot(db: Kysely<Schema>, wanted: NewEnrolment): Promise<string | null> {
  const { programmeId, customerId, meteringPointId } = wanted
  const has = async (table: 'programme' | 'customer', id: string) =>
    (await db.selectFrom(table).select('id').where('id', '=', id).executeTakeFirst()) !== undefined
  if (!(await has('programme', programmeId))) return `programme ${programmeId} is unknown`
  if (!(await has('customer', customerId))) return `customer ${customerId} is unknown`
  const node = await db.selectFrom('node').selectAll().where('id', '=', meteringPointId).executeTakeFirst()
  if (node?.kind !== 'meteringPoint') return `metering point ${meteringPointId} is unknown`
  if (node.customer_id !== customerId) {
    return `metering point ${meteringPointId} belongs to ${node.customer_id ?? 'no customer'}, not to ${customerId}`
  }
  return null
}

function alreadyEnrolled({ meteringPointId, programmeId }: NewEnrolment): string {
  return `metering point ${meteringPointId} is enrolled in programme ${programmeId} already`
}

function fromRow(row: EnrolmentRow): Enrolment {
  return {
    id: row.id,
    programmeId: row.programme_id,
    customerId: row.customer_id,
    meteringPointId: row.metering_point_id,
    committedKw: row.committed_kw,
    since: toTime(row.since),
    until: toTimeOrNull(row.until)
  }
}

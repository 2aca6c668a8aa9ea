import type { Kysely } from 'kysely'
import { canonicalJson } from '../contract/canonicalJson.ts'
import {
  type Enrolment,
  type EnrolmentContract,
  type NewEnrolment,
  plainContract
} from '../contract/enrolments.ts'
import { byId, inPieces, toTime, toTimeOrNull } from './columns.ts'
import { takeNumbers } from './counters.ts'
import { enrolmentPoints, freePoints, takePoints, whyNotPoints } from './enrolledPoints.ts'
import type { EnrolmentRow, Schema } from './schema.ts'

/** Refused as 422 for what is unknown or not its own, as 409 for what is enrolled already. */
export type Enrolled = { ok: true; enrolment: Enrolment } | { ok: false; status: 409 | 422; reason: string }

/** What a customer commits to anew. */
export interface Recommitment {
  committedKw?: number
  /** Of the contract only what is given; the rest stays. */
  contract?: Partial<EnrolmentContract>
}

export interface Enrolments {
  /** Those in force, by id. */
  list(): Promise<Enrolment[]>
  /** Those in force at a moment (epoch ms), also ended ones, by id. */
  inForceAt(t: number): Promise<Enrolment[]>
  /** Also one that has ended. */
  get(id: string): Promise<Enrolment | null>
  /** All of one customer, also ended ones, by id. */
  ofCustomer(customerId: string): Promise<Enrolment[]>
  /** In force from `now` (epoch ms). Refused, with the reason in words, for what is unknown, not its own, or enrolled already. */
  insert(enrolment: NewEnrolment, now: number): Promise<Enrolled>
  /** Ends it and begins another one with what is new; null when it is unknown or has ended. Refused as `insert`. */
  recommit(id: string, change: Recommitment, now: number): Promise<Enrolled | null>
  /** Ends at `now`; the first end stays. null when there is no such enrolment. */
  end(id: string, now: number): Promise<Enrolment | null>
}

export function createEnrolments(db: Kysely<Schema>): Enrolments {
  async function get(id: string): Promise<Enrolment | null> {
    const row = await withPredictability(db).where('enrolment.id', '=', id).executeTakeFirst()
    return row === undefined ? null : fromRow(row)
  }
  return {
    async list() {
      const rows = await withPredictability(db).where('until', 'is', null).execute()
      return rows.map(fromRow).sort(byId)
    },
    async inForceAt(t) {
      const began = withPredictability(db).where('since', '<=', t)
      const rows = await began.where(eb => eb.or([eb('until', 'is', null), eb('until', '>', t)])).execute()
      return rows.map(fromRow).sort(byId)
    },
    get,
    async ofCustomer(customerId) {
      const rows = withPredictability(db).where('customer_id', '=', customerId)
      return (await rows.execute()).map(fromRow).sort(byId)
    },
    async insert({ contract, ...enrolment }, now) {
      return undoing(db, trx =>
        enrol(trx, { ...enrolment, contract: { ...plainContract, ...contract } }, now)
      )
    },
    async recommit(id, { committedKw, contract }, now) {
      return undoing(db, async trx => {
        const end = trx.updateTable('enrolment').set({ until: now })
        const inForce = end.where('id', '=', id).where('until', 'is', null)
        const ended = await inForce.returningAll().executeTakeFirst()
        if (ended === undefined) return null
        await freePoints(trx, [id])
        const next = {
          ...{ programmeId: ended.programme_id, customerId: ended.customer_id },
          ...{ meteringPointId: ended.metering_point_id, committedKw: committedKw ?? ended.committed_kw },
          contract: { ...(JSON.parse(ended.contract) as EnrolmentContract), ...contract }
        }
        return enrol(trx, next, now)
      })
    },
    async end(id, now) {
      await db.transaction().execute(async trx => {
        const open = trx.updateTable('enrolment').set({ until: now })
        await open.where('id', '=', id).where('until', 'is', null).execute()
        await freePoints(trx, [id])
      })
      return get(id)
    }
  }
}

type WithContract = Omit<NewEnrolment, 'contract'> & { contract: EnrolmentContract }

async function enrol(db: Kysely<Schema>, wanted: WithContract, now: number): Promise<Enrolled> {
  // Waits for others that enrol: of two that want the same metering point, the second is told so.
  await takeNumbers(db, 'enrolment', 0)
  const unknown = await whyUnknown(db, wanted)
  if (unknown !== null) return { ok: false, status: 422, reason: unknown }
  const refusal = await whyNotPoints(db, wanted.programmeId, wanted.customerId, enrolmentPoints(wanted))
  if (refusal !== null) return { ok: false, ...refusal }
  const [row] = await insertEnrolments(db, wanted.programmeId, [wanted], now)
  if (row === undefined) {
    const reason = `metering point ${wanted.meteringPointId} is enrolled in programme ${wanted.programmeId} already`
    return { ok: false, status: 409, reason }
  }
  return { ok: true, enrolment: fromRow({ ...row, predictability: null }) }
}

async function whyUnknown(
  db: Kysely<Schema>,
  { programmeId, customerId }: WithContract
): Promise<string | null> {
  const has = async (table: 'programme' | 'customer', id: string) =>
    (await db.selectFrom(table).select('id').where('id', '=', id).executeTakeFirst()) !== undefined
  if (!(await has('programme', programmeId))) return `programme ${programmeId} is unknown`
  return (await has('customer', customerId)) ? null : `customer ${customerId} is unknown`
}

/**
 * Adds enrolments; one of whose metering points is enrolled in the programme already is left out. Returns the new rows.
 * Inside a transaction of the caller.
 */
export async function insertEnrolments(
  db: Kysely<Schema>,
  programmeId: string,
  wanted: readonly Omit<WithContract, 'programmeId'>[],
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
    until: null,
    contract: canonicalJson(one.contract)
  }))
  const inserted: EnrolmentRow[] = []
  for (const some of inPieces(rows)) {
    const insert = db.insertInto('enrolment').values(some)
    inserted.push(
      ...(await insert
        .onConflict(c => c.doNothing())
        .returningAll()
        .execute())
    )
  }
  await takePoints(db, inserted)
  return inserted
}

/** Undoes what was written when it comes to a refusal. */
async function undoing<T extends Enrolled | null>(
  db: Kysely<Schema>,
  work: (trx: Kysely<Schema>) => Promise<T>
): Promise<T> {
  let outcome: T | undefined
  try {
    return await db.transaction().execute(async trx => {
      outcome = await work(trx)
      if (outcome?.ok === false) throw refused
      return outcome
    })
  } catch (error) {
    if (error === refused && outcome !== undefined) return outcome
    throw error
  }
}

/** Thrown out of a transaction to undo it. */
const refused = new Error('refused')

function withPredictability(db: Kysely<Schema>) {
  return db
    .selectFrom('enrolment')
    .leftJoin('assessment', join =>
      join.on(eb => eb('assessment.scope', '=', eb(eb.val('enrolment '), '||', eb.ref('enrolment.id'))))
    )
    .selectAll('enrolment')
    .select('assessment.predictability')
}

function fromRow(row: EnrolmentRow & { predictability: string | null }): Enrolment {
  return {
    id: row.id,
    programmeId: row.programme_id,
    customerId: row.customer_id,
    meteringPointId: row.metering_point_id,
    committedKw: row.committed_kw,
    since: toTime(row.since),
    until: toTimeOrNull(row.until),
    contract: JSON.parse(row.contract),
    predictability: row.predictability === null ? null : JSON.parse(row.predictability)
  }
}

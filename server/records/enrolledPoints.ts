import type { Kysely } from 'kysely'
import type { EnrolmentContract } from '../contract/enrolments.ts'
import { inPieces } from './columns.ts'
import type { EnrolmentRow, Schema } from './schema.ts'

/** In a programme every metering point stands once, be it the first of an enrolment or a further one. */

/** The metering points of an enrolment, the first first. */
export function enrolmentPoints(one: {
  meteringPointId: string
  contract: Pick<EnrolmentContract, 'furtherMeteringPointIds'>
}): string[] {
  return [one.meteringPointId, ...one.contract.furtherMeteringPointIds]
}

/** Why these metering points cannot be enrolled together by this customer; null: they can. */
export async function whyNotPoints(
  db: Kysely<Schema>,
  programmeId: string,
  customerId: string,
  points: readonly string[]
): Promise<{ status: 409 | 422; reason: string } | null> {
  const twice = points.find((point, i) => points.indexOf(point) !== i)
  if (twice !== undefined) return { status: 422, reason: `metering point ${twice} is named twice` }
  const nodes = await db.selectFrom('node').selectAll().where('id', 'in', points).execute()
  const byId = new Map(nodes.map(node => [node.id, node]))
  for (const point of points) {
    const node = byId.get(point)
    if (node?.kind !== 'meteringPoint') {
      return { status: 422, reason: `metering point ${point} is unknown` }
    }
    if (node.customer_id !== customerId) {
      const owner = node.customer_id ?? 'no customer'
      return { status: 422, reason: `metering point ${point} belongs to ${owner}, not to ${customerId}` }
    }
  }
  const taken = await db
    .selectFrom('enrolled_point')
    .selectAll()
    .where('programme_id', '=', programmeId)
    .where('metering_point_id', 'in', points)
    .execute()
  const first = points.find(point => taken.some(row => row.metering_point_id === point))
  if (first === undefined) return null
  return { status: 409, reason: `metering point ${first} is enrolled in programme ${programmeId} already` }
}

/** Rejects when one of them is taken: the database itself keeps each to one enrolment. */
export async function takePoints(db: Kysely<Schema>, enrolments: readonly EnrolmentRow[]): Promise<void> {
  const rows = enrolments.flatMap(one => {
    const contract: EnrolmentContract = JSON.parse(one.contract)
    return enrolmentPoints({ meteringPointId: one.metering_point_id, contract }).map(point => ({
      ...{ programme_id: one.programme_id, metering_point_id: point, enrolment_id: one.id }
    }))
  })
  for (const some of inPieces(rows)) await db.insertInto('enrolled_point').values(some).execute()
}

/** Of enrolments that have ended. */
export async function freePoints(db: Kysely<Schema>, enrolmentIds: readonly string[]): Promise<void> {
  for (const some of inPieces(enrolmentIds)) {
    await db.deleteFrom('enrolled_point').where('enrolment_id', 'in', some).execute()
  }
}

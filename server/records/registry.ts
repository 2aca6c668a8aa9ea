import type { Kysely } from 'kysely'
import type { Customer } from '../contract/customers.ts'
import { type Enrolment, type EnrolmentContract, plainContract } from '../contract/enrolments.ts'
import type { Cooling, GridNode, NodeKind } from '../contract/registry.ts'
import { byId, inPieces } from './columns.ts'
import { createCustomers } from './customers.ts'
import { freePoints } from './enrolledPoints.ts'
import { createEnrolments, insertEnrolments } from './enrolments.ts'
import { DEFAULT_PROGRAMME_ID } from './migration0001.ts'
import type { EnrolmentRow, NodeRow, Schema } from './schema.ts'

/**
 * What an import writes: nodes and customers that are new or changed (the rest stays), and commitments under the
 * default programme. A commitment of a metering point replaces the one in force; the same once more changes nothing.
 */
export interface RegistryChange {
  nodes: readonly GridNode[]
  customers: readonly Customer[]
  enrolments: readonly Commitment[]
}

export interface Commitment {
  customerId: string
  meteringPointId: string
  committedKw: number
}

/** What an import is planned against. */
export interface RegistryState {
  nodes: GridNode[]
  customers: Customer[]
  /** Those in force. */
  enrolments: Enrolment[]
  defaultProgrammeId: string
}

export interface Registry {
  /** All, by id. */
  nodes(): Promise<GridNode[]>
  currentState(): Promise<RegistryState>
  /** All of it or nothing; `now` (epoch ms) ends and begins enrolments. Rejects when a parent or customer is unknown. */
  apply(change: RegistryChange, now: number): Promise<void>
}

export function createRegistry(db: Kysely<Schema>): Registry {
  async function nodes(): Promise<GridNode[]> {
    return (await db.selectFrom('node').selectAll().execute()).map(fromRow).sort(byId)
  }
  return {
    nodes,
    async currentState() {
      return {
        nodes: await nodes(),
        customers: await createCustomers(db).list(),
        enrolments: await createEnrolments(db).list(),
        defaultProgrammeId: DEFAULT_PROGRAMME_ID
      }
    },
    async apply(change, now) {
      await db.transaction().execute(async trx => {
        for (const some of inPieces(change.customers)) await upsertCustomers(trx, some)
        for (const some of inPieces(change.nodes)) await upsertNodes(trx, some)
        for (const some of inPieces(change.enrolments)) await commit(trx, some, now)
      })
    }
  }
}

async function upsertCustomers(db: Kysely<Schema>, customers: readonly Customer[]): Promise<void> {
  await db
    .insertInto('customer')
    .values(customers.map(({ id, name }) => ({ id, name })))
    .onConflict(c => c.column('id').doUpdateSet(eb => ({ name: eb.ref('excluded.name') })))
    .execute()
}

async function upsertNodes(db: Kysely<Schema>, nodes: readonly GridNode[]): Promise<void> {
  await db
    .insertInto('node')
    .values(nodes.map(toRow))
    .onConflict(c =>
      c.column('id').doUpdateSet(eb => ({
        kind: eb.ref('excluded.kind'),
        parent: eb.ref('excluded.parent'),
        name: eb.ref('excluded.name'),
        meter: eb.ref('excluded.meter'),
        weather: eb.ref('excluded.weather'),
        capacity_kw: eb.ref('excluded.capacity_kw'),
        rating_kva: eb.ref('excluded.rating_kva'),
        cooling: eb.ref('excluded.cooling'),
        report_interval_s: eb.ref('excluded.report_interval_s'),
        customer_id: eb.ref('excluded.customer_id')
      }))
    )
    .execute()
}

async function commit(db: Kysely<Schema>, commitments: readonly Commitment[], now: number): Promise<void> {
  const inForce = await db
    .selectFrom('enrolment')
    .selectAll()
    .where('programme_id', '=', DEFAULT_PROGRAMME_ID)
    .where('until', 'is', null)
    .where(
      'metering_point_id',
      'in',
      commitments.map(one => one.meteringPointId)
    )
    .execute()
  const byMeteringPoint = new Map(inForce.map(row => [row.metering_point_id, row]))
  const changed = commitments.filter(one => {
    const row = byMeteringPoint.get(one.meteringPointId)
    return row?.customer_id !== one.customerId || row.committed_kw !== one.committedKw
  })
  const replaced = changed.flatMap(one => byMeteringPoint.get(one.meteringPointId)?.id ?? [])
  if (replaced.length > 0) {
    await db.updateTable('enrolment').set({ until: now }).where('id', 'in', replaced).execute()
    await freePoints(db, replaced)
  }
  const wanted = changed.map(one => ({
    ...one,
    contract: contractOf(byMeteringPoint.get(one.meteringPointId), one.customerId)
  }))
  await insertEnrolments(db, DEFAULT_PROGRAMME_ID, wanted, now)
}

/** Another kW leaves the rest of a contract as it is; another customer has a contract of its own. */
function contractOf(replaced: EnrolmentRow | undefined, customerId: string): EnrolmentContract {
  return replaced?.customer_id === customerId ? JSON.parse(replaced.contract) : plainContract
}

function fromRow(row: NodeRow): GridNode {
  return {
    id: row.id,
    kind: row.kind as NodeKind,
    parent: row.parent,
    name: row.name,
    meter: row.meter,
    weather: row.weather,
    capacityKw: row.capacity_kw,
    ratingKva: row.rating_kva,
    ...(row.cooling === null ? {} : { cooling: row.cooling as Cooling }),
    reportIntervalS: row.report_interval_s,
    customerId: row.customer_id
  }
}

function toRow(node: GridNode): NodeRow {
  return {
    id: node.id,
    kind: node.kind,
    parent: node.parent,
    name: node.name,
    meter: node.meter,
    weather: node.weather,
    capacity_kw: node.capacityKw,
    rating_kva: node.ratingKva,
    cooling: node.cooling ?? null,
    report_interval_s: node.reportIntervalS,
    customer_id: node.customerId
  }
}

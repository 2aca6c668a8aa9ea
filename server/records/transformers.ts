import type { Kysely } from 'kysely'
import { inPieces } from './columns.ts'
import type { TransformerDayRow } from './foresightRows.ts'
import type { Schema } from './schema.ts'

/** Rows of a year that one statement reads: some milliseconds. */
const NODES_AT_ONCE = 50

/** What one transformer lived through on one local day. */
export interface TransformerDay {
  nodeId: string
  day: string
  /** Days of insulation life. */
  lifeUsedDays: number
  /** Hours of the day for which it is known. */
  knownHours: number
  maxHotSpotC: number | null
  maxTopOilC: number | null
}

/** What the watch over an oil sensor has learned; its shape is the watch's own. */
export interface TransformerOil {
  nodeId: string
  state: unknown
  /** Epoch ms. */
  at: number
}

export interface Transformers {
  /** A day put again replaces the earlier one. Rejects for a node nobody registered. */
  putDays(rows: readonly TransformerDay[]): Promise<void>
  /** Local dates, both included; the newest first. */
  days(nodeId: string, from: string, to: string): Promise<TransformerDay[]>
  /** Sums over a calendar year; a node without a day in it is absent. */
  lifeOfYear(
    nodeIds: readonly string[],
    year: number
  ): Promise<Map<string, { lifeUsedDays: number; knownHours: number }>>
  /** A node nothing was put for is absent. */
  oil(nodeIds: readonly string[]): Promise<Map<string, { state: unknown; at: number }>>
  putOil(rows: readonly TransformerOil[]): Promise<void>
}

export function createTransformers(db: Kysely<Schema>): Transformers {
  return {
    async putDays(rows) {
      for (const some of inPieces(rows)) await insertDays(db, some)
    },
    async days(nodeId, from, to) {
      const query = db.selectFrom('transformer_day').selectAll().where('node_id', '=', nodeId)
      const rows = await query.where('day', '>=', from).where('day', '<=', to).execute()
      return rows.map(fromDayRow).sort((a, b) => (a.day > b.day ? -1 : 1))
    },
    async lifeOfYear(nodeIds, year) {
      const found = new Map<string, { lifeUsedDays: number; knownHours: number }>()
      for (const some of inPieces(nodeIds, NODES_AT_ONCE)) {
        for (const { id, lifeUsedDays, knownHours } of await sums(db, some, year)) {
          found.set(id, { lifeUsedDays, knownHours })
        }
      }
      return found
    },
    async oil(nodeIds) {
      const found = new Map<string, { state: unknown; at: number }>()
      for (const some of inPieces(nodeIds)) {
        const rows = await db.selectFrom('transformer_oil').selectAll().where('node_id', 'in', some).execute()
        for (const { node_id, state, at } of rows) found.set(node_id, { state: JSON.parse(state), at })
      }
      return found
    },
    async putOil(rows) {
      for (const some of inPieces(rows)) await insertOil(db, some)
    }
  }
}

/** Of two rows of one identity the later stands: one statement may name each only once. */
function lastOfEach<T>(rows: readonly T[], identity: (row: T) => string): T[] {
  return [...new Map(rows.map(row => [identity(row), row])).values()]
}

async function insertDays(db: Kysely<Schema>, days: readonly TransformerDay[]): Promise<void> {
  await db
    .insertInto('transformer_day')
    .values(lastOfEach(days, ({ nodeId, day }) => `${nodeId}/${day}`).map(toDayRow))
    .onConflict(c =>
      c.columns(['node_id', 'day']).doUpdateSet(eb => ({
        life_used_days: eb.ref('excluded.life_used_days'),
        known_hours: eb.ref('excluded.known_hours'),
        max_hot_spot_c: eb.ref('excluded.max_hot_spot_c'),
        max_top_oil_c: eb.ref('excluded.max_top_oil_c')
      }))
    )
    .execute()
}

async function insertOil(db: Kysely<Schema>, rows: readonly TransformerOil[]): Promise<void> {
  const values = lastOfEach(rows, ({ nodeId }) => nodeId).map(({ nodeId, state, at }) => ({
    node_id: nodeId,
    state: JSON.stringify(state),
    at
  }))
  await db
    .insertInto('transformer_oil')
    .values(values)
    .onConflict(c =>
      c.column('node_id').doUpdateSet(eb => ({ state: eb.ref('excluded.state'), at: eb.ref('excluded.at') }))
    )
    .execute()
}

function sums(db: Kysely<Schema>, nodeIds: readonly string[], year: number) {
  return db
    .selectFrom('transformer_day')
    .select(({ fn }) => [
      'node_id as id',
      fn.sum<number>('life_used_days').as('lifeUsedDays'),
      fn.sum<number>('known_hours').as('knownHours')
    ])
    .where('node_id', 'in', nodeIds)
    .where('day', '>=', `${year}-01-01`)
    .where('day', '<=', `${year}-12-31`)
    .groupBy('node_id')
    .execute()
}

function toDayRow(one: TransformerDay): TransformerDayRow {
  return {
    node_id: one.nodeId,
    day: one.day,
    life_used_days: one.lifeUsedDays,
    known_hours: one.knownHours,
    max_hot_spot_c: one.maxHotSpotC,
    max_top_oil_c: one.maxTopOilC
  }
}

function fromDayRow(row: TransformerDayRow): TransformerDay {
  return {
    nodeId: row.node_id,
    day: row.day,
    lifeUsedDays: row.life_used_days,
    knownHours: row.known_hours,
    maxHotSpotC: row.max_hot_spot_c,
    maxTopOilC: row.max_top_oil_c
  }
}

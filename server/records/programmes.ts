import type { Kysely, Selectable } from 'kysely'
import { canonicalJson } from '../contract/canonicalJson.ts'
import type { Programme, ProgrammeKind } from '../contract/programmes.ts'
import { byId } from './columns.ts'
import type { Schema } from './schema.ts'

export interface Programmes {
  /** All, by id. */
  list(): Promise<Programme[]>
  get(id: string): Promise<Programme | null>
  /** false when the id is taken. */
  insert(programme: Programme): Promise<boolean>
  /** Changes what is given; null when there is no such programme. */
  update(id: string, change: Partial<Omit<Programme, 'id'>>): Promise<Programme | null>
}

export function createProgrammes(db: Kysely<Schema>): Programmes {
  async function get(id: string): Promise<Programme | null> {
    const row = await db.selectFrom('programme').selectAll().where('id', '=', id).executeTakeFirst()
    return row === undefined ? null : fromRow(row)
  }
  return {
    async list() {
      return (await db.selectFrom('programme').selectAll().execute()).map(fromRow).sort(byId)
    },
    get,
    async insert(programme) {
      const insert = db.insertInto('programme').values(toRow(programme))
      const inserted = await insert
        .onConflict(c => c.column('id').doNothing())
        .returning('id')
        .execute()
      return inserted.length > 0
    },
    async update(id, change) {
      return db.transaction().execute(async trx => {
        // Locks the row: of two changes at once neither is lost.
        const row = await trx
          .updateTable('programme')
          .set({ id })
          .where('id', '=', id)
          .returningAll()
          .executeTakeFirst()
        if (row === undefined) return null
        const changed = { ...fromRow(row), ...change, id }
        await trx.updateTable('programme').set(toRow(changed)).where('id', '=', id).execute()
        return changed
      })
    }
  }
}

function fromRow(row: Selectable<Schema['programme']>): Programme {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind as ProgrammeKind,
    priority: row.priority,
    settlementIntervalMinutes: row.settlement_interval_minutes,
    settleDelayMinutes: row.settle_delay_minutes,
    terms: JSON.parse(row.terms)
  }
}

function toRow(programme: Programme): Schema['programme'] {
  return {
    id: programme.id,
    name: programme.name,
    kind: programme.kind,
    priority: programme.priority,
    settlement_interval_minutes: programme.settlementIntervalMinutes,
    settle_delay_minutes: programme.settleDelayMinutes,
    terms: canonicalJson(programme.terms)
  }
}

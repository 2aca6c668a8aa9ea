import type { Kysely, Selectable } from 'kysely'
import type { Programme } from '../contract/programmes.ts'
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
    async insert({ id, name, settlementIntervalMinutes, settleDelayMinutes }) {
      const row = {
        id,
        name,
        settlement_interval_minutes: settlementIntervalMinutes,
        settle_delay_minutes: settleDelayMinutes
      }
      const insert = db.insertInto('programme').values(row)
      const inserted = await insert
        .onConflict(c => c.column('id').doNothing())
        .returning('id')
        .execute()
      return inserted.length > 0
    },
    async update(id, { name, settlementIntervalMinutes, settleDelayMinutes }) {
      const set = {
        ...(name !== undefined && { name }),
        ...(settlementIntervalMinutes !== undefined && {
          settlement_interval_minutes: settlementIntervalMinutes
        }),
        ...(settleDelayMinutes !== undefined && { settle_delay_minutes: settleDelayMinutes })
      }
      if (Object.keys(set).length > 0) {
        await db.updateTable('programme').set(set).where('id', '=', id).execute()
      }
      return get(id)
    }
  }
}

function fromRow(row: Selectable<Schema['programme']>): Programme {
  return {
    id: row.id,
    name: row.name,
    settlementIntervalMinutes: row.settlement_interval_minutes,
    settleDelayMinutes: row.settle_delay_minutes
  }
}

import { type Kysely, sql } from 'kysely'
import { migrations } from '../../server/records/migrations.ts'
import type { Schema } from '../../server/records/schema.ts'
import { noon } from './samples.ts'

/** The tables as the first version of Gridload made them. */
export const firstMigration = Object.fromEntries(Object.entries(migrations).slice(0, 1))

/** An event with one line of history, as the first version wrote it. */
export async function insertOldEvent(db: Kysely<Schema>): Promise<void> {
  await sql`insert into event (id, state, version, node_id, node_name, programme_id, start_at, end_at, reason)
    values ('CE-1', 'draft', 1, 'F1', 'Lộ 471', 'voluntary', ${noon}, ${noon}, 'Nắng nóng')`.execute(db)
  await sql`insert into event_history (event_id, version, state, at, "by")
    values ('CE-1', 1, 'draft', ${noon}, 'Lan')`.execute(db)
}

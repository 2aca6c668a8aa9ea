import type { Kysely } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { createRecords } from './migration0001.ts'
import { createAccess } from './migration0002.ts'
import { createProgramme } from './migration0003.ts'
import { createRevisions } from './migration0004.ts'
import { createForesight } from './migration0005.ts'
import type { Schema } from './schema.ts'

/**
 * In order of their names; one that has been released is never changed, a new one is added after it. A migration sees
 * the tables of its own time, hence no types.
 */
export const migrations: Record<string, Migration> = {
  '0001_records': { up: createRecords },
  '0002_access': { up: createAccess },
  '0003_programme': { up: createProgramme },
  '0004_revisions': { up: createRevisions },
  '0005_foresight': { up: createForesight }
}

/**
 * Brings the tables up to date, all in one transaction: whatever ends it half-way, the next start finds the old tables
 * whole. Throws when the tables are from a newer Gridload.
 */
export async function migrate(db: Kysely<Schema>, list = migrations): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => list } })
  const { error } = await migrator.migrateToLatest()
  if (error === undefined) return
  if (error instanceof Error && error.message.startsWith('corrupted migrations')) {
    throw new Error(`the tables were written by another version of Gridload (${error.message})`)
  }
  throw error
}

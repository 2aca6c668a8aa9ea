import { DatabaseSync } from 'node:sqlite'
import { Kysely } from 'kysely'
import { type Audit, createAudit } from './audit.ts'
import type { RecordsPlace } from './openRecords.ts'
import { openPool, postgresDialect } from './postgres.ts'
import type { Schema } from './schema.ts'
import { sqliteDialect } from './sqlite.ts'

/** The audit as whoever checks it sees it. */
export interface AuditReader extends Pick<Audit, 'head' | 'range' | 'list'> {
  stop(): Promise<void>
}

/**
 * Opens the audit to read it, also beside a running server: nothing is written, no table is made or changed. Rejects
 * when there is no audit.
 */
export async function openAuditReader(place: RecordsPlace): Promise<AuditReader> {
  const db = new Kysely<Schema>({
    dialect:
      'file' in place
        ? sqliteDialect(openReadOnly(place.file))
        : postgresDialect(await openPool(place.url, () => {}))
  })
  const { head, range, list } = createAudit(db)
  try {
    await head()
  } catch (error) {
    await db.destroy()
    throw error
  }
  return { head, range, list, stop: () => db.destroy() }
}

function openReadOnly(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { readOnly: true })
  database.exec('PRAGMA busy_timeout = 5000')
  return database
}

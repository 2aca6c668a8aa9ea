import { Kysely } from 'kysely'
import { migrate, migrations } from '../../server/records/migrations.ts'
import type { Schema } from '../../server/records/schema.ts'
import { openSqliteFile, sqliteDialect } from '../../server/records/sqlite.ts'

// Creates every table of the first migration, and dies before that is committed.
const db = new Kysely<Schema>({ dialect: sqliteDialect(openSqliteFile(process.argv[2] ?? '')) })
await migrate(db, {
  ...migrations,
  '0002_death': { up: async () => void process.kill(process.pid, 'SIGKILL') }
})

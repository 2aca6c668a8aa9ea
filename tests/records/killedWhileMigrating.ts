import { Kysely } from 'kysely'
import { migrate, migrations } from '../../server/records/migrations.ts'
import type { Schema } from '../../server/records/schema.ts'
import { openSqliteFile, sqliteDialect } from '../../server/records/sqlite.ts'

// Creates every table of the first migration, and dies before that is committed.
const db = new Kysely<Schema>({ dialect: sqliteDialect(openSqliteFile(process.argv[2] ?? '')) })
const [[name, first] = ['', undefined]] = Object.entries(migrations)
await migrate(db, {
  [name]: {
    up: async tables => {
      await first?.up(tables)
      process.kill(process.pid, 'SIGKILL')
      await new Promise(() => {})
    }
  }
})

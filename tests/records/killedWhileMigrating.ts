import { Kysely } from 'kysely'
import { migrate, migrations } from '../../server/records/migrations.ts'
import type { Schema } from '../../server/records/schema.ts'
import { openSqliteFile, sqliteDialect } from '../../server/records/sqlite.ts'

// Does everything that one migration does (by its name), and dies before that is committed.
const [, , file = '', name = ''] = process.argv
const db = new Kysely<Schema>({ dialect: sqliteDialect(openSqliteFile(file)) })
await migrate(db, {
  ...Object.fromEntries(Object.entries(migrations).filter(([other]) => other < name)),
  [name]: {
    up: async tables => {
      await migrations[name]?.up(tables)
      process.kill(process.pid, 'SIGKILL')
      await new Promise(() => {})
    }
  }
})

import { chmod, mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Kysely, sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openRecords } from '../../server/records/openRecords.ts'
import type { Schema } from '../../server/records/schema.ts'
import { openSqliteFile, sqliteDialect } from '../../server/records/sqlite.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { event, keepResult, noon } from './samples.ts'

let folder: Awaited<ReturnType<typeof tempDir>>
let file: string
beforeEach(async () => {
  folder = await tempDir()
  file = join(folder.path, 'records.sqlite')
})
afterEach(() => folder.remove())

async function withDatabase(work: (db: Kysely<Schema>) => Promise<void>): Promise<void> {
  const db = new Kysely<Schema>({ dialect: sqliteDialect(openSqliteFile(file)) })
  try {
    await db.schema.createTable('customer').addColumn('id', 'text').addColumn('name', 'text').execute()
    await work(db)
  } finally {
    await db.destroy()
  }
}

test('every open makes commits durable and keeps references and patience', async () => {
  for (const _time of [1, 2]) {
    const database = openSqliteFile(file)
    const setting = (name: string) => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]
    expect(setting('journal_mode')).toBe('wal')
    expect(setting('synchronous')).toBe(2)
    expect(setting('foreign_keys')).toBe(1)
    expect(setting('busy_timeout')).toBe(5000)
    database.close()
  }
})

test('what is in the file is for its owner, also in one of an earlier version', async () => {
  const modes = async () => {
    const names = (await readdir(folder.path)).toSorted()
    return Promise.all(names.map(async name => [name, (await stat(join(folder.path, name))).mode & 0o777]))
  }
  const records = await openRecords({ file })
  expect(await modes()).toEqual([
    ['records.sqlite', 0o600],
    ['records.sqlite-shm', 0o600],
    ['records.sqlite-wal', 0o600]
  ])
  await records.stop()
  await chmod(file, 0o644)
  await (await openRecords({ file })).stop()
  expect(await modes()).toEqual([['records.sqlite', 0o640]])
})

test.each([
  ['a Date', new Date(noon)],
  ['NaN', Number.NaN],
  ['a boolean', true],
  ['undefined', undefined]
])('%s is refused, not stored as something else', async (_what, value) => {
  await withDatabase(async db => {
    const insert = sql`insert into customer (id, name) values (${value}, 'x')`
    await expect(insert.execute(db)).rejects.toThrow('cannot bind')
    await expect(sql`select * from customer where id = ${value}`.execute(db)).rejects.toThrow('cannot bind')
    expect(await db.selectFrom('customer').selectAll().execute()).toEqual([])
  })
})

test('what comes while a transaction is open waits for its end and sees all of it or nothing', async () => {
  await withDatabase(async db => {
    const insert = (id: string, to = db) => to.insertInto('customer').values({ id, name: id }).execute()
    const seen: number[] = []
    const failing = db.transaction().execute(async trx => {
      await insert('a', trx)
      const other = db
        .selectFrom('customer')
        .select('id')
        .execute()
        .then(rows => seen.push(rows.length))
      const alone = insert('b')
      await new Promise(resolve => setImmediate(resolve))
      expect(seen).toEqual([])
      void Promise.all([other, alone])
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    const rows = await db.selectFrom('customer').select('id').execute()
    expect(rows).toEqual([{ id: 'b' }])
    expect(seen).toEqual([0])
  })
})

test('stop lets what was asked before finish', async () => {
  const records = await openRecords({ file })
  const inserted = Promise.all(
    Array.from({ length: 20 }, (_, i) => records.customers.insert({ id: `C${i}`, name: 'x' }))
  )
  await records.stop()
  expect(await inserted).toHaveLength(20)
  const again = await openRecords({ file })
  expect(await again.customers.list()).toHaveLength(20)
  await again.stop()
})

test('a result changed behind our back is not served', async () => {
  const records = await openRecords({ file })
  const ended = event('CE-1', ['draft', 'notified', 'active', 'ended'])
  await records.events.insert(ended)
  await keepResult(records, ended, { C1: 0.5 })
  const other = new DatabaseSync(file)
  other.exec(`update result_version set performance = replace(performance, '"ratio":0.5', '"ratio":0.9')`)
  other.close()
  await expect(records.results.get('CE-1')).rejects.toThrow('the result of event CE-1 does not match')
  await records.stop()
})

test('a file that cannot be opened or written is named', async () => {
  await mkdir(file)
  await expect(openRecords({ file })).rejects.toThrow(`records database ${file}: `)

  const text = join(folder.path, 'text.sqlite')
  await writeFile(
    text,
    'this is not a database, and it is long enough for a header of one hundred bytes'.repeat(3)
  )
  await expect(openRecords({ file: text })).rejects.toThrow(`records database ${text}: `)

  const below = join(text, 'records.sqlite')
  await expect(openRecords({ file: below })).rejects.toThrow(`records database ${below}: `)
})

test('a server that cannot be reached is named, its password is not', async () => {
  const url = 'postgres://gridload:s3cret@127.0.0.1:1/records'
  const error = await openRecords({ url }).catch((reason: unknown) => reason)
  expect(String(error)).toContain('PostgreSQL at 127.0.0.1:1, database records')
  expect(String(error)).not.toContain('s3cret')
  await expect(openRecords({ url: 'postgres://gridload:s3cret@[broken' })).rejects.toThrow(
    'cannot be read as an address'
  )
})

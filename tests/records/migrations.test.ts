import { join } from 'node:path'
import { Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { AUDIT_GENESIS } from '../../server/contract/audit.ts'
import { migrate, migrations } from '../../server/records/migrations.ts'
import { openRecords } from '../../server/records/openRecords.ts'
import type { Schema } from '../../server/records/schema.ts'
import { openSqliteFile, sqliteDialect } from '../../server/records/sqlite.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { runChild } from './child.ts'
import { firstMigration, insertOldEvent } from './firstTables.ts'
import { expectSecondState } from './fromSecond.ts'
import { programme } from './samples.ts'
import { insertSecondState, secondMigrations } from './secondTables.ts'

let folder: Awaited<ReturnType<typeof tempDir>>
let file: string
beforeEach(async () => {
  folder = await tempDir()
  file = join(folder.path, 'records.sqlite')
})
afterEach(() => folder.remove())

async function migrateWith(list: Record<string, Migration>): Promise<void> {
  const db = new Kysely<Schema>({ dialect: sqliteDialect(openSqliteFile(file)) })
  try {
    await migrate(db, list)
  } finally {
    await db.destroy()
  }
}

test('opening again changes nothing', async () => {
  const first = await openRecords({ file })
  await first.customers.insert({ id: 'C1', name: 'Thép' })
  await first.programmes.update('voluntary', { settleDelayMinutes: 5 })
  await first.stop()
  const second = await openRecords({ file })
  expect(await second.customers.list()).toEqual([{ id: 'C1', name: 'Thép' }])
  expect(await second.programmes.list()).toMatchObject([{ settleDelayMinutes: 5 }])
  await second.stop()
})

test('a migration that fails half-way leaves the old tables whole, and the next start finishes', async () => {
  const half: Migration = {
    up: async db => {
      await db.schema.alterTable('customer').addColumn('region', 'text').execute()
      throw new Error('the disk is full')
    }
  }
  await migrateWith(migrations)
  await expect(migrateWith({ ...migrations, '0006_region': half })).rejects.toThrow('the disk is full')
  const old = await openRecords({ file })
  expect(await old.customers.insert({ id: 'C1', name: 'Thép' })).toBe(true)
  expect(await old.customers.list()).toEqual([{ id: 'C1', name: 'Thép' }])
  await old.stop()
  const whole: Migration = {
    up: db => db.schema.alterTable('customer').addColumn('region', 'text').execute()
  }
  await migrateWith({ ...migrations, '0006_region': whole })
})

test('a process killed in the middle of the very first migration', async () => {
  const { signal } = await runChild('killedWhileMigrating.ts', [file, '0001_records'])
  expect(signal).toBe('SIGKILL')
  const records = await openRecords({ file })
  expect(await records.programmes.list()).toHaveLength(1)
  await records.stop()
})

test('a process killed while tables of the first version are brought up to date', async () => {
  await migrateWith(firstMigration)
  const old = new Kysely<Schema>({ dialect: sqliteDialect(openSqliteFile(file)) })
  await insertOldEvent(old)
  await old.destroy()
  const { signal, errors } = await runChild('killedWhileMigrating.ts', [file, '0002_access'])
  expect([signal, errors]).toEqual(['SIGKILL', ''])
  const records = await openRecords({ file })
  expect((await records.events.get('CE-1'))?.history).toMatchObject([{ by: 'Lan', byId: null }])
  expect(await records.audit.head()).toEqual(AUDIT_GENESIS)
  await records.stop()
})

async function secondState(): Promise<void> {
  await migrateWith(secondMigrations)
  const old = new Kysely<Schema>({ dialect: sqliteDialect(openSqliteFile(file)) })
  await insertSecondState(old)
  await old.destroy()
}

test('tables of the second version are brought up to date, with what is in them', async () => {
  await secondState()
  const records = await openRecords({ file })
  await expectSecondState(records)
  await records.stop()
})

test('a process killed while tables of the second version are brought up to date', async () => {
  await secondState()
  const { signal, errors } = await runChild('killedWhileMigrating.ts', [file, '0003_programme'])
  expect([signal, errors]).toEqual(['SIGKILL', ''])
  const records = await openRecords({ file })
  await expectSecondState(records)
  await records.stop()
})

test('a database that began today has the default programme of today', async () => {
  const records = await openRecords({ file })
  expect(await records.programmes.list()).toEqual([programme()])
  await records.stop()
})

test('tables of a newer Gridload are refused in words', async () => {
  const later: Migration = { up: async db => void (await sql`select 1`.execute(db)) }
  await migrateWith({ ...migrations, '0999_later': later })
  await expect(openRecords({ file })).rejects.toThrow('written by another version of Gridload')
})

import { join } from 'node:path'
import { Kysely } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { migrate } from '../../server/records/migrations.ts'
import { openRecords, type Records } from '../../server/records/openRecords.ts'
import { openPool, postgresDialect } from '../../server/records/postgres.ts'
import type { Schema } from '../../server/records/schema.ts'
import { needs } from '../helpers/needs.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { auditSuite } from './audit.suite.ts'
import { eventsSuite } from './events.suite.ts'
import { findingsSuite } from './findings.suite.ts'
import { firstMigration, insertOldEvent } from './firstTables.ts'
import { foresightSuite } from './foresight.suite.ts'
import { expectSecondState } from './fromSecond.ts'
import { machinesSuite } from './machines.suite.ts'
import { outboxSuite } from './outbox.suite.ts'
import { peopleSuite } from './people.suite.ts'
import { type PostgresServer, startPostgres } from './postgresServer.ts'
import { programmeSuite } from './programme.suite.ts'
import { registerSuite } from './register.suite.ts'
import { registrySuite } from './registry.suite.ts'
import { resultsSuite } from './results.suite.ts'
import { rewardsSuite } from './rewards.suite.ts'
import { insertSecondState, secondMigrations } from './secondTables.ts'
import { twoPersonsSuite } from './twoPersons.suite.ts'

// One suite, on both databases: whatever one of them would do otherwise shows here.

const opened: { stop(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of opened.splice(0)) await one.stop()
})

function everySuite(open: () => Promise<Records>): void {
  describe('registry', () => registrySuite(open))
  describe('register', () => registerSuite(open))
  describe('programme', () => programmeSuite(open))
  describe('findings', () => findingsSuite(open))
  describe('events', () => eventsSuite(open))
  describe('results', () => resultsSuite(open))
  describe('rewards', () => rewardsSuite(open))
  describe('foresight', () => foresightSuite(open))
  describe('outbox', () => outboxSuite(open))
  describe('people', () => peopleSuite(open))
  describe('machines', () => machinesSuite(open))
  describe('audit', () => auditSuite(open))
}

describe('SQLite', () => {
  const open = async () => {
    const folder = await tempDir()
    const records = await openRecords({ file: join(folder.path, 'records.sqlite') })
    opened.push(records, { stop: folder.remove })
    return records
  }
  everySuite(open)
  describe('two persons', () =>
    twoPersonsSuite(async () => {
      const records = await open()
      return [records, records]
    }))
})

const postgres = needs('postgres')
describe.skipIf(postgres === null)('PostgreSQL', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres(postgres ?? '')
  })
  afterAll(async () => {
    await server.stop()
  })
  const open = async (warn?: (message: string) => void) => {
    const records = await openRecords({ url: await server.database() }, warn)
    opened.push(records)
    return records
  }

  everySuite(open)
  describe('two persons', () =>
    twoPersonsSuite(async () => {
      const url = await server.database()
      const both: [Records, Records] = [await openRecords({ url }), await openRecords({ url })]
      opened.push(...both)
      return both
    }))

  test('broken connections are told and replaced', async () => {
    const warnings: string[] = []
    const records = await open(message => warnings.push(message))
    await records.check()
    await server.dropConnections()
    await expect.poll(() => warnings.length).toBeGreaterThan(0)
    await records.check()
  })

  test('two processes may start on an empty database at once', async () => {
    const url = await server.database()
    const both = await Promise.all([openRecords({ url }), openRecords({ url })])
    opened.push(...both)
    expect(await both[1].programmes.list()).toHaveLength(1)
  })

  test('tables of the first version are brought up to date, with what is in them', async () => {
    const url = await server.database()
    const old = new Kysely<Schema>({ dialect: postgresDialect(await openPool(url, () => {})) })
    await migrate(old, firstMigration)
    await insertOldEvent(old)
    await old.destroy()
    const records = await openRecords({ url })
    opened.push(records)
    expect((await records.events.get('CE-1'))?.history).toMatchObject([{ by: 'Lan', byId: null }])
    expect(await records.users.list()).toEqual([])
  })

  test('tables of the second version are brought up to date, with what is in them', async () => {
    const url = await server.database()
    const old = new Kysely<Schema>({ dialect: postgresDialect(await openPool(url, () => {})) })
    await migrate(old, secondMigrations)
    await insertSecondState(old)
    await old.destroy()
    const records = await openRecords({ url })
    opened.push(records)
    await expectSecondState(records)
  })

  test('a database that is not there is named', async () => {
    const url = (await server.database()).replace(/[^/]+$/, 'missing')
    await expect(openRecords({ url })).rejects.toThrow('database missing')
  })
})

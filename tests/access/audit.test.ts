import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Kysely } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createAudit } from '../../server/access/audit.ts'
import { verifyEntries } from '../../server/access/auditChain.ts'
import { verifyChain } from '../../server/access/auditWatch.ts'
import { createAudit as createAuditTable } from '../../server/records/audit.ts'
import { migrate } from '../../server/records/migrations.ts'
import { openRecords, type Records } from '../../server/records/openRecords.ts'
import type { Schema } from '../../server/records/schema.ts'
import { openSqliteFile, sqliteDialect } from '../../server/records/sqlite.ts'
import { needs } from '../helpers/needs.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { runChild } from '../records/child.ts'
import { startPostgres } from '../records/postgresServer.ts'
import { memoryChain, record } from './chain.ts'

const salt = () => 'ab'.repeat(16)

describe('the writer', () => {
  it('links what comes at once in the order in which it came, and returns the heights', async () => {
    const chain = memoryChain()
    const audit = createAudit(chain, { salt })
    const heights = await Promise.all(Array.from({ length: 450 }, (_, n) => audit.append(record(n))))
    expect(heights).toEqual(Array.from({ length: 450 }, (_, n) => n + 1))
    expect(chain.entries.map(({ object }) => object)).toEqual(heights.map(height => `event/CE-${height - 1}`))
    expect(verifyEntries(chain.entries)).toMatchObject({ head: { height: 450 }, fault: null })
    expect(audit.state()).toEqual({ height: 450, waiting: 0, failures: 0 })
  })

  it('goes behind whoever was faster, and gives up when somebody always is', async () => {
    const chain = memoryChain()
    const other = createAudit(memoryChainBehind(chain), { salt })
    let faster = 3
    const contested = {
      ...chain,
      append: async (...args: Parameters<typeof chain.append>) => {
        if (faster-- > 0) await other.append(record(100 + faster))
        return chain.append(...args)
      }
    }
    const audit = createAudit(contested, { salt })
    expect(await audit.append(record(1))).toBe(4)
    expect(verifyEntries(chain.entries)).toMatchObject({ head: { height: 4 }, fault: null })
    const never = createAudit({ ...chain, append: async () => false }, { salt })
    await expect(never.append(record(2))).rejects.toThrow('others were faster 100 times')
  })

  it('keeps no secret, and takes a copy: what is changed afterwards is not in it', async () => {
    const chain = memoryChain()
    const after = { name: 'báo cáo', secret: 's3cret' }
    const personal = { userName: 'lan', password: 's3cret' }
    const done = createAudit(chain, { salt }).append(
      record(1, { after, personal, object: 'user/usr-1\u0000' })
    )
    after.name = 'changed'
    await done
    expect(JSON.stringify(chain.entries)).not.toContain('s3cret')
    expect(chain.entries[0]).toMatchObject({
      object: 'user/usr-1 ',
      after: { name: 'báo cáo', secret: '[secret]' },
      personal: { userName: 'lan', password: '[secret]' }
    })
    expect(verifyEntries(chain.entries).fault).toBeNull()
  })

  it('refuses when it cannot write or too much waits, and writes again when it can', async () => {
    const chain = memoryChain()
    let full = true
    const audit = createAudit(
      {
        head: chain.head,
        append: async (...args) => {
          if (full) throw new Error('database or disk is full')
          return chain.append(...args)
        }
      },
      { salt, maxWaiting: 3 }
    )
    await expect(audit.append(record(1))).rejects.toThrow('disk is full')
    const four = await Promise.allSettled([2, 3, 4, 5, 6].map(n => audit.append(record(n))))
    expect(four.map(({ status }) => status)).toEqual(Array(5).fill('rejected'))
    expect(String((four[4] as PromiseRejectedResult).reason)).toContain('entries behind')
    await expect(audit.append(record(NaN))).rejects.toThrow('not a time')
    full = false
    expect(await audit.append(record(7))).toBe(1)
    expect(audit.state()).toMatchObject({ height: 1, failures: 6 })
  })

  function memoryChainBehind(chain: ReturnType<typeof memoryChain>) {
    return { head: chain.head, append: chain.append }
  }
})

describe('on SQLite', () => {
  let folder: { path: string; remove: () => Promise<void> }
  let file: string
  beforeEach(async () => {
    folder = await tempDir()
    file = join(folder.path, 'records.sqlite')
  })
  afterEach(() => folder.remove())

  async function write(count: number): Promise<Records> {
    const records = await openRecords({ file })
    const audit = createAudit(records.audit, { salt })
    const personal = { name: 'Lan “Nguyễn” 😀', address: '::1' }
    for (let n = 1; n <= count; n++) {
      await audit.append(record(n, { personal: n % 2 ? personal : null, personalOf: ['usr-lan'] }))
    }
    return records
  }

  function behindOurBack(statement: string): void {
    const database = new DatabaseSync(file)
    database.exec(statement)
    database.close()
  }

  it.each([
    ['whole', 'select 1', null],
    ['an altered action', "update audit_entry set action = 'login' where height = 5", 'entry 5 was altered'],
    ['an altered time', 'update audit_entry set at = at + 1 where height = 5', 'entry 5 was altered'],
    ['text that is no JSON', "update audit_entry set after = '{' where height = 5", 'entry 5 was altered'],
    ['a time that is none', "update audit_entry set at = 'x' where height = 5", 'entry 5 was altered'],
    [
      'a number too large to read',
      'update audit_entry set status = 9e18 where height = 5',
      'entry 5 was altered'
    ],
    [
      'an integer too large to read',
      'update audit_entry set status = 9007199254740993 where height = 5',
      'entry 5'
    ],
    [
      'personal data of another',
      `update audit_entry set personal = '{"name":"Minh"}' where height = 5`,
      'the personal data of entry 5 were altered'
    ],
    ['a deleted entry', 'delete from audit_entry where height = 5', 'entry 5 is missing'],
    ['a deleted first entry', 'delete from audit_entry where height = 1', 'entry 1 is missing'],
    ['a cut end', 'delete from audit_entry where height > 7', 'entries 8 to 10 are missing at the end'],
    [
      'exchanged entries',
      `update audit_entry set height = 100 where height = 4; update audit_entry set height = 4 where height = 7;
       update audit_entry set height = 7 where height = 100`,
      'entry 4 is out of order: what stands there is entry 7'
    ],
    [
      'an entry put behind the last',
      'insert into audit_entry select 11, at, actor_id, action, object, outcome, status, attempt, before, after, ' +
        'personal, personal_salt, personal_hash, hash, hash from audit_entry where height = 10',
      'entry 11'
    ],
    ['another head', "update audit_head set hash = 'x'", 'entry 10 is not the one that was written last'],
    [
      'a cut end with its head',
      `delete from audit_entry where height > 7;
       update audit_head set height = 7, hash = (select hash from audit_entry where height = 7)`,
      null
    ]
  ])('%s', async (_what, statement, expected) => {
    const records = await write(10)
    behindOurBack(statement)
    const { fault } = await verifyChain(records.audit)
    if (expected === null) expect(fault).toBeNull()
    else expect(fault?.text).toContain(expected)
    await records.stop()
  })

  it('erasing a user breaks no link', async () => {
    const records = await write(10)
    expect(await records.audit.erasePersonal('usr-lan')).toBe(5)
    expect(await verifyChain(records.audit)).toMatchObject({ head: { height: 10 }, fault: null })
    expect(JSON.stringify(await records.audit.range(1, 100))).not.toContain('Nguyễn')
    await records.stop()
  })

  it('several processes write one chain', async () => {
    const first = await openRecords({ file })
    const ends = await Promise.all([1, 2, 3].map(() => runChild('../access/appendingChild.ts', [file, '40'])))
    expect(ends.map(({ code, errors }) => [code, errors])).toEqual(Array(3).fill([0, '']))
    const heights = ends.flatMap(({ lines }) => lines.map(Number))
    expect(heights.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 120 }, (_, n) => n + 1))
    expect(await verifyChain(first.audit)).toMatchObject({ head: { height: 120 }, fault: null })
    await first.stop()
  })

  it.each([
    ['a full disk', 'PRAGMA max_page_count = 1', 'full'],
    ['a database that became read-only', 'PRAGMA query_only = ON', 'readonly']
  ])('%s refuses the entry, and the chain stays whole', async (_what, pragma, reason) => {
    const database = openSqliteFile(file)
    const db = new Kysely<Schema>({ dialect: sqliteDialect(database) })
    await migrate(db)
    const table = createAuditTable(db)
    const audit = createAudit(table, { salt })
    await audit.append(record(1))
    // What the migrations left free would still take a few entries.
    database.exec('VACUUM')
    database.exec(pragma)
    const long = { text: 'x'.repeat(1900), more: 'y'.repeat(1900), most: 'z'.repeat(1900) }
    const refused = await Promise.allSettled([2, 3, 4, 5].map(n => audit.append(record(n, { after: long }))))
    for (const one of refused)
      expect(one).toMatchObject({ reason: { message: expect.stringContaining(reason) } })
    database.exec('PRAGMA query_only = OFF; PRAGMA max_page_count = 1000000')
    expect(await audit.append(record(6))).toBe(2)
    expect(await verifyChain(table)).toMatchObject({ head: { height: 2 }, fault: null })
    await db.destroy()
  })
})

const postgres = needs('postgres')
describe.skipIf(postgres === null)('on PostgreSQL', () => {
  it('two servers write one chain; what is done to it by SQL is named', async () => {
    const server = await startPostgres(postgres ?? '')
    const url = await server.database()
    const both = [await openRecords({ url }), await openRecords({ url })] as const
    const writers = both.map(({ audit }) => createAudit(audit, { salt }))
    const each = writers.flatMap(writer => Array.from({ length: 60 }, (_, n) => writer.append(record(n))))
    const heights = await Promise.all(each)
    expect(heights.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 120 }, (_, n) => n + 1))
    const [{ audit }] = both
    expect(await verifyChain(audit)).toMatchObject({ head: { height: 120 }, fault: null })
    const { Client } = await import('pg')
    const client = new Client({ connectionString: url })
    await client.connect()
    await client.query('update audit_entry set attempt = 9223372036854775807 where height = 50')
    expect((await verifyChain(audit)).fault).toMatchObject({ height: 50, what: 'unreadable' })
    await client.query('delete from audit_entry where height = 40')
    expect((await verifyChain(audit)).fault).toMatchObject({ height: 40, what: 'missing' })
    await client.end()
    for (const one of both) await one.stop()
    await server.stop()
  }, 60_000)
})

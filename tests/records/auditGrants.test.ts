import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAudit } from '../../server/access/audit.ts'
import { openRecords, type Records } from '../../server/records/openRecords.ts'
import { needs } from '../helpers/needs.ts'
import { type PostgresServer, startPostgres } from './postgresServer.ts'

const postgres = needs('postgres')

/** The lines that SECURITY.md gives to an operator. */
async function documentedGrants(): Promise<string> {
  const text = await readFile(resolve(import.meta.dirname, '../../SECURITY.md'), 'utf8')
  return /```sql\n(.*?)```/s.exec(text)?.[1] ?? ''
}

describe.skipIf(postgres === null)('PostgreSQL with the grants of SECURITY.md', () => {
  let server: PostgresServer
  let records: Records
  let client: Client

  beforeAll(async () => {
    server = await startPostgres(postgres ?? '')
    const owners = await server.database()
    await (await openRecords({ url: owners })).stop()
    const owner = new Client({ connectionString: owners })
    await owner.connect()
    await owner.query(await documentedGrants())
    await owner.end()
    const url = owners.replace('//gridload@', '//gridload_app@')
    records = await openRecords({ url })
    client = new Client({ connectionString: url })
    await client.connect()
  })
  afterAll(async () => {
    await client?.end()
    await records?.stop()
    await server?.stop()
  })

  it('the server appends, and erases personal data', async () => {
    const audit = createAudit(records.audit, { salt: () => '00' })
    const entry = { at: 1, actorId: 'usr-1', action: 'login', object: null, status: null, attempt: null }
    const about = { before: null, after: null, personal: { name: 'Lan' }, personalOf: ['usr-1'] }
    expect(await audit.append({ ...entry, ...about, outcome: 'done' })).toBe(1)
    expect(await audit.append({ ...entry, ...about, outcome: 'done' })).toBe(2)
    expect(await records.audit.erasePersonal('usr-1')).toBe(2)
    await records.outbox.sentOpen()
  })

  it.each([
    `UPDATE audit_entry SET action = 'nothing'`,
    'UPDATE audit_entry SET hash = previous_hash',
    'DELETE FROM audit_entry',
    'DELETE FROM audit_person',
    'TRUNCATE audit_entry',
    'DELETE FROM audit_head',
    'DROP TABLE audit_entry',
    'ALTER TABLE audit_entry ADD COLUMN more text'
  ])('%s: refused', async statement => {
    await expect(client.query(statement)).rejects.toThrow(/permission denied|must be owner/)
  })
})

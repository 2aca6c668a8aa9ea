import { appendFile, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { parse } from 'csv-parse/sync'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createAudit } from '../../server/access/audit.ts'
import { openKeys } from '../../server/access/keys.ts'
import { auditCommand } from '../../server/cli/audit.ts'
import type { Environment } from '../../server/config.ts'
import type { AuditRecord } from '../../server/contract/audit.ts'
import { openRecords, type Records } from '../../server/records/openRecords.ts'
import { record } from '../access/chain.ts'
import { needs } from '../helpers/needs.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { startPostgres } from '../records/postgresServer.ts'
import { saying } from './saying.ts'

let folder: { path: string; remove: () => Promise<void> }
let server: Records
beforeEach(async () => {
  folder = await tempDir()
  server = await openRecords({ file: at('records.sqlite') })
  await openKeys(at('keys'), { now: Date.now() })
})
afterEach(async () => {
  await server.stop()
  await folder.remove()
})

const at = (name: string) => join(folder.path, name)
const run = (args: string[], environment: Environment = {}) =>
  saying(auditCommand, args, { DATA_DIR: folder.path, ...environment })

async function write(count: number, rest: Partial<AuditRecord> = {}, { audit } = server): Promise<void> {
  const writer = createAudit(audit, { salt: () => 'ab'.repeat(16) })
  for (let n = 1; n <= count; n++) await writer.append(record(n, rest))
}

function behindOurBack(statement: string): void {
  const database = new DatabaseSync(at('records.sqlite'))
  database.exec(statement)
  database.close()
}

const cutTo7 = `delete from audit_entry where height > 7;
  update audit_head set height = 7, hash = (select hash from audit_entry where height = 7)`

describe('audit verify', () => {
  it('finds a whole chain whole, beside a running server', async () => {
    expect((await run(['verify'])).said).toBe('The audit is empty.')
    await write(10)
    const { code, said, complained } = await run(['verify'])
    const { hash } = await server.audit.head()
    expect([code, said, complained]).toEqual([0, `The audit is whole: 10 entries, ${hash}`, ''])
    await write(1)
    expect((await run(['verify'])).said).toContain('11 entries')
  })

  it.each([
    [
      "update audit_entry set actor_id = 'usr-minh' where height = 5",
      'Entry 5 was altered. Entries 1 to 4 are whole.'
    ],
    [
      'delete from audit_entry where height in (5, 6)',
      'Entries 5 to 6 are missing. Entries 1 to 4 are whole.'
    ],
    ['delete from audit_entry where height = 1', 'Entry 1 is missing.'],
    ['delete from audit_entry where height = 10', 'Entry 10 is missing at the end. Entries 1 to 9 are whole.']
  ])('%s: %s', async (statement, expected) => {
    await write(10)
    behindOurBack(statement)
    expect(await run(['verify'])).toEqual({ code: 1, said: '', complained: expected })
  })

  it('goes by checkpoints that were kept outside: a cut end shows only there', async () => {
    await write(6)
    const early = await run(['checkpoint', '--out', at('early.jws')])
    expect([early.code, early.said]).toEqual([0, `Entry 6 signed in ${at('early.jws')}.`])
    expect((await stat(at('early.jws'))).mode & 0o777).toBe(0o600)
    await write(4)
    const { said } = await run(['checkpoint'])
    await writeFile(at('late.jws'), said)
    const both = ['verify', '--checkpoint', at('early.jws'), '--checkpoint', at('late.jws')]
    const whole = await run(both)
    expect([whole.code, whole.complained]).toEqual([0, ''])
    expect(whole.said).toContain('entry 10 is the one that was signed')

    behindOurBack(cutTo7)
    expect((await run(['verify'])).code).toBe(0)
    const cut = await run(both)
    expect(cut.code).toBe(1)
    expect(cut.said).toContain('early.jws')
    expect(cut.complained).toMatch(
      /^\S+late\.jws, of \S+: entry 10 was signed and is missing: the end .* cut off\.$/
    )
  })

  it('goes by the public keys of a file, where the data folder is not at hand', async () => {
    await write(3)
    await run(['checkpoint', '--out', at('c.jws')])
    await writeFile(at('public.json'), (await run(['public-key'])).said)
    await run(['export', '--format', 'jsonl', '--out', at('audit.jsonl')])
    const elsewhere = { DATA_DIR: at('elsewhere') }
    const args = ['verify', '--file', at('audit.jsonl'), '--checkpoint', at('c.jws')]
    const { code, said } = await run([...args, '--key', at('public.json')], elsewhere)
    expect([code, said.split('\n').length]).toEqual([0, 2])
    expect((await run(args, elsewhere)).complained).toContain('The keys cannot be read')
    await writeFile(at('none.json'), '{"keys":[]}')
    expect((await run([...args, '--key', at('none.json')])).complained).toContain('holds no public key')
    await writeFile(at('c.jws'), 'x')
    expect((await run(args)).complained).toBe(
      `${at('c.jws')} is no checkpoint to go by: it is not a signed checkpoint`
    )
  })

  it('says so when there is nothing to verify', async () => {
    const { code, complained } = await run(['verify'], { DATA_DIR: at('none') })
    expect([code, complained.startsWith('There are no records in ')]).toEqual([1, true])
    behindOurBack('drop table audit_head')
    expect((await run(['verify'])).complained).toContain('There is no audit to be read in')
  })
})

describe('audit checkpoint', () => {
  it('signs nothing that is not whole, and overwrites nothing', async () => {
    await write(5)
    await writeFile(at('c.jws'), 'kept')
    expect((await run(['checkpoint', '--out', at('c.jws')])).complained).toBe(
      `${at('c.jws')} is there already`
    )
    expect(await readFile(at('c.jws'), 'utf8')).toBe('kept')
    behindOurBack('delete from audit_entry where height = 2')
    const { code, said, complained } = await run(['checkpoint'])
    expect([code, said, complained]).toEqual([1, '', 'entry 2 is missing: what is not whole is not signed'])
  })
})

describe('audit list and export', () => {
  it('lists the newest first, one line each, whatever somebody wrote for the terminal', async () => {
    await write(3)
    behindOurBack(
      "update audit_entry set object = 'event/' || char(27) || '[2J' || char(10) where height = 3"
    )
    const { said } = await run(['list', '--limit', '2'])
    const action = 'POST /api/curtailment-events/:id/send'
    expect(said.split('\n')).toEqual([
      `#3  2026-05-20T05:00:00.003Z  usr-lan  done 200  ${action}  event/ [2J `,
      `#2  2026-05-20T05:00:00.002Z  usr-lan  done 200  ${action}  event/CE-2`
    ])
  })

  it('a table holds no formula', async () => {
    await write(2, { object: '=HYPERLINK("http://x")', after: { note: '@x, "y"' } })
    await run(['export', '--format', 'csv', '--out', at('audit.csv')])
    const text = await readFile(at('audit.csv'), 'utf8')
    const rows = parse(text, { columns: true }) as Record<string, string>[]
    expect(rows).toHaveLength(2)
    expect(rows[1]).toMatchObject({
      height: '2',
      object: `'=HYPERLINK("http://x")`,
      after: '{"note":"@x, \\"y\\""}',
      attempt: ''
    })
  })

  it('lines of JSON can be verified without the database', async () => {
    await write(700, { personal: { name: 'Lan' } })
    const out = at('audit.jsonl')
    expect((await run(['export', '--format', 'jsonl', '--out', out])).said).toBe(`700 entries in ${out}`)
    expect((await run(['verify', '--file', out])).said).toContain('700 entries')
    const lines = (await readFile(out, 'utf8')).trimEnd().split('\n')
    await writeFile(out, lines.with(399, lines[399]?.replace('Lan', 'Minh') ?? '').join('\n'))
    expect((await run(['verify', '--file', out])).complained).toBe(
      'The personal data of entry 400 were altered. Entries 1 to 399 are whole.'
    )
    await writeFile(out, `${lines.slice(0, 5).join('\n')}\n`)
    await appendFile(out, 'not an entry')
    expect((await run(['verify', '--file', out])).complained).toContain('Line 6 is no entry')
    expect((await run(['verify', '--file', at('none')])).complained).toContain('cannot be read')
  })

  it('from a height on, to the terminal', async () => {
    await write(4)
    const { said } = await run(['export', '--format', 'jsonl', '--from', '3'])
    expect(said.split('\n').map(line => JSON.parse(line).height)).toEqual([3, 4])
  })
})

const postgres = needs('postgres')
it.skipIf(postgres === null)(
  'the same on PostgreSQL',
  async () => {
    const database = await startPostgres(postgres ?? '')
    const url = await database.database()
    expect((await run(['verify'], { DATABASE_URL: url })).complained).toContain(
      'There is no audit to be read in'
    )
    const records = await openRecords({ url })
    await write(5, {}, records)
    expect((await run(['verify'], { DATABASE_URL: url })).said).toContain('The audit is whole: 5 entries')
    expect((await run(['list'], { DATABASE_URL: url })).said.split('\n')).toHaveLength(5)
    await records.stop()
    await database.stop()
  },
  60_000
)

describe('a wrong command', () => {
  it.each([
    [[], 'say one of: verify, checkpoint, public-key, list, export'],
    [['toString'], 'say one of: verify'],
    [['verify', 'now'], 'say one of: verify'],
    [['list', '--out', 'x'], '--out does not belong to list'],
    [['list', '--limit', '0'], '--limit 0 is not a number from 1'],
    [['export'], '--format must be one of csv, jsonl'],
    [['export', '--format', 'xlsx'], '--format must be one of csv, jsonl'],
    [['export', '--format', 'csv', '--from', '-1'], '--from'],
    [['verify', '--frob'], "Unknown option '--frob'"]
  ])('%j is answered with what is wrong, and how it is used', async (args, expected) => {
    const { code, said, complained } = await run(args)
    expect([code, said]).toEqual([2, ''])
    expect(complained).toContain(expected)
    expect(complained).toContain('Usage: npm run audit')
  })
})

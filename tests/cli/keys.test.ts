import { chmod, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { verifyChain } from '../../server/access/auditWatch.ts'
import { totpContext } from '../../server/access/codes.ts'
import { type Keys, openKeys } from '../../server/access/keys.ts'
import { keysCommand } from '../../server/cli/keys.ts'
import { openRecords, type Records } from '../../server/records/openRecords.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { newUser, session } from '../records/accessSamples.ts'
import { saying } from './saying.ts'

let folder: { path: string; remove: () => Promise<void> }
let directory: string
let server: Records
let keys: Keys
beforeEach(async () => {
  folder = await tempDir()
  directory = join(folder.path, 'keys')
  server = await openRecords({ file: join(folder.path, 'records.sqlite') })
  keys = await openKeys(directory, { now: Date.now() })
  for (const id of ['usr-1', 'usr-2']) {
    await server.users.insert(newUser(id))
    await server.users.setTotp(id, { sealed: keys.seal(`seed of ${id}`, totpContext(id)), lastStep: 7 })
  }
})
afterEach(async () => {
  vi.useRealTimers()
  await server.stop()
  await folder.remove()
})

const run = (args: string[], data = folder.path) => saying(keysCommand, args, { DATA_DIR: data })

const seedOf = async (id: string) => {
  const totp = (await server.users.secretsOf(id))?.totp
  return { seed: keys.open(totp?.sealed ?? '', totpContext(id)), key: keys.keyIdOf(totp?.sealed ?? '') }
}

describe('keys rotate', () => {
  it('encrypts anew beside a running server; nobody is logged out, and it stands in the audit', async () => {
    await server.sessions.insert(session('s1', 'usr-1'))
    const mac = keys.mac('csrf', 'secret of s1')
    const { key: old } = await seedOf('usr-1')
    const { code, said } = await run(['rotate'])
    expect([code, said]).toEqual([0, 'New keys are in use; 2 secrets were encrypted anew.'])
    for (const id of ['usr-1', 'usr-2']) {
      const { seed, key } = await seedOf(id)
      expect(seed).toBe(`seed of ${id}`)
      expect(key).not.toBe(old)
    }
    expect((await server.users.secretsOf('usr-1'))?.totp?.lastStep).toBe(7)
    expect(await server.sessions.byHash('hash of s1')).not.toBeNull()
    expect(keys.checkMac('csrf', 'secret of s1', mac)).toBe(true)
    expect(await server.audit.list({ limit: 5 })).toMatchObject([
      { actorId: 'system', outcome: 'done', attempt: 1, before: { sealing: old } },
      { action: 'npm run keys -- rotate', outcome: 'attempted' }
    ])
    expect(await verifyChain(server.audit)).toMatchObject({ head: { height: 2 }, fault: null })
  })

  it('days later removes the former keys that nothing needs', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const { key: first } = await seedOf('usr-1')
    await run(['rotate'])
    const { key: second } = await seedOf('usr-1')
    vi.setSystemTime(Date.now() + 3 * 86_400_000)
    const { said } = await run(['rotate'])
    expect(said).toContain('Removed, as nothing needs them any more: ')
    expect(said).toContain(first)
    expect(said).not.toContain(second)
    expect(await readFile(join(directory, 'sealing.json'), 'utf8')).not.toContain(first)
    expect((await seedOf('usr-2')).seed).toBe('seed of usr-2')
  })

  it('changes nothing when a secret cannot be decrypted', async () => {
    await server.users.setTotp('usr-2', { sealed: keys.seal('seed', 'another context'), lastStep: null })
    const before = await readFile(join(directory, 'sealing.json'), 'utf8')
    const { code, complained } = await run(['rotate'])
    expect([code, complained]).toEqual([
      1,
      'The one-time codes of usr-2 cannot be decrypted: nothing was changed'
    ])
    expect(await readFile(join(directory, 'sealing.json'), 'utf8')).toBe(before)
  })
})

describe('keys status', () => {
  it('says which keys there are, and no key', async () => {
    await run(['rotate'])
    const { code, said } = await run(['status'])
    expect(code).toBe(0)
    const lines = said.split('\n')
    expect(lines).toHaveLength(9)
    expect(lines[0]).toMatch(/^sealing +\S+sealing\.json$/)
    expect(lines[1]).toMatch(/^ {2}k-[0-9a-f]{12} {2}since \S+Z, in use$/)
    expect(lines[2]).toMatch(/^ {2}k-[0-9a-f]{12} {2}since \S+Z until \S+Z$/)
    for (const name of await readdir(directory)) {
      const { keys: list } = JSON.parse(await readFile(join(directory, name), 'utf8'))
      for (const { key, private: secret } of list) expect(said).not.toContain(key ?? secret)
    }
  })

  it('names the file that others may read, and makes no keys where there are none', async () => {
    await chmod(join(directory, 'csrf.json'), 0o644)
    const { code, complained } = await run(['status'])
    expect(code).toBe(1)
    expect(complained).toContain('csrf.json: others than its owner may read it (mode 644)')
    const none = join(folder.path, 'none')
    expect((await run(['status'], none)).complained).toContain('The keys cannot be read: ')
    await expect(readdir(none)).rejects.toThrow('ENOENT')
  })
})

it.each([[[]], [['forget']], [['rotate', 'now']]])('%j is answered with how it is used', async args => {
  const { code, complained } = await run(args)
  expect(code).toBe(2)
  expect(complained).toContain('say one of: status, rotate')
  expect(complained).toContain('Usage: npm run keys')
})

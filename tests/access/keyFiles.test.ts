import { chmod, chown, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { KeyFileError } from '../../server/access/keyFiles.ts'
import { openKeys } from '../../server/access/keys.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { noon } from './chain.ts'

let folder: { path: string; remove: () => Promise<void> }
let directory: string
beforeEach(async () => {
  folder = await tempDir()
  directory = join(folder.path, 'keys')
})
afterEach(() => folder.remove())

const open = (create = true) => openKeys(directory, { now: noon, create })
const names = ['audit-signing.json', 'csrf.json', 'sealing.json']
const DAY_MS = 86_400_000

describe('the files', () => {
  it('are made once, for their owner alone, and found again', async () => {
    const sealed = (await open()).seal('seed', 'totp/usr-1')
    expect((await readdir(directory)).toSorted()).toEqual(names)
    expect((await stat(directory)).mode & 0o777).toBe(0o700)
    for (const name of names) expect((await stat(join(directory, name))).mode & 0o777).toBe(0o600)
    expect((await open()).open(sealed, 'totp/usr-1')).toBe('seed')
  })

  it('are made by one of two that start at once', async () => {
    const [one, other] = await Promise.all([open(), open()])
    expect(other.open(one.seal('seed', 'x'), 'x')).toBe('seed')
    expect((await readdir(directory)).toSorted()).toEqual(names)
  })

  it.each([
    [0o640, '640'],
    [0o604, '604'],
    [0o666, '666']
  ])('mode %o is refused, naming the file', async (mode, shown) => {
    await open()
    const file = join(directory, 'csrf.json')
    await chmod(file, mode)
    const error = await open().catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(KeyFileError)
    expect((error as Error).message).toBe(
      `${file}: others than its owner may read it (mode ${shown}): chmod 600 it`
    )
  })

  it('a folder that others may enter is refused, also one that was there before', async () => {
    await mkdir(directory, { mode: 0o755 })
    await chmod(directory, 0o755)
    await expect(open()).rejects.toThrow(
      `${directory}: others than its owner may read it (mode 755): chmod 700`
    )
    expect(await readdir(directory)).toEqual([])
  })

  it('are checked while the server runs, too', async () => {
    const keys = await open()
    await chmod(join(directory, 'sealing.json'), 0o644)
    expect(() => keys.seal('seed', 'x')).toThrow('others than its owner')
  })

  it('that are damaged or missing are named, and what is in them is not repeated', async () => {
    await open()
    const file = join(directory, 'sealing.json')
    await writeFile(file, '{"keys":[{"id":"k-1","key":"s3cret')
    const error = await open().catch((reason: unknown) => reason)
    expect(String(error)).toContain(`${file}: is not JSON`)
    expect(String(error)).not.toContain('s3cret')
    await writeFile(file, '{"keys":[{"id":"k-1","createdAt":"x","retiredAt":null,"key":"c2hvcnQ"}]}')
    await expect(open()).rejects.toThrow(`${file}: holds no keys as Gridload writes them`)
    await rm(file)
    await expect(open(false)).rejects.toThrow(`${file}: `)
    await rm(directory, { recursive: true })
    await expect(open(false)).rejects.toThrow(`${directory}: `)
  })

  it.skipIf(process.getuid?.() !== 0)('root may read what belongs to another user', async () => {
    await open()
    for (const name of names) await chown(join(directory, name), 65534, 65534)
    await open()
  })
})

describe('what is sealed', () => {
  it('is opened with the same context alone', async () => {
    const keys = await open()
    const sealed = keys.seal('hạt giống', 'totp/usr-1')
    expect(keys.open(sealed, 'totp/usr-1')).toBe('hạt giống')
    expect(() => keys.open(sealed, 'totp/usr-2')).toThrow()
    expect(keys.seal('hạt giống', 'totp/usr-1')).not.toBe(sealed)
    expect(sealed).not.toContain(Buffer.from('hạt giống').toString('base64url'))
  })

  it('cannot be altered in a single character', async () => {
    const keys = await open()
    const sealed = keys.seal('seed', 'x')
    for (let i = 0; i < sealed.length; i++) {
      const other = sealed[i] === 'A' ? 'B' : 'A'
      const altered = sealed.slice(0, i) + other + sealed.slice(i + 1)
      // The last character may hold bits that are no part of the bytes.
      if (
        Buffer.from(altered.split('.')[1] ?? '', 'base64url').equals(
          Buffer.from(sealed.split('.')[1] ?? '', 'base64url')
        )
      )
        if (altered.split('.')[0] === sealed.split('.')[0]) continue
      expect(() => keys.open(altered, 'x'), `character ${i}`).toThrow()
    }
    for (const bad of ['', '.', 'k-1', sealed.slice(0, 30)]) expect(() => keys.open(bad, 'x')).toThrow()
  })
})

describe('macs', () => {
  it('hold for their purpose and message', async () => {
    const keys = await open()
    const mac = keys.mac('csrf', 'session')
    expect(mac).toMatch(/^[\w-]{43}$/)
    expect(keys.checkMac('csrf', 'session', mac)).toBe(true)
    expect(keys.checkMac('csrf', 'other', mac)).toBe(false)
    expect(keys.checkMac('link', 'session', mac)).toBe(false)
    expect(keys.checkMac('csrf', 'session', '')).toBe(false)
    expect(keys.checkMac('csrf', 'session', mac.slice(1))).toBe(false)
  })
})

describe('rotation', () => {
  it('reaches a running server: the new keys are used, the old ones still open and check', async () => {
    const server = await open()
    const before = {
      sealed: server.seal('seed', 'x'),
      mac: server.mac('csrf', 's'),
      signer: server.signing().id
    }
    await (await open(false)).rotate(noon + 5)
    expect(server.open(before.sealed, 'x')).toBe('seed')
    expect(server.checkMac('csrf', 's', before.mac)).toBe(true)
    expect(server.keyIdOf(server.seal('seed', 'x'))).not.toBe(server.keyIdOf(before.sealed))
    expect(server.mac('csrf', 's')).not.toBe(before.mac)
    expect(server.signing().id).not.toBe(before.signer)
    expect(server.publicKeys().map(({ kid }) => kid)).toEqual([server.signing().id, before.signer])
    for (const { keys } of server.status()) {
      expect(keys.map(({ retiredAt }) => retiredAt)).toEqual([null, '2026-05-20T05:00:00.005Z'])
    }
    expect((await readdir(directory)).toSorted()).toEqual(names)
  })

  it('takes the private half of a retired signing key away', async () => {
    const keys = await open()
    const file = join(directory, 'audit-signing.json')
    const secret = JSON.parse(await readFile(file, 'utf8')).keys[0].private
    await keys.rotate(noon)
    expect(await readFile(file, 'utf8')).not.toContain(secret)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
  })

  it('forgets what is retired for long and needed by nothing; public keys stay', async () => {
    const keys = await open()
    const sealed = keys.seal('seed', 'x')
    const mac = keys.mac('csrf', 's')
    const old = keys.keyIdOf(sealed)
    await keys.rotate(noon)
    expect(await keys.forget(noon, new Set())).toEqual([])
    expect(await keys.forget(noon + DAY_MS, new Set([old]))).toHaveLength(1)
    expect(keys.checkMac('csrf', 's', mac)).toBe(false)
    expect(keys.open(sealed, 'x')).toBe('seed')
    expect(await keys.forget(noon + DAY_MS, new Set())).toEqual([old])
    expect(() => keys.open(sealed, 'x')).toThrow(`sealed with the key ${old}, which is not in`)
    expect(keys.publicKeys()).toHaveLength(2)
  })

  it('says how the keys stand without giving any away', async () => {
    const keys = await open()
    const secrets = JSON.parse(await readFile(join(directory, 'sealing.json'), 'utf8')).keys[0].key
    expect(JSON.stringify(keys.status())).not.toContain(secrets)
    expect(JSON.stringify(keys.publicKeys())).not.toContain('"d"')
  })
})

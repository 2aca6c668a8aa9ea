import { expect, test } from 'vitest'
import type { Records } from '../../server/records/openRecords.ts'
import { newUser, passkey, session } from './accessSamples.ts'
import { at, event, finding, minutes, noon } from './samples.ts'

/** Users, passkeys, login sessions. */
export function peopleSuite(open: () => Promise<Records>): void {
  const fromDirectory = { issuer: 'https://id.evn.example', subject: 'a1', passwordHash: null }

  test('a user comes back as inserted, without a secret, and is found by name and by the directory', async () => {
    const { users } = await open()
    const rest = { ...fromDirectory, companyId: 'NPC', roles: ['supervisor', 'engineer'] as const }
    expect(await users.insert(newUser('usr-1', rest))).toBe(true)
    const user = {
      id: 'usr-1',
      userName: '1',
      name: 'Nguyễn Thị Lan',
      roles: ['supervisor', 'engineer'],
      companyId: 'NPC',
      customerId: null,
      isFromDirectory: true,
      isDemo: false,
      hasPassword: false,
      hasTotp: false,
      passkeys: 0,
      createdAt: at(noon),
      disabledAt: null,
      erasedAt: null
    }
    expect(await users.get('usr-1')).toEqual(user)
    expect(await users.byUserName('1')).toEqual(user)
    expect(await users.bySubject('https://id.evn.example', 'a1')).toEqual(user)
    expect(await users.bySubject('https://other.example', 'a1')).toBeNull()
    expect(await users.byUserName('usr-1')).toBeNull()
    expect(await users.get('usr-2')).toBeNull()
  })

  test('a name, an id and a subject belong to one user; many may be without a subject', async () => {
    const { users } = await open()
    await users.insert(newUser('usr-1', fromDirectory))
    expect(await users.insert(newUser('usr-2'))).toBe(true)
    expect(await users.insert(newUser('usr-3'))).toBe(true)
    expect(await users.insert(newUser('usr-4', { userName: '2' }))).toBe(false)
    expect(await users.insert(newUser('usr-2', { userName: 'x' }))).toBe(false)
    expect(await users.insert(newUser('usr-5', fromDirectory))).toBe(false)
    expect((await users.list()).map(({ id }) => id)).toEqual(['usr-1', 'usr-2', 'usr-3'])
  })

  test('what is given is changed, the rest stays', async () => {
    const { users } = await open()
    await users.insert(newUser('usr-1', { companyId: 'NPC' }))
    const changed = { name: 'Lan', roles: ['auditor'] as const, companyId: null }
    expect(await users.update('usr-1', changed)).toMatchObject({ ...changed, userName: '1' })
    expect(await users.update('usr-1', {})).toMatchObject(changed)
    expect(await users.update('usr-9', changed)).toBeNull()
  })

  test('a step of a one-time code is used once, and an earlier one not after it', async () => {
    const { users } = await open()
    await users.insert(newUser('usr-1'))
    expect(await users.useTotpStep('usr-1', 100)).toBe(false)
    await users.setTotp('usr-1', { sealed: 'k.x', lastStep: null })
    expect(await users.get('usr-1')).toMatchObject({ hasTotp: true, hasPassword: true })
    const both = await Promise.all([users.useTotpStep('usr-1', 100), users.useTotpStep('usr-1', 100)])
    expect(both.toSorted()).toEqual([false, true])
    expect(await users.useTotpStep('usr-1', 99)).toBe(false)
    expect(await users.useTotpStep('usr-1', 101)).toBe(true)
    expect(await users.secretsOf('usr-1')).toEqual({
      passwordHash: '$argon2id$x',
      totp: { sealed: 'k.x', lastStep: 101 }
    })
    await users.setTotp('usr-1', null)
    await users.setPassword('usr-1', null)
    expect(await users.secretsOf('usr-1')).toEqual({ passwordHash: null, totp: null })
    expect(await users.secretsOf('usr-9')).toBeNull()
  })

  test('sealing anew does not overwrite what was set meanwhile', async () => {
    const { users } = await open()
    await users.insert(newUser('usr-1'))
    await users.insert(newUser('usr-2'))
    await users.setTotp('usr-1', { sealed: 'old', lastStep: 7 })
    expect(await users.sealedTotps()).toEqual([{ id: 'usr-1', sealed: 'old' }])
    expect(await users.resealTotp('usr-1', 'old', 'new')).toBe(true)
    expect(await users.resealTotp('usr-1', 'old', 'newer')).toBe(false)
    expect((await users.secretsOf('usr-1'))?.totp).toEqual({ sealed: 'new', lastStep: 7 })
  })

  test('disabling ends every session at once; enabling gives none back', async () => {
    const { users, sessions } = await open()
    await users.insert(newUser('usr-1'))
    await users.insert(newUser('usr-2'))
    await sessions.insert(session('s1', 'usr-1'))
    await sessions.insert(session('s2', 'usr-2'))
    expect(await users.disable('usr-1', noon)).toMatchObject({ disabledAt: at(noon) })
    expect(await users.disable('usr-1', noon + 5)).toMatchObject({ disabledAt: at(noon) })
    expect(await sessions.byHash('hash of s1')).toBeNull()
    expect(await sessions.byHash('hash of s2')).not.toBeNull()
    // One that a login under way began a moment later.
    await sessions.insert(session('s3', 'usr-1'))
    expect(await sessions.byHash('hash of s3')).toBeNull()
    expect(await users.enable('usr-1')).toMatchObject({ disabledAt: null })
    expect(await sessions.byHash('hash of s1')).toBeNull()
    expect(await users.disable('usr-9', noon)).toBeNull()
  })

  test('an erased user leaves an id and nothing else, and stays disabled', async () => {
    const { users, sessions, passkeys, events, findings } = await open()
    await users.insert(newUser('usr-lan', fromDirectory))
    await users.setTotp('usr-lan', { sealed: 'k.x', lastStep: null })
    await sessions.insert(session('s1', 'usr-lan'))
    await passkeys.insert(passkey('key', 'usr-lan'))
    await events.insert(event('CE-1', ['draft', 'notified']))
    const words = { at: at(noon), note: '' }
    for (const [id, by, byId] of [
      ['1', 'Lan', 'usr-lan'],
      ['2', 'Minh', 'usr-minh']
    ] as const) {
      await findings.save(finding(`F${id}`, noon))
      await findings.acknowledge(`F${id}`, { ...words, by, byId })
      await events.setParticipant('CE-1', `C${id}`, { thanks: { ...words, by, byId } })
    }
    expect(await users.erase('usr-lan', noon)).toMatchObject({ erasedAt: at(noon), disabledAt: at(noon) })
    await users.erase('usr-lan', noon + 9)
    const erased = await users.get('usr-lan')
    expect(erased).toEqual({
      ...erased,
      name: 'usr-lan',
      isFromDirectory: false,
      hasPassword: false,
      hasTotp: false,
      passkeys: 0,
      erasedAt: at(noon)
    })
    expect(JSON.stringify(await users.list())).not.toContain('Nguyễn')
    expect(await users.byUserName('lan')).toBeNull()
    expect(await sessions.of('usr-lan')).toEqual([])
    expect(await users.enable('usr-lan')).toMatchObject({ disabledAt: at(noon) })
    expect((await events.get('CE-1'))?.history.map(({ by }) => by)).toEqual(['usr-lan', 'usr-lan'])
    const { participants } = (await events.get('CE-1')) ?? event('none')
    expect(participants.map(({ thanks }) => thanks?.by)).toEqual(['usr-lan', 'Minh'])
    expect((await findings.get('F1'))?.acknowledged).toEqual({ ...words, by: 'usr-lan' })
    expect((await findings.get('F2'))?.acknowledged).toEqual({ ...words, by: 'Minh' })
    // A saver that still knows the name brings it not back.
    await findings.save(finding('F1', noon, { acknowledged: { ...words, by: 'Lan' } }))
    expect((await findings.get('F1'))?.acknowledged?.by).toBe('usr-lan')
    // The name is free again.
    expect(await users.insert(newUser('usr-new', { userName: 'lan', ...fromDirectory }))).toBe(true)
    expect(await users.erase('usr-9', noon)).toBeNull()
  })

  test('passkeys: registered once, counted up, removed by their owner alone', async () => {
    const { users, passkeys } = await open()
    await users.insert(newUser('usr-1'))
    await users.insert(newUser('usr-2'))
    const one = passkey('a', 'usr-1')
    expect(await passkeys.insert(one)).toBe(true)
    expect(await passkeys.insert(passkey('a', 'usr-2'))).toBe(false)
    await passkeys.insert(passkey('b', 'usr-1', { createdAt: noon + 1, counter: 5 }))
    expect(await passkeys.get('a')).toEqual(one)
    expect((await passkeys.of('usr-1')).map(({ credentialId }) => credentialId)).toEqual(['a', 'b'])
    expect(await users.get('usr-1')).toMatchObject({ passkeys: 2 })
    expect((await users.list()).map(user => user.passkeys)).toEqual([2, 0])
    expect(await passkeys.counter('a', 0, noon + 2)).toBe(true)
    expect(await passkeys.counter('b', 5, noon + 2)).toBe(false)
    expect(await passkeys.counter('b', 0, noon + 2)).toBe(false)
    expect(await passkeys.counter('b', 6, noon + 2)).toBe(true)
    expect(await passkeys.get('b')).toMatchObject({ counter: 6, lastUsedAt: noon + 2 })
    expect(await passkeys.remove('usr-2', 'a')).toBe(false)
    expect(await passkeys.remove('usr-1', 'a')).toBe(true)
    expect(await passkeys.get('a')).toBeNull()
    await expect(passkeys.insert(passkey('c', 'usr-9'))).rejects.toThrow()
  })

  test('a session comes back as inserted, is touched, stepped up and ended', async () => {
    const { users, sessions } = await open()
    await users.insert(newUser('usr-1'))
    const one = session('s1', 'usr-1')
    await sessions.insert(one)
    expect(await sessions.byHash('hash of s1')).toEqual(one)
    await sessions.touch('s1', noon + 5, noon + 6)
    await sessions.stepUp('s1', noon + 7)
    const touched = { ...one, lastSeenAt: noon + 5, idleUntil: noon + 6, steppedUpUntil: noon + 7 }
    expect(await sessions.byHash('hash of s1')).toEqual(touched)
    expect(await sessions.end('s1')).toBe(true)
    expect(await sessions.end('s1')).toBe(false)
    expect(await sessions.byHash('hash of s1')).toBeNull()
    await expect(sessions.insert(session('s2', 'usr-9'))).rejects.toThrow()
  })

  test('a session is replaced once: of two that carry the old one on, one begins', async () => {
    const { users, sessions } = await open()
    await users.insert(newUser('usr-1'))
    await sessions.insert(session('s1', 'usr-1', { state: 'factor' }))
    const won = await Promise.all([
      sessions.replace('s1', session('s2', 'usr-1')),
      sessions.replace('s1', session('s3', 'usr-1'))
    ])
    expect(won.toSorted()).toEqual([false, true])
    expect((await sessions.of('usr-1')).map(({ id }) => id)).toEqual([won[0] ? 's2' : 's3'])
  })

  test('all sessions of a user end, or all but this one; what has run out is swept', async () => {
    const { users, sessions } = await open()
    await users.insert(newUser('usr-1'))
    await users.insert(newUser('usr-2'))
    for (const [i, id] of ['s1', 's2', 's3'].entries())
      await sessions.insert(session(id, 'usr-1', { createdAt: noon + i }))
    await sessions.insert(session('s4', 'usr-2', { idleUntil: noon + 1 }))
    await sessions.insert(session('s5', 'usr-2', { absoluteUntil: noon + minutes(1) }))
    expect((await sessions.of('usr-1')).map(({ id }) => id)).toEqual(['s3', 's2', 's1'])
    expect(await sessions.endAllOf('usr-1', 's2')).toBe(2)
    expect(await sessions.endAllOf('usr-1')).toBe(1)
    expect(await sessions.sweep(noon)).toBe(0)
    expect(await sessions.sweep(noon + 1)).toBe(1)
    expect(await sessions.sweep(noon + minutes(1))).toBe(1)
    expect(await sessions.of('usr-2')).toEqual([])
  })
}

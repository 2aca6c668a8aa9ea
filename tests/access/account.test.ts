import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { codeOf, type Desk, found, MINUTE, noon, openDesk, PASSWORD, passed, refused } from './desk.ts'

let desk: Desk
beforeEach(async () => {
  desk = await openDesk()
})
afterEach(() => desk.stop())

const next = 'three lanterns by the river'
const byPassword = (password: string) =>
  desk.logins.login.password({ userName: 'mai', password }, desk.visit())
const stepUp = async (secret: string, command: object) =>
  passed(await desk.logins.stepUp.byCommand(command, desk.visit(secret))).secret

async function offer(secret: string) {
  const made = await desk.logins.factors.offerTotp(desk.visit(secret))
  if ('denied' in made) throw new Error(made.denied.detail)
  return made
}

describe('password', () => {
  const change = (secret: string, current: string, password: string) =>
    desk.logins.account.changePassword({ current, password }, desk.visit(secret))

  test('is changed by who knows it; every other session ends', async () => {
    await desk.addUser('mai')
    const [here, there] = [await desk.enter('mai'), await desk.enter('mai')]
    const after = passed(await change(here.secret, PASSWORD, next))
    for (const { secret } of [here, there]) expect(await desk.logins.sessions.find(secret, noon)).toBeNull()
    expect(await desk.logins.sessions.find(after.secret, noon)).not.toBeNull()
    expect(refused(await byPassword(PASSWORD)).status).toBe(401)
    passed(await byPassword(next))
  })

  test.each([
    ['the present one is wrong', 'wrong', next, 'not the present password'],
    ['the new one is guessed first', PASSWORD, 'password1234', 'guessed first'],
    ['the new one is the user’s name', PASSWORD, 'mai-mai-mai-mai', 'guessed first']
  ])('not when %s', async (_what, current, password, words) => {
    await desk.addUser('mai')
    const { secret } = await desk.enter('mai')
    const { status, detail } = refused(await change(secret, current, password))
    expect([status, detail]).toEqual([422, expect.stringContaining(words)])
    expect(await desk.logins.sessions.find(secret, noon)).not.toBeNull()
  })

  test('guessing the present one at an open screen waits too', async () => {
    await desk.addUser('mai')
    const { secret } = await desk.enter('mai')
    for (let i = 0; i < 5; i++) await change(secret, `guess ${i}`, next)
    expect(refused(await change(secret, PASSWORD, next)).status).toBe(429)
  })
})

describe('authenticator app', () => {
  test('who only has the password does not replace it from a session that waited for the first one', async () => {
    await desk.addUser('mai', ['supervisor'])
    const [thief, mai] = [await desk.enter('mai'), await desk.enter('mai')]
    const early = await offer(thief.secret)
    const own = await offer(mai.secret)
    const confirm = (secret: string, { offer: text, secret: seed }: typeof own) =>
      desk.logins.factors.confirmTotp({ offer: text, code: codeOf(seed, desk.clock)() }, desk.visit(secret))
    passed(await confirm(mai.secret, own))
    expect(refused(await confirm(thief.secret, early)).status).toBe(401)
    expect(refused(await desk.logins.factors.offerTotp(desk.visit(thief.secret))).status).toBe(401)
    expect(refused(await desk.logins.factors.offerPasskey(desk.visit(thief.secret))).status).toBe(401)
    const { state, factors } = await desk.logins.see(desk.visit(thief.secret))
    expect([state, factors]).toEqual(['factor', ['totp', 'recovery']])
    desk.clock.now += MINUTE
    const code = codeOf(own.secret, desk.clock)()
    passed(await desk.logins.login.code({ code }, desk.visit(thief.secret)))
  })

  test('the first one opens the session that waited for it, and brings ten codes', async () => {
    await desk.addUser('mai', ['supervisor'])
    const { secret } = await desk.enter('mai')
    const { offer: offered, secret: seed, uri } = await offer(secret)
    expect(uri).toContain(seed)
    const code = codeOf(seed, desk.clock)()
    const done = passed(await desk.logins.factors.confirmTotp({ offer: offered, code }, desk.visit(secret)))
    expect(done.answer.login).toMatchObject({ next: 'done', session: { user: { hasTotp: true } } })
    expect(new Set(done.answer.recoveryCodes).size).toBe(10)
    expect(await desk.logins.sessions.find(secret, noon)).toBeNull()
    expect(desk.audit.entries.at(-1)).toMatchObject({ action: 'factor-added', after: { factor: 'totp' } })
    expect(JSON.stringify(desk.audit.entries)).not.toContain(seed)
    // The code that confirmed is used up; the next one opens.
    const half = passed(await byPassword(PASSWORD))
    expect(refused(await desk.logins.login.code({ code }, desk.visit(half.secret))).status).toBe(401)
    desk.clock.now += MINUTE
    const fresh = codeOf(seed, desk.clock)()
    passed(await desk.logins.login.code({ code: fresh }, desk.visit(half.secret)))
  })

  test('the seed is kept sealed', async () => {
    await desk.addUser('mai')
    const { secret } = await desk.enter('mai')
    const proved = await stepUp(secret, { password: PASSWORD })
    const { offer: offered, secret: seed } = await offer(proved)
    const confirm = { offer: offered, code: codeOf(seed, desk.clock)() }
    passed(await desk.logins.factors.confirmTotp(confirm, desk.visit(proved)))
    const kept = found((await desk.records.users.secretsOf('usr-mai'))?.totp)
    expect(kept.sealed).not.toContain(seed)
  })

  test('a wrong code, another’s offer, an old or altered one: nothing changes', async () => {
    await desk.addUser('mai', ['supervisor'])
    await desk.addUser('lan', ['supervisor'])
    const [mai, lan] = [await desk.enter('mai'), await desk.enter('lan')]
    const made = await offer(mai.secret)
    const code = codeOf(made.secret, desk.clock)
    const confirm = async (secret: string, command: object) =>
      refused(
        await desk.logins.factors.confirmTotp(
          { offer: made.offer, code: code(), ...command },
          desk.visit(secret)
        )
      ).status
    expect(await confirm(mai.secret, { code: '000000' })).toBe(422)
    expect(await confirm(lan.secret, {})).toBe(422)
    expect(await confirm(mai.secret, { offer: `${made.offer.slice(0, -4)}AAAA` })).toBe(422)
    expect(await confirm(mai.secret, { offer: 'made up' })).toBe(422)
    desk.clock.now += 10 * MINUTE
    expect(await confirm(mai.secret, {})).toBe(422)
    expect((await desk.records.users.get('usr-mai'))?.hasTotp).toBe(false)
  })

  test('whoever is in already proves its identity once more first', async () => {
    const codeAt = await desk.addTotp(await desk.addUser('mai'))
    const { secret } = await desk.enter('mai', codeAt())
    const { factors } = desk.logins
    for (const act of [
      factors.offerTotp,
      factors.removeTotp,
      factors.offerPasskey,
      factors.newRecoveryCodes
    ]) {
      expect(refused(await act(desk.visit(secret)))).toMatchObject({ status: 403, type: '/problems/step-up' })
    }
    desk.clock.now += MINUTE
    const proved = await stepUp(secret, { password: PASSWORD, code: codeAt() })
    await offer(proved)
    desk.clock.now += 5 * MINUTE
    expect(refused(await factors.offerTotp(desk.visit(proved))).status).toBe(403)
  })

  test('goes, with its recovery codes, where none is obligatory', async () => {
    const codeAt = await desk.addTotp(await desk.addUser('mai'))
    const { secret } = await desk.enter('mai', codeAt())
    desk.clock.now += MINUTE
    const proved = await stepUp(secret, { password: PASSWORD, code: codeAt() })
    const made = passed(await desk.logins.factors.newRecoveryCodes(desk.visit(proved)))
    expect(made.answer.recoveryCodes).toHaveLength(10)
    const after = passed(await desk.logins.factors.removeTotp(desk.visit(made.secret)))
    expect(await desk.logins.account.see(desk.visit(after.secret))).toMatchObject({
      user: { hasTotp: false },
      recoveryCodesLeft: 0
    })
    expect(passed(await byPassword(PASSWORD)).answer.next).toBe('done')
  })

  test('the last one of a supervisor stays', async () => {
    const codeAt = await desk.addTotp(await desk.addUser('mai', ['supervisor']))
    const { secret } = await desk.enter('mai', codeAt())
    desk.clock.now += MINUTE
    const proved = await stepUp(secret, { password: PASSWORD, code: codeAt() })
    expect(refused(await desk.logins.factors.removeTotp(desk.visit(proved))).status).toBe(409)
    expect((await desk.records.users.get('usr-mai'))?.hasTotp).toBe(true)
  })

  test('new recovery codes end the old ones', async () => {
    const codeAt = await desk.addTotp(await desk.addUser('mai'))
    const { secret } = await desk.enter('mai', codeAt())
    desk.clock.now += MINUTE
    const proved = await stepUp(secret, { password: PASSWORD, code: codeAt() })
    const first = passed(await desk.logins.factors.newRecoveryCodes(desk.visit(proved)))
    const second = passed(await desk.logins.factors.newRecoveryCodes(desk.visit(first.secret)))
    const [old = '', fresh = ''] = [first.answer.recoveryCodes[0], second.answer.recoveryCodes[0]]
    const half = passed(await byPassword(PASSWORD))
    expect(refused(await desk.logins.login.code({ code: old }, desk.visit(half.secret))).status).toBe(401)
    passed(await desk.logins.login.code({ code: fresh }, desk.visit(half.secret)))
  })

  test('nothing changes when it cannot be written down', async () => {
    await desk.addUser('mai', ['supervisor'])
    const { secret } = await desk.enter('mai')
    const { offer: offered, secret: seed } = await offer(secret)
    desk.audit.isBroken = true
    const command = { offer: offered, code: codeOf(seed, desk.clock)() }
    expect(refused(await desk.logins.factors.confirmTotp(command, desk.visit(secret))).status).toBe(503)
    expect((await desk.records.users.get('usr-mai'))?.hasTotp).toBe(false)
  })
})

describe('sessions', () => {
  test('one’s own are listed and ended, another’s are not there', async () => {
    await desk.addUser('mai')
    await desk.addUser('lan')
    const [here, there, lan] = [await desk.enter('mai'), await desk.enter('mai'), await desk.enter('lan')]
    const idOf = async (secret: string) => found(await desk.logins.sessions.find(secret, noon)).row.id
    const visit = desk.visit(here.secret)
    const list = await desk.logins.account.sessions(visit)
    expect(list).toMatchObject({ sessions: [{ userId: 'usr-mai' }, { userId: 'usr-mai' }] })
    expect(refused(await desk.logins.account.endSession(await idOf(lan.secret), visit)).status).toBe(404)
    expect(await desk.logins.account.endSession(await idOf(there.secret), visit)).toBeNull()
    expect(await desk.logins.sessions.find(there.secret, noon)).toBeNull()
    expect(await desk.logins.sessions.find(lan.secret, noon)).not.toBeNull()
  })

  test('all others at once', async () => {
    await desk.addUser('mai')
    const [here, ...others] = [await desk.enter('mai'), await desk.enter('mai'), await desk.enter('mai')]
    expect(await desk.logins.account.endOtherSessions(desk.visit(here.secret))).toBeNull()
    for (const { secret } of others) expect(await desk.logins.sessions.find(secret, noon)).toBeNull()
    expect(await desk.logins.sessions.find(here.secret, noon)).not.toBeNull()
  })

  test('half a session sees nothing of the account', async () => {
    await desk.addTotp(await desk.addUser('mai'))
    const { secret } = passed(await byPassword(PASSWORD))
    expect(refused(await desk.logins.account.see(desk.visit(secret))).status).toBe(401)
    expect(refused(await desk.logins.account.sessions(desk.visit(secret))).status).toBe(401)
    expect(refused(await desk.logins.factors.offerTotp(desk.visit(secret))).status).toBe(401)
  })
})

import { hash } from '@node-rs/argon2'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Desk, found, MINUTE, noon, openDesk, PASSWORD, passed, refused } from './desk.ts'

let desk: Desk
beforeEach(async () => {
  desk = await openDesk()
})
afterEach(() => desk.stop())

const byPassword = (userName: string, password = PASSWORD, address?: string) =>
  desk.logins.login.password({ userName, password }, desk.visit(null, address))
const stateOf = async (secret: string) => (await desk.logins.sessions.find(secret, desk.clock.now))?.row.state

describe('password', () => {
  test('opens the door, in any spelling of the user name', async () => {
    await desk.addUser('mai')
    const { answer, secret } = passed(await byPassword(' MAI '))
    expect(answer).toMatchObject({ next: 'done', factors: [], session: { mustEnrolFactor: false } })
    expect(answer.session?.scopes).toContain('events:plan')
    expect(await stateOf(secret)).toBe('full')
  })

  test('nobody learns who exists, who is disabled, or who has no password', async () => {
    await desk.addUser('mai')
    const gone = await desk.addUser('gone')
    await desk.records.users.disable(gone.id, noon)
    const none = await desk.addUser('none')
    await desk.records.users.setPassword(none.id, null)
    const answers = await Promise.all([
      byPassword('mai', 'wrong'),
      byPassword('gone'),
      byPassword('none'),
      byPassword('nobody-at-all'),
      byPassword("' or 1=1 --")
    ])
    expect(new Set(answers.map(answer => JSON.stringify(refused(answer)))).size).toBe(1)
    expect(refused(answers[0] ?? null)).toEqual({
      status: 401,
      detail: 'this user name and password do not belong together'
    })
  })

  test('a hash of cheaper days is made anew', async () => {
    const user = await desk.addUser('mai')
    const cheap = await hash(PASSWORD, { memoryCost: 8192, timeCost: 1, parallelism: 1 })
    await desk.records.users.setPassword(user.id, cheap)
    passed(await byPassword('mai'))
    expect((await desk.records.users.secretsOf(user.id))?.passwordHash).toMatch(/m=19456,t=2/)
    passed(await byPassword('mai'))
  })

  test.each([
    ['dispatcher', 'done'],
    ['auditor', 'done'],
    ['supervisor', 'enrol'],
    ['administrator', 'enrol']
  ] as const)('%s without a second factor: %s', async (role, next) => {
    await desk.addUser('mai', [role])
    const { answer } = passed(await byPassword('mai'))
    expect(answer.next).toBe(next)
    expect(answer.session?.mustEnrolFactor).toBe(next === 'enrol')
  })

  test('who has a second factor has shown half; nothing of the user is told', async () => {
    await desk.addTotp(await desk.addUser('mai'))
    const { answer, secret } = passed(await byPassword('mai'))
    expect(answer).toEqual({
      next: 'factor',
      factors: ['totp'],
      csrfToken: expect.any(String),
      session: null
    })
    expect(await stateOf(secret)).toBe('factor')
    expect(await desk.logins.see(desk.visit(secret))).toMatchObject({ state: 'factor', session: null })
  })

  test('brute force waits, from that address; the user gets in from its own', async () => {
    await desk.addUser('mai')
    const tries = []
    for (let i = 0; i < 7; i++)
      tries.push(refused(await byPassword('mai', `guess ${i}`, '198.51.100.1')).status)
    expect(tries).toEqual([401, 401, 401, 401, 401, 429, 429])
    const right = refused(await byPassword('mai', PASSWORD, '198.51.100.1'))
    expect(right).toMatchObject({ status: 429, retryAfterS: 30 })
    passed(await byPassword('mai', PASSWORD, '192.0.2.7'))
    desk.clock.now += 30_000
    passed(await byPassword('mai', PASSWORD, '198.51.100.1'))
    expect(desk.logins.throttle.refused).toBe(3)
  })

  test('many tries at the same moment are not free either', async () => {
    await desk.addUser('mai')
    const tries = await Promise.all(Array.from({ length: 20 }, (_, i) => byPassword('mai', `guess ${i}`)))
    expect(tries.filter(one => refused(one).status === 401)).toHaveLength(5)
  })
})

describe('code', () => {
  test('the app opens the door; the half session is gone', async () => {
    const codeNow = await desk.addTotp(await desk.addUser('mai', ['supervisor']))
    const half = passed(await byPassword('mai'))
    const whole = passed(await desk.logins.login.code({ code: codeNow() }, desk.visit(half.secret)))
    expect(whole.answer.next).toBe('done')
    expect(await stateOf(half.secret)).toBeUndefined()
    expect(await stateOf(whole.secret)).toBe('full')
  })

  test('replay: a code is good once, and none before it any more', async () => {
    const codeAt = await desk.addTotp(await desk.addUser('mai'))
    const used = codeAt()
    const before = codeAt(noon - 30_000)
    await desk.enter('mai', used)
    for (const code of [used, before]) {
      const half = passed(await byPassword('mai'))
      expect(refused(await desk.logins.login.code({ code }, desk.visit(half.secret))).status).toBe(401)
    }
  })

  test('replay: of two who use one code at the same moment one gets in', async () => {
    const codeNow = await desk.addTotp(await desk.addUser('mai'))
    const halves = [passed(await byPassword('mai')), passed(await byPassword('mai'))]
    const outcomes = await Promise.all(
      halves.map(({ secret }) => desk.logins.login.code({ code: codeNow() }, desk.visit(secret)))
    )
    expect(outcomes.filter(outcome => 'secret' in outcome)).toHaveLength(1)
  })

  test('five wrong codes end the half session', async () => {
    const codeNow = await desk.addTotp(await desk.addUser('mai'))
    const half = passed(await byPassword('mai'))
    const guess = () => desk.logins.login.code({ code: '000000' }, desk.visit(half.secret))
    for (let i = 0; i < 4; i++) expect(refused(await guess()).detail).not.toContain('begin again')
    expect(refused(await guess()).detail).toContain('begin again')
    expect(await stateOf(half.secret)).toBeUndefined()
    expect(refused(await desk.logins.login.code({ code: codeNow() }, desk.visit(half.secret))).status).toBe(
      401
    )
    // A new half session does not give five more at once.
    const next = passed(await byPassword('mai'))
    expect(refused(await desk.logins.login.code({ code: '000000' }, desk.visit(next.secret))).status).toBe(
      429
    )
  })

  test('without the password a code is worth nothing', async () => {
    const codeNow = await desk.addTotp(await desk.addUser('mai'))
    expect(refused(await desk.logins.login.code({ code: codeNow() }, desk.visit())).status).toBe(401)
    expect(refused(await desk.logins.login.code({ code: codeNow() }, desk.visit('made up'))).status).toBe(401)
  })

  test('a whole session cannot be entered once more by a code', async () => {
    const codeAt = await desk.addTotp(await desk.addUser('mai'))
    const { secret } = await desk.enter('mai', codeAt())
    desk.clock.now += MINUTE
    expect(refused(await desk.logins.login.code({ code: codeAt() }, desk.visit(secret))).status).toBe(401)
  })
})

describe('written down', () => {
  test('who came, how, from where; the password and the code nowhere', async () => {
    const codeNow = await desk.addTotp(await desk.addUser('mai'))
    const code = codeNow()
    const { secret } = await desk.enter('mai', code)
    await desk.logins.login.logout(desk.visit(secret))
    expect(
      desk.audit.entries.map(({ action, outcome, actorId, after }) => [action, outcome, actorId, after])
    ).toEqual([
      ['login', 'done', 'usr-mai', { by: 'password', state: 'factor' }],
      ['login', 'done', 'usr-mai', { by: 'totp', state: 'full' }],
      ['logout', 'done', 'usr-mai', null]
    ])
    expect(desk.audit.entries[0]).toMatchObject({
      object: 'user/usr-mai',
      personal: { userName: 'mai', address: '192.0.2.7', userAgent: 'test' },
      personalOf: ['usr-mai']
    })
    const text = JSON.stringify(desk.audit.entries)
    for (const hidden of [PASSWORD, code, secret]) expect(text).not.toContain(hidden)
    expect(await stateOf(secret)).toBeUndefined()
  })

  test('a failure too, without what was typed in the place of a user name', async () => {
    await byPassword('my secret typed one field too early', 'x')
    expect(desk.audit.entries).toMatchObject([
      {
        ...{ action: 'login', outcome: 'refused', actorId: 'nobody', object: null },
        after: { by: 'password', reason: 'unknown' },
        personal: { address: '192.0.2.7' }
      }
    ])
    expect(JSON.stringify(desk.audit.entries)).not.toContain('typed one field')
  })

  test('a login whose entry cannot be written does not happen', async () => {
    const user = await desk.addUser('mai')
    desk.audit.isBroken = true
    expect(refused(await byPassword('mai')).status).toBe(503)
    expect(refused(await byPassword('mai', 'wrong')).status).toBe(503)
    expect(await desk.records.sessions.of(user.id)).toEqual([])
    expect(desk.faults).toHaveLength(2)
  })

  test('a logout happens all the same', async () => {
    await desk.addUser('mai')
    const { secret } = await desk.enter('mai')
    desk.audit.isBroken = true
    await desk.logins.login.logout(desk.visit(secret))
    expect(await stateOf(secret)).toBeUndefined()
  })
})

describe('step-up', () => {
  const stepUp = (secret: string, command: { password?: string; code?: string }) =>
    desk.logins.stepUp.byCommand(command, desk.visit(secret))
  const untilOf = async (secret: string) =>
    found(await desk.logins.sessions.find(secret, desk.clock.now)).row.steppedUpUntil

  test('password and code, for five minutes, in a fresh session', async () => {
    const codeAt = await desk.addTotp(await desk.addUser('mai', ['supervisor']))
    const { secret } = await desk.enter('mai', codeAt())
    expect(await untilOf(secret)).toBeNull()
    expect((await desk.logins.see(desk.visit(secret))).stepUpBy).toEqual(['password+totp'])
    desk.clock.now += MINUTE
    const proved = passed(await stepUp(secret, { password: PASSWORD, code: codeAt() }))
    expect(await untilOf(proved.secret)).toBe(desk.clock.now + 5 * MINUTE)
    expect(proved.answer.session?.steppedUpUntil).toBe(new Date(desk.clock.now + 5 * MINUTE).toISOString())
    expect(await stateOf(secret)).toBeUndefined()
    expect(desk.audit.entries.at(-1)).toMatchObject({ action: 'step-up', after: { by: 'password+totp' } })
    desk.clock.now += 5 * MINUTE
    expect((await desk.logins.see(desk.visit(proved.secret))).session?.steppedUpUntil).toBeNull()
  })

  test.each([
    ['without the code', { password: PASSWORD }, 422],
    ['without the password', { code: '123456' }, 422],
    ['with a wrong code', { password: PASSWORD, code: '000000' }, 401],
    ['with nothing', {}, 422]
  ])('%s: refused', async (_what, command, status) => {
    const codeAt = await desk.addTotp(await desk.addUser('mai'))
    const { secret } = await desk.enter('mai', codeAt())
    expect(refused(await stepUp(secret, command)).status).toBe(status)
    expect(await untilOf(secret)).toBeNull()
  })

  test('a wrong password is refused before the code is used up', async () => {
    const codeAt = await desk.addTotp(await desk.addUser('mai'))
    const { secret } = await desk.enter('mai', codeAt())
    desk.clock.now += MINUTE
    expect(refused(await stepUp(secret, { password: 'wrong', code: codeAt() })).status).toBe(401)
    passed(await stepUp(secret, { password: PASSWORD, code: codeAt() }))
  })

  test('who has no second factor proves itself by the password', async () => {
    await desk.addUser('mai')
    const { secret } = await desk.enter('mai')
    expect(await untilOf(passed(await stepUp(secret, { password: PASSWORD })).secret)).not.toBeNull()
  })

  test('a half session cannot', async () => {
    const codeAt = await desk.addTotp(await desk.addUser('mai'))
    const half = passed(await byPassword('mai'))
    expect(refused(await stepUp(half.secret, { password: PASSWORD, code: codeAt() })).status).toBe(401)
  })
})

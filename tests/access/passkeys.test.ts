import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Desk, found, MINUTE, openDesk, PASSWORD, passed, refused } from './desk.ts'
import { type Faults, softPasskey } from './softPasskey.ts'

let desk: Desk
beforeEach(async () => {
  desk = await openDesk()
})
afterEach(() => desk.stop())

const ask = async (purpose: 'login' | 'factor' | 'step-up', secret: string | null = null) => {
  const options = await desk.logins.stepUp.passkeyOptions(purpose, desk.visit(secret))
  if ('denied' in options) throw new Error('refused')
  return options
}
const show = (response: unknown, secret: string | null = null) =>
  desk.logins.login.passkey(response, desk.visit(secret))

/** A user with a passkey, set up in the session that asked for one. */
async function addKey(userName = 'mai', key = softPasskey()) {
  await desk.addUser(userName, ['supervisor'])
  const { secret } = await desk.enter(userName)
  const offer = await desk.logins.factors.offerPasskey(desk.visit(secret))
  if ('denied' in offer) throw new Error('refused')
  const command = { name: 'blue key', response: key.register(offer.options) }
  const done = passed(await desk.logins.factors.addPasskey(command, desk.visit(secret)))
  return { key, secret: done.secret, recoveryCodes: done.answer.recoveryCodes, next: done.answer.login.next }
}

test('the first one opens the session that waited for it, and brings recovery codes', async () => {
  const { secret, recoveryCodes, next } = await addKey()
  expect(next).toBe('done')
  expect(recoveryCodes).toHaveLength(10)
  expect((await desk.logins.account.see(desk.visit(secret))) as object).toMatchObject({
    passkeys: [{ name: 'blue key', lastUsedAt: null }],
    recoveryCodesLeft: 10
  })
})

describe('login', () => {
  test('without a user name and a password', async () => {
    const { key } = await addKey()
    const options = await ask('login')
    expect(options).toMatchObject({ rpId: 'localhost', userVerification: 'required' })
    expect(options).not.toHaveProperty('allowCredentials.0')
    const { answer } = passed(await show(key.show(options)))
    expect(answer).toMatchObject({ next: 'done', session: { user: { id: 'usr-mai' } } })
    expect(desk.audit.entries.at(-1)).toMatchObject({ action: 'login', after: { by: 'passkey' } })
  })

  test.each([
    ['of another site', { origin: 'https://gridload.example' }],
    ['for another name', { rpId: 'gridload.example' }],
    ['of a device that asked for no PIN', { isUnverified: true }],
    ['signed by another key', { isForged: true }],
    ['whose count went back', { counter: 0 }],
    ['that names another user', { userHandle: Buffer.from('usr-lan').toString('base64url') }]
  ] as [string, Faults][])('refused: an answer %s', async (_what, faults) => {
    const { key } = await addKey()
    passed(await show(key.show(await ask('login'))))
    expect(refused(await show(key.show(await ask('login'), faults))).status).toBe(401)
  })

  test.each([
    ['nothing', {}],
    ['numbers', { id: 7, response: 9 }],
    ['no client data', { id: 'x', rawId: 'x', type: 'public-key', response: {}, clientExtensionResults: {} }],
    ['an object of another world', { __proto__: null, id: 'x'.repeat(100_000) }]
  ])('refused without a fault: %s', async (_what, response) => {
    expect(refused(await show(response)).status).toBe(401)
    expect(desk.faults).toEqual([])
  })

  test('a challenge is good once, and not for long', async () => {
    const { key } = await addKey()
    const options = await ask('login')
    passed(await show(key.show(options)))
    expect(refused(await show(key.show(options))).status).toBe(401)
    const late = await ask('login')
    desk.clock.now += 5 * MINUTE
    expect(refused(await show(key.show(late))).status).toBe(401)
    expect(refused(await show(key.show({ challenge: 'bWFkZSB1cA' }))).status).toBe(401)
  })

  test('a challenge is used up by a wrong answer', async () => {
    const { key } = await addKey()
    const options = await ask('login')
    refused(await show(key.show(options, { isForged: true })))
    expect(refused(await show(key.show(options))).status).toBe(401)
  })

  test('not by a disabled user, nor by a removed key', async () => {
    const { key, secret } = await addKey()
    await desk.records.users.disable('usr-mai', desk.clock.now)
    expect(refused(await show(key.show(await ask('login')))).status).toBe(401)
    await desk.records.users.enable('usr-mai')
    passed(await show(key.show(await ask('login'))))
    await desk.records.passkeys.remove('usr-mai', key.id)
    expect(refused(await show(key.show(await ask('login')))).status).toBe(401)
    expect(await desk.logins.sessions.find(secret, desk.clock.now)).toBeNull()
  })

  test('while the password is being guessed', async () => {
    const { key } = await addKey()
    const guess = { userName: 'mai', password: 'wrong' }
    for (let i = 0; i < 40; i++) await desk.logins.login.password(guess, desk.visit())
    expect(refused(await desk.logins.login.password(guess, desk.visit())).status).toBe(429)
    passed(await show(key.show(await ask('login'))))
  })
})

describe('second factor', () => {
  const half = async (userName: string) =>
    passed(await desk.logins.login.password({ userName, password: PASSWORD }, desk.visit()))

  test('after the password', async () => {
    const { key } = await addKey()
    const { secret, answer } = await half('mai')
    expect(answer.factors).toEqual(['passkey', 'recovery'])
    const options = await ask('factor', secret)
    expect(options).toMatchObject({ allowCredentials: [{ id: key.id }] })
    expect(passed(await show(key.show(options), secret)).answer.next).toBe('done')
  })

  test('another user’s key does not do', async () => {
    const other = await addKey('lan')
    await addKey('mai')
    const { secret } = await half('mai')
    expect(refused(await show(other.key.show(await ask('factor', secret)), secret)).status).toBe(401)
  })

  test('a challenge belongs to its session and its purpose', async () => {
    const { key } = await addKey()
    const [one, two] = [await half('mai'), await half('mai')]
    const forOne = await ask('factor', one.secret)
    expect(refused(await show(key.show(forOne), two.secret)).status).toBe(401)
    const again = await ask('factor', one.secret)
    expect(refused(await show(key.show(again))).status).toBe(401)
  })

  test('recovery codes open once each', async () => {
    const { recoveryCodes } = await addKey()
    const [code = ''] = recoveryCodes
    expect(code).toMatch(/^([A-HJKMNP-TV-Z2-7]{6}-){3}[A-HJKMNP-TV-Z2-7]{6}$/)
    const one = await half('mai')
    const typed = code.toLowerCase().replaceAll('-', ' ')
    const { secret } = passed(await desk.logins.login.code({ code: typed }, desk.visit(one.secret)))
    expect(await desk.logins.account.see(desk.visit(secret))).toMatchObject({ recoveryCodesLeft: 9 })
    const two = await half('mai')
    expect(refused(await desk.logins.login.code({ code }, desk.visit(two.secret))).status).toBe(401)
  })
})

describe('step-up', () => {
  test('by the key, within the session that asked', async () => {
    const { key, secret } = await addKey()
    expect((await desk.logins.see(desk.visit(secret))).stepUpBy).toEqual(['passkey', 'password+recovery'])
    const response = key.show(await ask('step-up', secret))
    const proved = passed(await desk.logins.stepUp.byCommand({ response }, desk.visit(secret)))
    expect(proved.answer.session?.steppedUpUntil).not.toBeNull()
  })

  test('not with what another session of the same person asked for', async () => {
    const { key, secret } = await addKey()
    const other = passed(await show(key.show(await ask('login'))))
    const response = key.show(await ask('step-up', other.secret))
    expect(refused(await desk.logins.stepUp.byCommand({ response }, desk.visit(secret))).status).toBe(401)
  })

  test('a challenge for it opens no door, and one of a login is no step-up', async () => {
    const { key, secret } = await addKey()
    expect(refused(await show(key.show(await ask('step-up', secret)))).status).toBe(401)
    const response = key.show(await ask('login'))
    expect(refused(await desk.logins.stepUp.byCommand({ response }, desk.visit(secret))).status).toBe(401)
    const session = found(await desk.logins.sessions.find(secret, desk.clock.now))
    expect(session.row.steppedUpUntil).toBeNull()
  })
})

describe('registering', () => {
  const offerTo = async (secret: string) => {
    const offer = await desk.logins.factors.offerPasskey(desk.visit(secret))
    if ('denied' in offer) throw new Error('refused')
    return offer.options
  }
  const add = (secret: string, response: unknown) =>
    desk.logins.factors.addPasskey({ name: 'key', response: response as object }, desk.visit(secret))

  test.each([
    ['of another site', { origin: 'https://gridload.example' }],
    ['for another name', { rpId: 'gridload.example' }],
    ['of a device that asked for no PIN', { isUnverified: true }]
  ] as [string, Faults][])('refused: a key %s', async (_what, faults) => {
    await desk.addUser('mai', ['supervisor'])
    const { secret } = await desk.enter('mai')
    const outcome = await add(secret, softPasskey().register(await offerTo(secret), faults))
    expect(refused(outcome).status).toBe(422)
    expect(await desk.records.passkeys.of('usr-mai')).toEqual([])
    expect(desk.audit.entries.map(({ action }) => action)).not.toContain('factor-added')
  })

  test('an offer to one user is of no use to another', async () => {
    await desk.addUser('mai', ['supervisor'])
    await desk.addUser('lan', ['supervisor'])
    const [mai, lan] = [await desk.enter('mai'), await desk.enter('lan')]
    const response = softPasskey().register(await offerTo(mai.secret))
    expect(refused(await add(lan.secret, response)).status).toBe(422)
  })

  test('a further key asks for a step-up; the device is told which it has', async () => {
    const { key, secret } = await addKey()
    expect(refused(await desk.logins.factors.offerPasskey(desk.visit(secret)))).toMatchObject({
      ...{ status: 403, type: '/problems/step-up' }
    })
    const response = key.show(await ask('step-up', secret))
    const proved = passed(await desk.logins.stepUp.byCommand({ response }, desk.visit(secret)))
    const options = await offerTo(proved.secret)
    expect(options).toMatchObject({ excludeCredentials: [{ id: key.id }] })
    expect(refused(await add(proved.secret, key.register(options)))).toMatchObject({ status: 409 })
    const second = softPasskey().register(await offerTo(proved.secret))
    expect(passed(await add(proved.secret, second)).answer.recoveryCodes).toEqual([])
  })
})

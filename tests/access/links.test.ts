import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Desk, found, HOUR, noon, openDesk, PASSWORD, passed, refused } from './desk.ts'

let desk: Desk
beforeEach(async () => {
  desk = await openDesk()
})
afterEach(() => desk.stop())

const tokenOf = (link: { url: string } | null) =>
  found(/\/#\/(?:setup|reset)\/([\w-]{43})$/.exec(link?.url ?? '')?.[1])
const setUp = (token: string, change: object = {}) =>
  desk.logins.links.setUp(
    { token, userName: 'Mai', name: 'Trần Mai', password: PASSWORD, ...change },
    desk.visit()
  )

describe('the first administrator', () => {
  test('is made by the link, and has to set up a second factor at once', async () => {
    const link = await desk.logins.links.setupLink(noon)
    expect(link?.url).toMatch(/^http:\/\/localhost:8080\/#\/setup\//)
    expect((await desk.logins.see(desk.visit())).needsSetup).toBe(true)
    const { answer } = passed(await setUp(tokenOf(link)))
    expect(answer).toMatchObject({
      next: 'enrol',
      session: { user: { userName: 'mai', name: 'Trần Mai', roles: ['administrator'], companyId: null } }
    })
    expect((await desk.logins.see(desk.visit())).needsSetup).toBe(false)
    expect(await desk.logins.links.setupLink(noon)).toBeNull()
    expect(desk.audit.entries).toMatchObject([{ action: 'setup', outcome: 'done' }])
  })

  test('the newest link is good once, a day long, and the newest only', async () => {
    const first = tokenOf(await desk.logins.links.setupLink(noon))
    const second = tokenOf(await desk.logins.links.setupLink(noon))
    expect(refused(await setUp(first)).status).toBe(410)
    desk.clock.now = noon + 24 * HOUR
    expect(refused(await setUp(second)).status).toBe(410)
    const third = tokenOf(await desk.logins.links.setupLink(desk.clock.now))
    const outcomes = await Promise.all([setUp(third), setUp(third, { userName: 'lan' })])
    expect(outcomes.filter(outcome => 'secret' in outcome)).toHaveLength(1)
    expect(await desk.records.users.list()).toHaveLength(1)
  })

  test('has no password hashed any more once there is one', async () => {
    passed(await setUp(tokenOf(await desk.logins.links.setupLink(noon))))
    // A weak password would be refused (422) if it were looked at.
    expect(refused(await setUp('x'.repeat(43), { password: 'password' })).status).toBe(410)
  })

  test.each([
    ['a password that is guessed first', { password: 'Trần Mai 2026!' }, 422],
    ['a user name that cannot be typed', { userName: 'mai mai' }, 422]
  ])('%s is refused, and the link still good', async (_what, change, status) => {
    const token = tokenOf(await desk.logins.links.setupLink(noon))
    expect(refused(await setUp(token, change)).status).toBe(status)
    passed(await setUp(token))
  })

  test('a link of before does not make a second one', async () => {
    const token = tokenOf(await desk.logins.links.setupLink(noon))
    await desk.addUser('lan', ['administrator'])
    expect(refused(await setUp(token)).status).toBe(410)
  })

  test('is not made when that cannot be written down', async () => {
    const token = tokenOf(await desk.logins.links.setupLink(noon))
    desk.audit.isBroken = true
    expect(refused(await setUp(token)).status).toBe(503)
    expect(await desk.records.users.list()).toEqual([])
  })

  test('the link is kept as its digest only', async () => {
    const token = tokenOf(await desk.logins.links.setupLink(noon))
    expect(await desk.records.oneTime.take('setup', token, noon)).toBeNull()
  })
})

describe('a new password', () => {
  const next = 'three lanterns by the river'
  const reset = (token: string, password = next) => desk.logins.links.reset({ token, password }, desk.visit())
  const byPassword = (password: string) =>
    desk.logins.login.password({ userName: 'mai', password }, desk.visit())

  test('takes the place of the old one and ends every session; second factors stay', async () => {
    await desk.addTotp(await desk.addUser('mai'))
    const before = await desk.enter('mai')
    const token = tokenOf(await desk.logins.links.resetLink('usr-mai', noon))
    expect(await reset(token)).toEqual({ userName: 'mai' })
    expect(await desk.logins.sessions.find(before.secret, noon)).toBeNull()
    expect(refused(await byPassword(PASSWORD)).status).toBe(401)
    expect(passed(await byPassword(next)).answer.next).toBe('factor')
    expect(desk.audit.entries.map(({ action }) => action)).toContain('password-reset')
  })

  test('the newest link is good once, a day long', async () => {
    await desk.addUser('mai')
    const [one, two] = [
      tokenOf(await desk.logins.links.resetLink('usr-mai', noon)),
      tokenOf(await desk.logins.links.resetLink('usr-mai', noon))
    ]
    // It may have gone to the wrong person.
    expect(refused(await reset(one)).status).toBe(410)
    expect(await reset(two)).toEqual({ userName: 'mai' })
    expect(refused(await reset(two)).status).toBe(410)
    const three = tokenOf(await desk.logins.links.resetLink('usr-mai', noon))
    desk.clock.now = noon + 24 * HOUR
    expect(refused(await reset(three)).status).toBe(410)
  })

  test('a weak one is refused, and the link still good', async () => {
    await desk.addUser('mai')
    const token = tokenOf(await desk.logins.links.resetLink('usr-mai', noon))
    expect(refused(await reset(token, 'password1234')).status).toBe(422)
    expect(await reset(token)).toEqual({ userName: 'mai' })
  })

  test('not for the disabled', async () => {
    await desk.addUser('mai')
    const token = tokenOf(await desk.logins.links.resetLink('usr-mai', noon))
    await desk.records.users.disable('usr-mai', noon)
    expect(await desk.logins.links.resetLink('usr-mai', noon)).toBeNull()
    expect(refused(await reset(token)).status).toBe(410)
    expect(await desk.logins.links.resetLink('usr-nobody', noon)).toBeNull()
  })

  test('a set-up link is no reset link', async () => {
    const token = tokenOf(await desk.logins.links.setupLink(noon))
    expect(refused(await reset(token)).status).toBe(410)
    passed(await setUp(token))
  })
})

import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DemoUsersAnswer, LoginAnswer, SessionAnswer } from '../../server/contract/login.ts'
import { Problem } from '../../server/contract/problem.ts'
import { found, MINUTE, noon, PASSWORD } from '../access/desk.ts'
import { browse, clientSecret, startDirectory } from '../access/directoryServer.ts'
import { softPasskey } from '../access/softPasskey.ts'
import { type Browser, type Door, openDoor } from './loginDoor.ts'

let door: Door
let browser: Browser
beforeEach(async () => {
  door = await openDoor()
  browser = door.browser()
})
afterEach(() => door.stop())

const logIn = (userName = 'mai', password = PASSWORD, from = browser) =>
  from.call('POST', '/api/auth/login', { userName, password })

function expectToBe(schema: TSchema, value: unknown): void {
  const errors = [...Compile(schema).Errors(value)].map(
    ({ instancePath, message }) => `${instancePath} ${message}`
  )
  expect(errors).toEqual([])
}

describe('logging in', () => {
  test('by password: a cookie that no script reads and no other site sends', async () => {
    await door.addUser('mai')
    const { status, body, headers } = await logIn()
    expect(status).toBe(200)
    expectToBe(LoginAnswer, body)
    const cookie = String(headers['set-cookie'])
    expect(cookie).toMatch(/^gridload_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
    expect(headers['cache-control']).toBe('no-store')
    expect(JSON.stringify(body)).not.toContain(browser.cookies.get('gridload_session'))
    const { body: session } = await browser.call('GET', '/api/auth/session')
    expectToBe(SessionAnswer, session)
    expect(session).toMatchObject({ state: 'full', csrfToken: browser.csrfToken })
  })

  test('over HTTPS the cookie is bound to this very host', async () => {
    const secure = await openDoor({ publicUrl: 'https://gridload.evn.example' })
    await secure.addUser('mai')
    const { headers } = await logIn('mai', PASSWORD, secure.browser())
    expect(String(headers['set-cookie'])).toMatch(
      /^__Host-gridload_session=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/
    )
    await secure.stop()
  })

  test('without a session: none, and what ways there are', async () => {
    const { status, body } = await browser.call('GET', '/api/auth/session')
    expect(status).toBe(200)
    expectToBe(SessionAnswer, body)
    expect(body).toMatchObject({
      state: 'none',
      session: null,
      hasDirectory: false,
      needsSetup: true,
      isDemo: false
    })
  })

  test('a wrong password is 401, a problem, and no cookie', async () => {
    await door.addUser('mai')
    const { status, body, headers } = await logIn('mai', 'wrong')
    expect(status).toBe(401)
    expectToBe(Problem, body)
    expect(headers['set-cookie']).toBeUndefined()
  })

  test('brute force is 429 with the time to come back', async () => {
    await door.addUser('mai')
    for (let i = 0; i < 5; i++) await logIn('mai', `guess ${i}`)
    const { status, headers } = await logIn()
    expect([status, headers['retry-after']]).toEqual([429, '30'])
  })

  test('when nothing can be written down it is 503', async () => {
    await door.addUser('mai')
    door.audit.isBroken = true
    const { status, headers } = await logIn()
    expect([status, headers['set-cookie']]).toEqual([503, undefined])
  })

  test.each([
    ['an array', []],
    ['no password', { userName: 'mai' }],
    ['a member nobody knows', { userName: 'mai', password: 'x', roles: ['administrator'] }],
    ['an object for a name', { userName: { $ne: '' }, password: 'x' }],
    ['a megabyte to hash', { userName: 'mai', password: 'x'.repeat(513) }]
  ])('%s is 400', async (_what, body) => {
    expect((await browser.call('POST', '/api/auth/login', body)).status).toBe(400)
  })

  test('second factor, step-up, logout', async () => {
    const codeAt = await door.addTotp(await door.addUser('mai', ['supervisor']))
    const half = await logIn()
    expect(half.body).toMatchObject({ next: 'factor', session: null })
    expect((await browser.call('GET', '/api/account')).status).toBe(401)
    const whole = await browser.call('POST', '/api/auth/totp', { code: codeAt() })
    expect(whole.body).toMatchObject({ next: 'done', session: { steppedUpUntil: null } })
    door.clock.now += MINUTE
    const proved = await browser.call('POST', '/api/auth/step-up', { password: PASSWORD, code: codeAt() })
    expect(proved.body.session.steppedUpUntil).toBe(new Date(door.clock.now + 5 * MINUTE).toISOString())
    const stolen = new Map(browser.cookies)
    expect((await browser.call('POST', '/api/auth/logout')).status).toBe(204)
    expect(browser.cookies.size).toBe(0)
    for (const [name, value] of stolen) browser.cookies.set(name, value)
    expect((await browser.call('GET', '/api/account')).status).toBe(401)
  })

  test('a passkey alone', async () => {
    await door.addUser('mai', ['supervisor'])
    await logIn()
    const key = softPasskey()
    const offer = await browser.call('POST', '/api/account/passkeys/options')
    const command = { name: 'blue key', response: key.register(offer.body.options) }
    expect((await browser.call('POST', '/api/account/passkeys', command)).status).toBe(200)
    const other = door.browser()
    const asked = await other.call('POST', '/api/auth/passkey/options', { purpose: 'login' })
    const { status, body } = await other.call('POST', '/api/auth/passkey/verify', {
      response: key.show(asked.body.options)
    })
    expect([status, body.next]).toEqual([200, 'done'])
  })

  test('the first administrator', async () => {
    const link = found(await door.logins.links.setupLink(noon))
    const token = link.url.split('/').at(-1)
    const command = { token, userName: 'mai', name: 'Trần Mai', password: PASSWORD }
    const { status, body } = await browser.call('POST', '/api/auth/setup', command)
    expect([status, body.next]).toEqual([200, 'enrol'])
    const again = await browser.call('POST', '/api/auth/setup', { ...command, userName: 'lan' })
    expect(again.status).toBe(410)
  })

  test('demo users are shown in the demo only', async () => {
    expect((await browser.call('GET', '/api/auth/demo-users')).status).toBe(404)
    const demo = await openDoor({ isDemo: true })
    await found(demo.logins.demo).make({ companyId: null, customerId: null }, noon)
    const visitor = demo.browser()
    const { body } = await visitor.call('GET', '/api/auth/demo-users')
    expectToBe(DemoUsersAnswer, body)
    const { status } = await logIn(body.users[0].userName, body.password, visitor)
    expect(status).toBe(200)
    await demo.stop()
  })
})

describe('attacks', () => {
  test('login by another site’s page is refused', async () => {
    await door.addUser('mai')
    const command = { userName: 'mai', password: PASSWORD }
    for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }] as const) {
      const { status } = await browser.call('POST', '/api/auth/login', command, headers)
      expect(status).toBe(403)
    }
    expect(browser.cookies.size).toBe(0)
  })

  test('a form cannot log in: only JSON is read', async () => {
    const answer = await browser.call('POST', '/api/auth/login', undefined, {
      'content-type': 'application/x-www-form-urlencoded'
    })
    expect([400, 415]).toContain(answer.status)
  })

  test.each([
    ['POST', '/api/auth/totp', { code: '123456' }],
    ['POST', '/api/auth/step-up', { password: PASSWORD }],
    ['POST', '/api/auth/logout', undefined],
    ['POST', '/api/account/totp', undefined],
    ['DELETE', '/api/account/sessions', undefined]
  ] as const)('%s %s without the token of the session is refused', async (method, url, body) => {
    await door.addUser('mai')
    await logIn()
    browser.csrfToken = null
    expect((await browser.call(method, url, body)).status).toBe(403)
    expect((await browser.call(method, url, body, { 'x-csrf-token': 'guessed' })).status).toBe(403)
    expect((await browser.call('GET', '/api/account')).status).toBe(200)
  })

  test('fixation: a cookie put into the browser beforehand is not the session’s', async () => {
    await door.addTotp(await door.addUser('mai'))
    browser.cookies.set('gridload_session', 'A'.repeat(43))
    await logIn()
    expect(browser.cookies.get('gridload_session')).not.toBe('A'.repeat(43))
    const thief = door.browser()
    thief.cookies.set('gridload_session', 'A'.repeat(43))
    expect((await thief.call('GET', '/api/account')).status).toBe(401)
  })

  test('fixation: the cookie of the half session is worth nothing after the second factor', async () => {
    const codeNow = await door.addTotp(await door.addUser('mai'))
    await logIn()
    const thief = door.browser()
    for (const [name, value] of browser.cookies) thief.cookies.set(name, value)
    await browser.call('POST', '/api/auth/totp', { code: codeNow() })
    expect((await thief.call('GET', '/api/auth/session')).body.state).toBe('none')
    expect((await browser.call('GET', '/api/account')).status).toBe(200)
  })

  test('a disabled user is out with the next request', async () => {
    const user = await door.addUser('mai')
    await logIn()
    expect((await browser.call('GET', '/api/account')).status).toBe(200)
    await door.records.users.disable(user.id, noon)
    expect((await browser.call('GET', '/api/account')).status).toBe(401)
  })
})

describe('the directory', () => {
  test('there and back; then a cookie of the session, and none of the trip', async () => {
    const publicUrl = 'http://localhost:8080'
    const server = await startDirectory(publicUrl)
    server.people.set('d-1', { name: 'Bình', gridload_roles: ['dispatcher'] })
    server.person = 'd-1'
    const settings = { issuer: server.issuer, clientId: 'gridload', clientSecret }
    const claims = { rolesClaim: 'gridload_roles', companyClaim: 'gridload_company' }
    const other = await openDoor({ directory: { ...settings, ...claims } })
    other.clock.now = Date.now()
    const visitor = other.browser()
    const start = await visitor.call('GET', '/api/auth/oidc/start')
    expect(start.status).toBe(302)
    expect(String(start.headers['set-cookie'])).toMatch(
      /^gridload_directory=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/
    )
    const back = await browse(String(start.headers.location), publicUrl)
    const end = await visitor.call('GET', back.pathname + back.search)
    expect([end.status, end.headers.location]).toEqual([302, '/#/'])
    expect([...visitor.cookies.keys()]).toEqual(['gridload_session'])
    expect((await visitor.call('GET', '/api/auth/session')).body).toMatchObject({
      state: 'full',
      hasDirectory: true
    })

    const again = await visitor.call('GET', back.pathname + back.search)
    expect([again.status, again.headers.location]).toEqual([302, '/#/login?refused=try-again'])
    await other.stop()
    await server.stop()
  })

  test('without one the way is not there', async () => {
    expect((await browser.call('GET', '/api/auth/oidc/start')).status).toBe(404)
    expect((await browser.call('GET', '/api/auth/oidc/callback?code=x&state=y')).status).toBe(404)
  })
})

import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Account, FactorAnswer, LoginAnswer, SessionsAnswer, TotpOffer } from '../../server/contract/login.ts'
import { codeOf, PASSWORD } from '../access/desk.ts'
import { type Browser, type Door, openDoor } from './loginDoor.ts'

let door: Door
let browser: Browser
beforeEach(async () => {
  door = await openDoor()
  browser = door.browser()
})
afterEach(() => door.stop())

const next = 'three lanterns by the river'
const logIn = (from = browser, password = PASSWORD) =>
  from.call('POST', '/api/auth/login', { userName: 'mai', password })

function expectToBe(schema: TSchema, value: unknown): void {
  const errors = [...Compile(schema).Errors(value)].map(
    ({ instancePath, message }) => `${instancePath} ${message}`
  )
  expect(errors).toEqual([])
}

test('a supervisor sets up an app before anything else, and keeps it', async () => {
  await door.addUser('mai', ['supervisor'])
  expect((await logIn()).body.next).toBe('enrol')
  const offer = await browser.call('POST', '/api/account/totp')
  expectToBe(TotpOffer, offer.body)
  const code = codeOf(offer.body.secret, door.clock)
  const wrong = await browser.call('POST', '/api/account/totp/confirm', {
    offer: offer.body.offer,
    code: '000000'
  })
  expect(wrong.status).toBe(422)
  const done = await browser.call('POST', '/api/account/totp/confirm', {
    offer: offer.body.offer,
    code: code()
  })
  expectToBe(FactorAnswer, done.body)
  expect(done.body).toMatchObject({ login: { next: 'done', session: { mustEnrolFactor: false } } })
  expect(done.body.recoveryCodes).toHaveLength(10)
  const { body } = await browser.call('GET', '/api/account')
  expectToBe(Account, body)
  expect(body).toMatchObject({ user: { hasTotp: true }, recoveryCodesLeft: 10, mustHaveFactor: true })
  const refused = await browser.call('DELETE', '/api/account/totp')
  expect([refused.status, refused.body.type]).toEqual([403, '/problems/step-up'])
  door.clock.now += 60_000
  await browser.call('POST', '/api/auth/step-up', { password: PASSWORD, code: code() })
  expect((await browser.call('DELETE', '/api/account/totp')).status).toBe(409)
  const codes = await browser.call('POST', '/api/account/recovery-codes')
  expectToBe(FactorAnswer, codes.body)
  expect((await browser.call('GET', '/api/account')).status).toBe(200)
})

test('the audit holds no secret of it', async () => {
  await door.addUser('mai', ['supervisor'])
  await logIn()
  const offer = await browser.call('POST', '/api/account/totp')
  const code = codeOf(offer.body.secret, door.clock)()
  const done = await browser.call('POST', '/api/account/totp/confirm', { offer: offer.body.offer, code })
  const text = JSON.stringify(door.audit.entries)
  expect(text).toContain('factor-added')
  const hidden = [
    offer.body.secret,
    offer.body.offer,
    code,
    ...done.body.recoveryCodes,
    ...browser.cookies.values()
  ]
  for (const secret of hidden) expect(text).not.toContain(secret)
})

test('a new password: this page stays in, the other goes', async () => {
  await door.addUser('mai')
  const other = door.browser()
  await logIn()
  await logIn(other)
  const wrong = await browser.call('POST', '/api/account/password', { current: 'wrong', password: next })
  expect(wrong.status).toBe(422)
  const done = await browser.call('POST', '/api/account/password', { current: PASSWORD, password: next })
  expect(done.status).toBe(200)
  expectToBe(LoginAnswer, done.body)
  expect((await browser.call('GET', '/api/account')).status).toBe(200)
  expect((await other.call('GET', '/api/account')).status).toBe(401)
  expect((await logIn(other, next)).status).toBe(200)
})

test('where one is logged in, and out', async () => {
  await door.addUser('mai')
  const other = door.browser()
  await logIn()
  await logIn(other)
  const { body } = await browser.call('GET', '/api/account/sessions')
  expectToBe(SessionsAnswer, body)
  const there = body.sessions.find((session: { isThis: boolean }) => !session.isThis)
  expect((await browser.call('DELETE', `/api/account/sessions/${there.id}`)).status).toBe(204)
  expect((await other.call('GET', '/api/account')).status).toBe(401)
  expect((await browser.call('DELETE', `/api/account/sessions/${there.id}`)).status).toBe(404)
  await logIn(other)
  expect((await browser.call('DELETE', '/api/account/sessions')).status).toBe(204)
  expect((await other.call('GET', '/api/account')).status).toBe(401)
  expect((await browser.call('GET', '/api/account')).status).toBe(200)
})

test('nobody’s account is nobody’s business', async () => {
  for (const [method, url] of [
    ['GET', '/api/account'],
    ['GET', '/api/account/sessions'],
    ['POST', '/api/account/totp'],
    ['DELETE', '/api/account/passkeys/pk-1']
  ] as const) {
    expect((await browser.call(method, url)).status).toBe(401)
  }
})

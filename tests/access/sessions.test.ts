import { afterEach, beforeEach, expect, test } from 'vitest'
import { csrfTokenOf, sessionCaller } from '../../server/access/sessions.ts'
import { type Desk, found, HOUR, MINUTE, noon, openDesk } from './desk.ts'

let desk: Desk
beforeEach(async () => {
  desk = await openDesk()
})
afterEach(() => desk.stop())

const sessionOf = (secret: string | null) => desk.logins.sessions.find(secret, desk.clock.now)

test('the secret is 256 bits, kept only as its digest', async () => {
  const user = await desk.addUser('mai')
  const { secret, row } = await desk.logins.sessions.begin(user, 'full', desk.visit())
  expect(Buffer.from(secret, 'base64url')).toHaveLength(32)
  expect(row.tokenHash).toMatch(/^[0-9a-f]{64}$/)
  expect(JSON.stringify(await desk.records.sessions.of(user.id))).not.toContain(secret)
  expect((await sessionOf(secret))?.user.id).toBe('usr-mai')
  expect(await sessionOf(row.tokenHash)).toBeNull()
  expect(await sessionOf(null)).toBeNull()
  expect(await sessionOf('')).toBeNull()
})

test.each([
  ['full, unused', 'full', 12 * HOUR],
  ['enrol', 'enrol', 30 * MINUTE],
  ['factor', 'factor', 10 * MINUTE]
] as const)('%s: ends', async (_what, state, lifetime) => {
  const user = await desk.addUser('mai')
  const { secret } = await desk.logins.sessions.begin(user, state, desk.visit())
  expect(await desk.logins.sessions.peek(secret, noon + lifetime - 1)).not.toBeNull()
  desk.clock.now = noon + lifetime
  expect(await sessionOf(secret)).toBeNull()
  expect(await desk.records.sessions.of(user.id)).toEqual([])
})

test('use keeps it alive, for 24 hours at most', async () => {
  const user = await desk.addUser('mai')
  const { secret } = await desk.logins.sessions.begin(user, 'full', desk.visit())
  for (let hour = 1; hour < 24; hour++) {
    desk.clock.now = noon + hour * HOUR
    expect(await sessionOf(secret)).not.toBeNull()
  }
  desk.clock.now = noon + 24 * HOUR - 1
  expect(await sessionOf(secret)).not.toBeNull()
  desk.clock.now = noon + 24 * HOUR
  expect(await sessionOf(secret)).toBeNull()
})

test('fixation: each step has a fresh secret, the former is worth nothing', async () => {
  const user = await desk.addUser('mai')
  const first = await desk.logins.sessions.begin(user, 'factor', desk.visit())
  const second = found(
    await desk.logins.sessions.advance(first, { state: 'full', steppedUpUntil: null }, noon)
  )
  expect(new Set([first.secret, second.secret, first.row.id, second.row.id]).size).toBe(4)
  expect(second.csrfToken).not.toBe(first.csrfToken)
  expect(await sessionOf(first.secret)).toBeNull()
  expect((await sessionOf(second.secret))?.row.state).toBe('full')
  // The former cannot be gone on with, even by who still holds it.
  expect(await desk.logins.sessions.advance(first, { state: 'full', steppedUpUntil: null }, noon)).toBeNull()
})

test('fixation: a new login ends what the browser had before', async () => {
  const user = await desk.addUser('mai')
  const before = await desk.logins.sessions.begin(user, 'full', desk.visit())
  await desk.logins.sessions.begin(user, 'full', desk.visit(before.secret))
  expect(await sessionOf(before.secret)).toBeNull()
})

test('a step-up does not lengthen the day', async () => {
  const user = await desk.addUser('mai')
  const first = await desk.logins.sessions.begin(user, 'full', desk.visit())
  const late = noon + 11 * HOUR
  const next = found(await desk.logins.sessions.advance(first, { state: 'full', steppedUpUntil: late }, late))
  expect(next.row.absoluteUntil).toBe(first.row.absoluteUntil)
})

test('a disabled user is out in the same moment, and stays out when enabled again', async () => {
  const user = await desk.addUser('mai')
  const { secret } = await desk.logins.sessions.begin(user, 'full', desk.visit())
  await desk.records.users.disable(user.id, noon)
  expect(await sessionOf(secret)).toBeNull()
  await desk.records.users.enable(user.id)
  expect(await sessionOf(secret)).toBeNull()
})

test('a role that asks for a second factor counts from the moment it is given', async () => {
  const user = await desk.addUser('mai')
  const { secret } = await desk.logins.sessions.begin(user, 'full', desk.visit())
  await desk.records.users.update(user.id, { roles: ['supervisor'] })
  expect((await sessionOf(secret))?.row.state).toBe('enrol')
  await desk.addTotp(user)
  expect((await sessionOf(secret))?.row.state).toBe('full')
})

test('demo users are nobody where the demo does not run', async () => {
  const place = { companyId: null, customerId: null, issuer: null, subject: null, passwordHash: null }
  const user = { id: 'usr-demo', userName: 'demo', name: 'Demo', roles: ['auditor'] as const, ...place }
  await desk.records.users.insert({ ...user, isDemo: true, createdAt: noon })
  const kept = found(await desk.records.users.get('usr-demo'))
  const { secret } = await desk.logins.sessions.begin(kept, 'full', desk.visit())
  expect(await sessionOf(secret)).toBeNull()
})

test('the list shows those that live, and which is this one', async () => {
  const user = await desk.addUser('mai')
  const old = await desk.logins.sessions.begin(user, 'full', desk.visit(null, '192.0.2.1'))
  desk.clock.now += HOUR
  const mine = await desk.logins.sessions.begin(user, 'full', desk.visit(null, '192.0.2.2'))
  const of = () => desk.logins.sessions.of(user.id, mine.row.id, desk.clock.now)
  expect((await of()).map(({ id, address, isThis }) => ({ id, address, isThis }))).toEqual([
    { id: mine.row.id, address: '192.0.2.2', isThis: true },
    { id: old.row.id, address: '192.0.2.1', isThis: false }
  ])
  desk.clock.now = noon + 12 * HOUR
  expect((await of()).map(({ id }) => id)).toEqual([mine.row.id])
})

test('the token against forged requests follows from the secret alone', () => {
  expect(csrfTokenOf('one')).toBe(csrfTokenOf('one'))
  expect(csrfTokenOf('one')).not.toBe(csrfTokenOf('two'))
  expect(csrfTokenOf('one')).not.toContain('one')
})

test('the caller is the person with its roles', async () => {
  const user = await desk.addUser('mai', ['dispatcher', 'auditor'])
  expect(sessionCaller({ user })).toEqual({
    ...{ id: 'usr-mai', personId: 'usr-mai', name: 'mai', kind: 'person', roles: ['dispatcher', 'auditor'] },
    ...{ scopes: null, companyId: null, customerId: null }
  })
})

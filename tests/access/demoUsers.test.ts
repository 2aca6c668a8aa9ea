import { afterEach, beforeEach, expect, test } from 'vitest'
import { DEMO_PASSWORD } from '../../server/access/demoUsers.ts'
import { type Desk, found, noon, openDesk, passed, refused } from './desk.ts'

let desk: Desk
beforeEach(async () => {
  desk = await openDesk({ isDemo: true })
})
afterEach(() => desk.stop())

const demo = () => found(desk.logins.demo)
const nowhere = { companyId: null, customerId: null }
const enter = (userName: string) =>
  desk.logins.login.password({ userName, password: DEMO_PASSWORD }, desk.visit())

test('one of each role, shown with their password', async () => {
  await demo().make({ companyId: 'NPC', customerId: 'c-1' }, noon)
  const { password, users } = await demo().answer()
  expect(password).toBe(DEMO_PASSWORD)
  expect(
    users.map(({ userName, roles, companyId, customerId }) => [userName, ...roles, companyId, customerId])
  ).toEqual([
    ['dispatcher', 'dispatcher', null, null],
    ['supervisor', 'supervisor', null, null],
    ['staff', 'programme-staff', null, null],
    ['engineer', 'engineer', null, null],
    ['auditor', 'auditor', null, null],
    ['admin', 'administrator', null, null],
    ['company-dispatcher', 'dispatcher', 'NPC', null],
    ['customer', 'customer', null, 'c-1']
  ])
})

test('those of a company and a customer come when there is one; nothing is made twice', async () => {
  await demo().make(nowhere, noon)
  expect((await demo().answer()).users).toHaveLength(6)
  await demo().make({ companyId: 'NPC', customerId: 'c-1' }, noon)
  await demo().make({ companyId: 'NPC', customerId: 'c-2' }, noon)
  const { users } = await demo().answer()
  expect(users).toHaveLength(8)
  expect(users.at(-1)?.customerId).toBe('c-2')
})

test('a supervisor of the demo is in with one click, and steps up by the password', async () => {
  await demo().make(nowhere, noon)
  const { answer, secret } = passed(await enter('supervisor'))
  expect(answer.next).toBe('done')
  expect(await desk.logins.see(desk.visit(secret))).toMatchObject({
    ...{ isDemo: true, needsSetup: false, stepUpBy: ['password'] }
  })
  const proved = passed(await desk.logins.stepUp.byCommand({ password: DEMO_PASSWORD }, desk.visit(secret)))
  expect(proved.answer.session?.steppedUpUntil).not.toBeNull()
})

test('nobody changes what the others log in with', async () => {
  await demo().make(nowhere, noon)
  const { secret } = passed(await enter('dispatcher'))
  const proved = passed(await desk.logins.stepUp.byCommand({ password: DEMO_PASSWORD }, desk.visit(secret)))
  const visit = desk.visit(proved.secret)
  const command = { current: DEMO_PASSWORD, password: 'three lanterns by the river' }
  expect(refused(await desk.logins.account.changePassword(command, visit)).status).toBe(409)
  expect(refused(await desk.logins.factors.offerTotp(visit)).status).toBe(409)
  expect(refused(await desk.logins.factors.offerPasskey(visit)).status).toBe(409)
  expect(await desk.logins.links.resetLink('usr-demo-dispatcher', noon)).toBeNull()
})

test('a real user of the same name stays who it is, and is not shown', async () => {
  await desk.addUser('dispatcher', ['auditor'])
  await demo().make(nowhere, noon)
  expect((await demo().answer()).users.map(({ userName }) => userName)).not.toContain('dispatcher')
  expect((await desk.records.users.byUserName('dispatcher'))?.roles).toEqual(['auditor'])
})

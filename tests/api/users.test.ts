import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { verifyChain } from '../../server/access/auditWatch.ts'
import type { Role } from '../../server/contract/access.ts'
import { PASSWORD } from '../access/desk.ts'
import { type Office, openOffice } from './office.ts'

let office: Office
beforeEach(async () => {
  office = await openOffice()
})
afterEach(() => office.stop())

const dao = { userName: 'dao', name: 'Dao Van Dieu', roles: ['dispatcher'], companyId: 'NPC' }
const tokenOf = ({ body }: { body: { link: string } }): string => body.link.split('/').at(-1) ?? ''
const reset = (token: string, password = 'three lanterns by the river') =>
  office.logins.links.reset({ token, password }, office.visit())

describe('inviting', () => {
  it('makes a user without a password, and a link to set one, which is shown once', async () => {
    const invited = await office.call('POST /api/users', dao)
    expect(invited).toMatchObject({
      status: 201,
      body: {
        user: { userName: 'dao', name: 'Dao Van Dieu', companyId: 'NPC', hasPassword: false },
        expiresAt: '2026-05-21T05:00:00.000Z'
      }
    })
    expect(invited.body.link).toMatch(/^http:\/\/localhost:8080\/#\/reset\/[\w-]{43}$/)
    expect((await office.call('GET /api/users')).body.users).toEqual([invited.body.user])
    expect((await office.call(`GET /api/users/${invited.body.user.id}`)).body).toEqual(invited.body.user)
    expect(await reset(tokenOf(invited))).toEqual({ userName: 'dao' })
    expect(JSON.stringify(await office.records.audit.range(1, 100))).not.toContain(tokenOf(invited))
  })

  it.each<[string, object, number, string]>([
    [
      'a customer that does not exist',
      { roles: ['customer'], customerId: 'c9' },
      422,
      'customer c9 is unknown'
    ],
    ['no customer', { roles: ['customer'] }, 422, 'needs a customer'],
    [
      'a customer of a company',
      { roles: ['customer'], customerId: 'c1', companyId: 'NPC' },
      422,
      'no company'
    ],
    ['customer beside another role', { roles: ['customer', 'auditor'], customerId: 'c1' }, 422, 'alone'],
    ['a dispatcher of a customer', { customerId: 'c1' }, 422, 'only a user with the role customer'],
    ['a company that does not exist', { companyId: 'c1' }, 422, 'company c1 is unknown'],
    ['a name of spaces', { name: '  ' }, 422, 'a name has letters'],
    ['a user name in capitals', { userName: 'Dao' }, 400, 'userName'],
    ['a role that is none', { roles: ['root'] }, 400, 'roles'],
    ['no role', { roles: [] }, 400, 'roles'],
    ['more than is asked', { isDemo: true }, 400, 'isDemo']
  ])('refuses %s', async (_what, change, status, words) => {
    const plain = { userName: 'dao', name: 'Dao', roles: ['dispatcher'] }
    const answer = await office.call('POST /api/users', { ...plain, ...change })
    expect(answer).toMatchObject({ status, body: { detail: expect.stringContaining(words) } })
    expect((await office.call('GET /api/users')).body.users).toEqual([])
  })

  it('refuses a user name that is taken', async () => {
    await office.call('POST /api/users', dao)
    expect((await office.call('POST /api/users', dao)).status).toBe(409)
  })
})

describe('changing', () => {
  it.each<[string, object]>([
    ['roles', { roles: ['engineer'] }],
    ['company', { companyId: 'NPC' }],
    ['company and role', { roles: ['customer'], customerId: 'c1' }]
  ])('of %s ends the sessions and the live streams at once', async (_what, change) => {
    const { user, headers } = await office.person('dao', ['auditor'])
    expect((await office.call('GET /api/users', undefined, headers)).status).toBe(200)
    const before = office.rechecks()
    const answer = await office.call(`PATCH /api/users/${user.id}`, change)
    expect(answer).toMatchObject({ status: 200, body: change })
    expect((await office.call('GET /api/users', undefined, headers)).status).toBe(401)
    expect(office.rechecks()).toBeGreaterThan(before)
  })

  it('of the name, or to what it is already, ends nothing', async () => {
    const { user, headers } = await office.person('dao', ['auditor'])
    await office.call(`PATCH /api/users/${user.id}`, { name: ' Dao ', roles: ['auditor'], companyId: null })
    expect((await office.call(`GET /api/users/${user.id}`, undefined, headers)).body.name).toBe('Dao')
  })

  it.each<[object, number]>([
    [{ roles: ['customer'] }, 422],
    [{ customerId: 'c1' }, 422],
    [{ companyId: 'XX' }, 422],
    [{ name: ' ' }, 422],
    [{}, 400],
    [{ userName: 'other' }, 400]
  ])('to %o is refused', async (change, status) => {
    const { user } = await office.person('dao', ['dispatcher'])
    expect((await office.call(`PATCH /api/users/${user.id}`, change)).status).toBe(status)
  })

  it('leaves to the directory what is kept there', async () => {
    const origin = { issuer: 'https://idp.example', subject: '7', isDemo: false, passwordHash: null }
    const place = { companyId: null, customerId: null, createdAt: 0 }
    await office.records.users.insert({
      ...{ id: 'usr-7', userName: 'ha', name: 'Ha', roles: ['auditor'] },
      ...{ ...origin, ...place }
    })
    const same = { name: 'Ha', roles: ['auditor'], companyId: null, customerId: null }
    expect((await office.call('PATCH /api/users/usr-7', same)).status).toBe(200)
    expect((await office.call('PATCH /api/users/usr-7', { roles: ['supervisor'] })).status).toBe(409)
    expect((await office.call('POST /api/users/usr-7/reset')).status).toBe(409)
  })
})

describe('disabling', () => {
  it('ends the sessions at once, until enabled again there is none', async () => {
    const { user, headers } = await office.person('dao', ['auditor'])
    expect((await office.call(`POST /api/users/${user.id}/disable`)).body.disabledAt).not.toBeNull()
    expect((await office.call('GET /api/users', undefined, headers)).status).toBe(401)
    const logIn = () => office.logins.login.password({ userName: 'dao', password: PASSWORD }, office.visit())
    expect(await logIn()).toHaveProperty('denied')
    expect((await office.call(`POST /api/users/${user.id}/reset`)).status).toBe(409)
    expect((await office.call(`POST /api/users/${user.id}/enable`)).body.disabledAt).toBeNull()
    expect(await logIn()).toHaveProperty('secret')
  })

  it.each(['disable', 'erase', 'reset'])('nobody does it to themselves: %s', async verb => {
    await office.person('other', ['administrator'])
    const { user, headers } = await office.person('admin', ['administrator'])
    expect((await office.call(`POST /api/users/${user.id}/${verb}`, undefined, headers)).status).toBe(409)
  })
})

describe('the last administrator who can log in', () => {
  const everyWay = (id: string) => [
    office.call(`POST /api/users/${id}/disable`),
    office.call(`POST /api/users/${id}/erase`),
    office.call(`PATCH /api/users/${id}`, { roles: ['auditor'] }),
    office.call(`PATCH /api/users/${id}`, { companyId: 'NPC' })
  ]

  it('stays, beside one that is invited, disabled, or of a single company', async () => {
    const { user } = await office.person('admin', ['administrator'])
    await office.call('POST /api/users', { userName: 'invited', name: 'I', roles: ['administrator'] })
    const gone = await office.person('gone', ['administrator'])
    await office.call(`POST /api/users/${gone.user.id}/disable`)
    await office.person('bound', ['administrator'], 'NPC')
    for (const answer of await Promise.all(everyWay(user.id))) {
      expect(answer).toMatchObject({
        status: 409,
        body: { detail: expect.stringContaining('last administrator') }
      })
    }
    expect((await office.call(`GET /api/users/${user.id}`)).body).toMatchObject({
      ...{ roles: ['administrator'], disabledAt: null, erasedAt: null, companyId: null }
    })
  })

  it('is one of two who disable each other at the same moment', async () => {
    const [one, two] = [
      await office.person('one', ['administrator']),
      await office.person('two', ['administrator'])
    ]
    const answers = await Promise.all([
      office.call(`POST /api/users/${two.user.id}/disable`, undefined, one.headers),
      office.call(`POST /api/users/${one.user.id}/disable`, undefined, two.headers)
    ])
    expect(answers.map(({ status }) => status).sort()).not.toEqual([200, 200])
    const { users } = (await office.call('GET /api/users')).body
    expect(users.filter((user: { disabledAt: string | null }) => user.disabledAt === null)).toHaveLength(1)
  })
})

describe('resetting', () => {
  it('takes password and second factors, ends the sessions, and lets set a new password by the newest link', async () => {
    const { user, headers } = await office.person('dao', ['auditor'])
    const first = await office.call(`POST /api/users/${user.id}/reset`)
    expect((await office.call('GET /api/users', undefined, headers)).status).toBe(401)
    expect((await office.call(`GET /api/users/${user.id}`)).body).toMatchObject({
      ...{ hasPassword: false, hasTotp: false, passkeys: 0 }
    })
    const second = await office.call(`POST /api/users/${user.id}/reset`)
    expect(await reset(tokenOf(first))).toHaveProperty('denied')
    expect(await reset(tokenOf(second))).toEqual({ userName: 'dao' })
    expect(JSON.stringify(await office.records.audit.range(1, 100))).not.toContain(tokenOf(second))
  })
})

describe('erasing', () => {
  it('takes every name out of the users and the audit, and the chain holds', async () => {
    const invited = await office.call('POST /api/users', dao)
    const path = `/api/users/${invited.body.user.id}`
    await office.call(`PATCH ${path}`, { name: 'Dao Van Dieu Moi', roles: ['engineer'] })
    await office.call(`POST ${path}/disable`)
    const everything = async () =>
      JSON.stringify([await office.records.audit.range(1, 100), await office.records.users.list()])
    expect(await everything()).toContain('Dao Van Dieu Moi')
    expect((await office.call(`POST ${path}/erase`)).body.erasedAt).not.toBeNull()
    expect(await everything()).not.toContain('Dao Van Dieu')
    expect(await everything()).not.toContain('"dao"')
    expect((await verifyChain(office.records.audit)).fault).toBeNull()
    // What rights somebody had, and who gave them, is still told.
    const [change] = await office.records.audit.list({ limit: 1, action: 'PATCH /api/users/:id' })
    expect(change).toMatchObject({ actorId: 'admin-token', after: { roles: ['engineer'], name: '(a name)' } })
    for (const verb of ['enable', 'reset']) {
      expect((await office.call(`POST ${path}/${verb}`)).status).toBe(409)
    }
    expect((await office.call(`PATCH ${path}`, { name: 'Dao' })).status).toBe(409)
    expect((await office.call(`POST ${path}/erase`)).status).toBe(200)
  })
})

describe('sessions of a user', () => {
  it('are seen, and ended all at once', async () => {
    const { user, headers } = await office.person('dao', ['auditor'])
    const path = `/api/users/${user.id}/sessions`
    const { sessions } = (await office.call(`GET ${path}`, undefined, headers)).body
    expect(sessions).toMatchObject([{ userId: user.id, address: '192.0.2.7', isThis: true }])
    expect((await office.call(`DELETE ${path}`)).status).toBe(204)
    expect((await office.call(`GET ${path}`)).body).toEqual({ sessions: [] })
    expect((await office.call('GET /api/users', undefined, headers)).status).toBe(401)
  })

  it('of nobody are not found', async () => {
    for (const operation of [
      'GET /api/users/usr-x/sessions',
      'GET /api/users/usr-x',
      'DELETE /api/users/usr-x/sessions'
    ]) {
      expect((await office.call(operation)).status).toBe(404)
    }
  })
})

describe('nobody gives more than they have', () => {
  it.each<[string, Role, number]>([
    ['a role of which it has every right', 'customer', 201],
    ['a role with further rights', 'dispatcher', 403],
    ['the role of all rights', 'administrator', 403]
  ])('a token gives %s: %s', async (_what, role, status) => {
    const customers = [
      'grid:read',
      'readings:read',
      'register:read',
      'records:read',
      'events:read',
      'answers:write'
    ]
    const headers = await office.token(['access:write', ...customers] as never)
    const body = { userName: 'x1', name: 'X', roles: [role], customerId: role === 'customer' ? 'c1' : null }
    expect((await office.call('POST /api/users', body, headers)).status).toBe(status)
  })

  it('nor takes over, changes or shuts out who may do more', async () => {
    await office.person('other', ['administrator'])
    const { user } = await office.person('admin', ['administrator'])
    const headers = await office.token(['access:write', 'access:read'])
    for (const verb of ['reset', 'disable', 'enable', 'erase']) {
      expect((await office.call(`POST /api/users/${user.id}/${verb}`, undefined, headers)).status).toBe(403)
    }
    expect((await office.call(`PATCH /api/users/${user.id}`, { name: 'X' }, headers)).status).toBe(403)
    expect((await office.call(`DELETE /api/users/${user.id}/sessions`, undefined, headers)).status).toBe(403)
  })

  it('and only an administrator of all companies gives anything', async () => {
    const bound = await office.person('bound', ['administrator'], 'NPC')
    const auditor = await office.person('auditor', ['auditor'])
    for (const { headers } of [bound, auditor]) {
      expect((await office.call('POST /api/users', dao, headers)).status).toBe(403)
    }
  })
})

describe('a demo user', () => {
  it('stays as it is, but can be disabled', async () => {
    await office.stop()
    office = await openOffice({ isDemo: true })
    await office.logins.demo?.make({ companyId: null, customerId: null }, office.clock.now)
    const path = '/api/users/usr-demo-dispatcher'
    expect((await office.call(`PATCH ${path}`, { name: 'X' })).status).toBe(409)
    for (const verb of ['reset', 'erase'])
      expect((await office.call(`POST ${path}/${verb}`)).status).toBe(409)
    expect((await office.call(`POST ${path}/disable`)).status).toBe(200)
  }, 20_000)
})

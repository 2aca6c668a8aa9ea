import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Scope } from '../../server/contract/access.ts'
import { HOUR, noon } from '../access/desk.ts'
import { type Office, openOffice } from './office.ts'

let office: Office
beforeAll(async () => {
  office = await openOffice()
})
afterAll(() => office.stop())

const inDays = (days: number) => new Date(noon + days * 24 * HOUR).toISOString()
const billing = { name: 'Billing', scopes: ['records:read'] as Scope[], expiresAt: inDays(30) }

describe('a token', () => {
  it('is shown once, and opens what its scopes say until it is revoked', async () => {
    const made = await office.call('POST /api/tokens', {
      ...billing,
      scopes: ['access:read'],
      companyId: null
    })
    expect(made.status).toBe(201)
    const { token, secret } = made.body
    expect(token).toMatchObject({ name: 'Billing', scopes: ['access:read'], createdBy: 'admin-token' })
    expect(secret).toMatch(new RegExp(`^gl_${token.id}_[\\w-]{43}$`))
    const headers = { authorization: `Bearer ${secret}` }
    const listed = await office.call('GET /api/tokens', undefined, headers)
    expect(listed.body.tokens).toMatchObject([{ id: token.id, revokedAt: null }])
    expect(JSON.stringify([listed, await office.records.audit.range(1, 50)])).not.toContain(secret.slice(-43))
    const before = office.rechecks()
    expect((await office.call(`POST /api/tokens/${token.id}/revoke`)).body.revokedAt).not.toBeNull()
    expect(office.rechecks()).toBe(before + 1)
    expect((await office.call('GET /api/tokens', undefined, headers)).status).toBe(401)
  })

  it('stands in the audit with what it may do', async () => {
    const { token } = (await office.call('POST /api/tokens', { ...billing, companyId: 'NPC' })).body
    expect(await office.records.audit.list({ limit: 2, action: 'POST /api/tokens' })).toMatchObject([
      { object: `token/${token.id}`, outcome: 'done', after: { scopes: ['records:read'], companyId: 'NPC' } },
      { outcome: 'attempted', after: { scopes: ['records:read'], expiresAt: inDays(30) } }
    ])
  })

  it.each<[string, object, number]>([
    ['of the past', { expiresAt: inDays(-1) }, 422],
    ['for longer than a year', { expiresAt: inDays(367) }, 422],
    ['without an end', { expiresAt: 'never' }, 400],
    ['for an account', { scopes: ['own:account'] }, 422],
    ['without a scope', { scopes: [] }, 400],
    ['of a scope that is none', { scopes: ['all'] }, 400],
    ['of an unknown company', { companyId: 'XX' }, 422],
    ['of an unknown customer', { customerId: 'XX' }, 422],
    ['of a company and a customer', { companyId: 'NPC', customerId: 'c1' }, 422],
    ['without a name', { name: ' ' }, 422]
  ])('%s is refused', async (_what, change, status) => {
    expect((await office.call('POST /api/tokens', { ...billing, ...change })).status).toBe(status)
  })

  it('gives neither more nor longer than it has', async () => {
    const headers = await office.token(['access:write', 'records:read'])
    const make = (change: object) =>
      office.call('POST /api/tokens', { ...billing, expiresAt: inDays(0.5), ...change }, headers)
    expect((await make({})).status).toBe(201)
    expect(await make({ scopes: ['records:read', 'audit:read'] })).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining('audit:read') }
    })
    expect((await make({ expiresAt: inDays(2) })).status).toBe(403)
  })

  it('is made only by whom it is allowed, and after a second proof of identity', async () => {
    const { headers } = await office.person('an', ['auditor'])
    expect((await office.call('POST /api/tokens', billing, headers)).status).toBe(403)
    const admin = await office.person('admin', ['administrator'])
    await office.records.sessions.of(admin.user.id).then(async ([session]) => {
      if (session) await office.records.sessions.stepUp(session.id, noon)
    })
    expect((await office.call('POST /api/tokens', billing, admin.headers)).body.type).toBe(
      '/problems/step-up'
    )
  })

  it('that is not there is not found', async () => {
    expect((await office.call('POST /api/tokens/tok-x/revoke')).status).toBe(404)
  })
})

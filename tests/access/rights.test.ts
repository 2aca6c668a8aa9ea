import { describe, expect, it } from 'vitest'
import { adminTokenCaller, createAdminToken } from '../../server/access/adminToken.ts'
import { allowedTo, isAllowed, rightOf, rights } from '../../server/access/rights.ts'
import { createTokenCallers, secretHash, tokenText } from '../../server/access/tokenCallers.ts'
import { type ApiToken, type Caller, type Role, roles, scopes } from '../../server/contract/access.ts'

const caller = (change: Partial<Caller>): Caller => ({
  ...{ id: 'usr-1', personId: 'usr-1', name: 'An', kind: 'person', roles: [], scopes: null },
  ...{ companyId: null, customerId: null, ...change }
})
const may = (role: Role, operation: string): boolean => {
  const right = rights[operation]
  if (right === undefined) throw new Error(`${operation} is not in the table`)
  return isAllowed(caller({ roles: [role] }), right)
}
const whoMay = (operation: string): Role[] => roles.filter(role => may(role, operation))

describe('the table of rights', () => {
  it.each<[string, Role[]]>([
    ['POST /api/curtailment-events', ['dispatcher', 'supervisor', 'administrator']],
    ['POST /api/curtailment-events/:id/send', ['supervisor', 'administrator']],
    ['POST /api/curtailment-events/:id/approve', ['supervisor', 'administrator']],
    ['POST /api/curtailment-events/:id/cancel', ['dispatcher', 'supervisor', 'administrator']],
    ['POST /api/findings/:id/acknowledge', ['dispatcher', 'supervisor', 'administrator']],
    ['POST /api/enrolments', ['programme-staff', 'administrator']],
    ['PATCH /api/programmes/:id', ['programme-staff', 'administrator']],
    ['POST /api/registry/import', ['engineer', 'administrator']],
    ['POST /api/users', ['administrator']],
    ['GET /api/users', ['auditor', 'administrator']],
    ['POST /api/tokens', ['administrator']],
    ['POST /api/device-credentials', ['engineer', 'administrator']],
    ['GET /api/audit', ['auditor', 'administrator']],
    ['POST /api/curtailment-events/:id/participants/:customer/accept', ['administrator', 'customer']]
  ])('%s', (operation, expected) => {
    expect(whoMay(operation)).toEqual(expected)
  })

  it('lets an auditor change nothing, and a customer only its own answers and its own account', () => {
    const changes = Object.keys(rights).filter(operation => !operation.startsWith('GET '))
    const changing = (role: Role) =>
      changes.filter(operation => may(role, operation) && !operation.includes('/api/account'))
    expect(changing('auditor')).toEqual([])
    expect(changing('customer')).toHaveLength(4)
    expect(changing('customer').every(operation => operation.includes('/participants/'))).toBe(true)
  })

  it('lets an auditor read everything', () => {
    const reads = Object.keys(rights).filter(operation => operation.startsWith('GET '))
    expect(reads.filter(operation => !may('auditor', operation))).toEqual([])
  })

  it('audits every change but those that change nothing', () => {
    const silent = Object.entries(rights).filter(([, { audit }]) => audit === false)
    expect(silent.map(([operation]) => operation)).toEqual([
      'POST /api/enrolments/eligibility',
      'POST /api/curtailment-events/plan',
      'POST /api/replays',
      'PATCH /api/replays/:id',
      'DELETE /api/replays/:id',
      'POST /api/replays/:id/plan',
      'POST /api/account/passkeys/options'
    ])
  })

  it('keeps nothing of what has secrets in it in the audit', () => {
    const secret = /^(?!GET ).* \/api\/(account.*|users\/:id\/reset)$/
    const loose = Object.entries(rights).filter(
      ([operation, { keeps }]) => secret.test(operation) && keeps !== 'nothing'
    )
    expect(loose).toEqual([])
    expect(Object.keys(rights).filter(operation => secret.test(operation)).length).toBeGreaterThan(10)
  })

  it.each([
    ['GET', '/api/health/live', 'open'],
    ['GET', '/api/docs', 'open'],
    ['GET', '/api/docs/static/*', 'open'],
    ['POST', '/api/auth/login', 'open'],
    ['GET', '/api/docsx', undefined],
    ['GET', '/api/authority', undefined],
    ['DELETE', '/api/grid', undefined],
    ['GET', '/api/toString', undefined],
    ['HEAD', '/api/grid', rights['GET /api/grid']]
  ])('%s %s', (method, path, expected) => {
    expect(rightOf(method, path)).toBe(expected)
  })

  it('goes by the scopes of a token, whatever roles stand beside them, and never gives it an account', () => {
    const token = caller({ kind: 'token', scopes: ['grid:read', 'own:account'], roles: ['administrator'] })
    const { operations } = allowedTo(token)
    expect(operations).toEqual(
      Object.keys(rights).filter(operation => rights[operation]?.scope === 'grid:read')
    )
  })

  it('needs every scope of the contract, and gives an administrator all but none too few', () => {
    const used = new Set(Object.values(rights).map(({ scope }) => scope))
    expect(scopes.filter(scope => !used.has(scope))).toEqual([])
    expect(allowedTo(caller({ roles: ['administrator'] })).operations).toEqual(Object.keys(rights))
    expect(allowedTo(caller({})).operations.every(operation => operation.includes('/api/account'))).toBe(true)
  })
})

describe('who sends a token', () => {
  const now = Date.parse('2026-06-01T00:00:00Z')
  const secret = 's'.repeat(43)
  const kept: ApiToken & { sha256: string } = {
    ...{ id: 'tok-1', name: 'Billing', scopes: ['grid:read'], companyId: 'north', customerId: null },
    ...{ createdBy: 'usr-1', createdAt: '2026-01-01T00:00:00Z', expiresAt: '2026-06-02T00:00:00Z' },
    ...{ revokedAt: null, lastUsedAt: null, sha256: secretHash(secret) }
  }
  const ask = async (
    change: Partial<typeof kept>,
    sent = tokenText('tok-1', secret),
    first: Partial<typeof kept> = {}
  ) => {
    const used: number[] = []
    const earlier = { ...kept, id: 'tok-0', createdBy: 'usr-0', ...first }
    const known = [{ ...kept, ...change }, earlier]
    const callers = createTokenCallers(
      {
        byId: async id => known.find(one => one.id === id) ?? null,
        used: async (_id, at) => void used.push(at)
      },
      async personId => personId !== 'usr-of-the-demo'
    )
    return { caller: await callers(sent, now), used }
  }

  it('is the machine, with its scopes and its company', async () => {
    expect(await ask({})).toEqual({
      caller: {
        ...{ id: 'tok-1', personId: 'usr-1', name: 'Billing', kind: 'token', roles: [] },
        ...{ scopes: ['grid:read'], companyId: 'north', customerId: null }
      },
      used: [now]
    })
  })

  it('counts as the person who made it, also by another token', async () => {
    expect((await ask({ createdBy: 'tok-0' })).caller).toMatchObject({ id: 'tok-1', personId: 'usr-0' })
  })

  it.each<[string, Partial<typeof kept>]>([
    ['revoked', { revokedAt: '2026-05-01T00:00:00Z' }],
    ['expired', { expiresAt: new Date(now).toISOString() }]
  ])('is nobody when the token that made it is %s', async (_what, first) => {
    expect(await ask({ createdBy: 'tok-0' }, undefined, first)).toEqual({ caller: null, used: [] })
  })

  it('is nobody when who made it, or the token that did, may not have it any more', async () => {
    expect((await ask({ createdBy: 'usr-of-the-demo' })).caller).toBeNull()
    const first = { createdBy: 'usr-of-the-demo' }
    expect((await ask({ createdBy: 'tok-0' }, undefined, first)).caller).toBeNull()
  })

  it('is written down once a minute', async () => {
    expect((await ask({ lastUsedAt: new Date(now - 59_000).toISOString() })).used).toEqual([])
    expect((await ask({ lastUsedAt: new Date(now - 60_000).toISOString() })).used).toEqual([now])
  })

  it.each<[string, Partial<typeof kept>, string | undefined]>([
    ['expired', { expiresAt: new Date(now).toISOString() }, undefined],
    ['revoked', { revokedAt: '2026-05-01T00:00:00Z' }, undefined],
    ['of another secret', {}, tokenText('tok-1', 'x'.repeat(43))],
    ['of nobody', {}, tokenText('tok-2', secret)],
    ['cut short', {}, tokenText('tok-1', secret.slice(1))],
    ['something else', {}, 'gl_tok-1_'],
    ['the hash itself', { sha256: secret }, tokenText('tok-1', secret)]
  ])('is nobody when the token is %s', async (_what, change, sent) => {
    expect(await ask(change, sent)).toEqual({ caller: null, used: [] })
  })

  it('is an administrator with the ADMIN_TOKEN, and with nothing like it', () => {
    const token = 'x'.repeat(32)
    const byToken = createAdminToken(token)
    expect(byToken(token)).toBe(adminTokenCaller)
    for (const wrong of ['', token.slice(1), `${token}x`, 'y'.repeat(32)]) expect(byToken(wrong)).toBeNull()
    expect(createAdminToken(null)('')).toBeNull()
  })
})

import { Type } from 'typebox'
import type { Login } from '../../server/api/caller.ts'
import { type GuardNeeds, guard } from '../../server/api/guard.ts'
import { notFound } from '../../server/api/problems.ts'
import { type Api, createApi } from '../../server/api/server.ts'
import { sessionCookie } from '../../server/api/sessionCookie.ts'
import type { Caller, View } from '../../server/contract/access.ts'
import type { AuditRecord } from '../../server/contract/audit.ts'
import type { Right } from '../../server/contract/rights.ts'

export const now = Date.parse('2026-06-01T00:00:00Z')
const person: Caller = {
  ...{ id: 'usr-1', personId: 'usr-1', name: 'An', kind: 'person', roles: ['supervisor'], scopes: null },
  ...{ companyId: null, customerId: null }
}
const token: Caller = { ...person, id: 'tok-1', name: 'Billing', kind: 'token', scopes: ['events:send'] }
export const login: Login = { sessionId: 'ses-1', state: 'full', csrfToken: 'right', steppedUpUntil: now + 1 }
const view: View = {
  ...{ whole: false, key: 'north', isCustomers: false },
  ...{ node: () => true, customer: () => true, source: () => true }
}
export const send: Right = { roles: ['supervisor'], scope: 'events:send', object: 'order', stepUp: true }
export const order = { id: 'E-1', history: [{ by: 'An', note: 'heat' }] }

export interface World {
  api: Api
  written: AuditRecord[]
  handled: number
}

/** The guard before one command, an open route and a reading one. */
export async function world(
  change: Partial<GuardNeeds> & { right?: Right; login?: Login } = {}
): Promise<World> {
  const { right = send, login: present = login, ...needs } = change
  const made: World = { api: createApi({ logLevel: 'silent' }), written: [], handled: 0 }
  const { api } = made
  await guard(api, {
    rightOf: (method, path) =>
      path.startsWith('/api/auth') || path.startsWith('/api/health')
        ? 'open'
        : path.startsWith('/api/events')
          ? method === 'POST'
            ? right
            : { roles: ['supervisor'], scope: 'events:send' }
          : undefined,
    isAllowed: ({ roles }, { roles: allowed }) => roles.some(role => allowed.includes(role)),
    bySession: async secret => (secret === 'good' ? { caller: person, login: present } : null),
    byBearer: async text => (text === 'machine' ? token : null),
    viewOf: () => view,
    objects: new Proxy({} as GuardNeeds['objects'], {
      get: () => (params: { id: string }) => {
        if (params.id === 'E-1') return order
        throw notFound(`curtailment event ${params.id}`)
      }
    }),
    audit: {
      async append(record) {
        return made.written.push(record)
      }
    },
    cookie: sessionCookie(false),
    origins: ['http://localhost:8080', 'http://127.0.0.1:8080'],
    now: () => now,
    ...needs
  })
  const body = Type.Object({ by: Type.Optional(Type.String()) }, { additionalProperties: false })
  api.post('/api/events/:id/send', { schema: { body } }, async ({ params }) => {
    made.handled++
    return { ...(params as object), history: [{ by: 'An' }], secret: 'x'.repeat(20_000) }
  })
  api.get('/api/events', async ({ caller }) => ({ caller: caller.id }))
  api.post('/api/auth/login', async ({ caller }) => ({ caller: caller.id }))
  api.get('/api/health/live', async () => ({ live: true }))
  return made
}

export const cookie = { cookie: 'gridload_session=good', 'x-csrf-token': 'right' }
export const ask = (
  { api }: World,
  headers: Record<string, string>,
  { id = 'E-1', body = {} }: { id?: string; body?: unknown } = {}
) =>
  api.inject({
    method: 'POST',
    url: `/api/events/${id}/send`,
    headers: { 'content-type': 'application/json', ...headers },
    payload: typeof body === 'string' ? body : JSON.stringify(body)
  })

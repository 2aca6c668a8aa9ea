import { createAdminToken } from '../../server/access/adminToken.ts'
import { type Audit, createAudit } from '../../server/access/audit.ts'
import { createCredentialAdministration } from '../../server/access/credentials.ts'
import { createRecoveryCodes } from '../../server/access/recoveryCodes.ts'
import { isAllowed, rightOf } from '../../server/access/rights.ts'
import { sessionCaller } from '../../server/access/sessions.ts'
import { createTokenCallers } from '../../server/access/tokenCallers.ts'
import { createTokenAdministration } from '../../server/access/tokens.ts'
import { createUserAdministration } from '../../server/access/users.ts'
import { createViews } from '../../server/access/views.ts'
import { auditRoutes } from '../../server/api/audit.ts'
import { deviceCredentialsRoutes } from '../../server/api/deviceCredentials.ts'
import { guard } from '../../server/api/guard.ts'
import { createApi } from '../../server/api/server.ts'
import { sessionCookie } from '../../server/api/sessionCookie.ts'
import { tokensRoutes } from '../../server/api/tokens.ts'
import { usersRoutes } from '../../server/api/users.ts'
import type { Role, Scope, User } from '../../server/contract/access.ts'
import type { GridNode } from '../../server/contract/registry.ts'
import { objectReaders } from '../../server/objects.ts'
import type { Register } from '../../server/register.ts'
import { type Desk, type DeskOptions, found, HOUR, openDesk, seededBytes } from '../access/desk.ts'
import { ADMIN_TOKEN, administrator } from '../helpers/callers.ts'

export interface Answer {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects to be there
  body: any
}

export type Headers = Record<string, string>

/** The routes of the administration behind the real guard, over real records and a real audit chain. */
export interface Office extends Desk {
  call(operation: string, body?: object, headers?: Headers): Promise<Answer>
  /** A person that has proved its identity once more; its headers. */
  person(userName: string, roles: Role[], companyId?: string): Promise<{ user: User; headers: Headers }>
  token(scopes: Scope[]): Promise<Headers>
  chain: Audit
  /** What the broker heard, in order. */
  announced: object[]
  /** Commands after which live streams were looked at again. */
  rechecks(): number
}

export async function openOffice(options: DeskOptions = {}): Promise<Office> {
  const desk = await openDesk(options)
  const { records, logins, clock } = desk
  const now = () => clock.now
  const random = seededBytes('office')
  const chain = createAudit(records.audit, { salt: () => random(16).toString('hex') })
  const nodes = ['NPC', 'SPC'].map(id => ({ id, kind: 'company', parent: null }) as GridNode)
  const register = { state: { nodes, customers: [{ id: 'c1' }] } } as unknown as Register
  const viewOf = createViews(() => register.state)
  const known = {
    company: (id: string) => nodes.some(node => node.id === id),
    customer: (id: string) => id === 'c1'
  }
  const announced: object[] = []
  const byAdminToken = createAdminToken(ADMIN_TOKEN)
  const byToken = createTokenCallers(records.apiTokens)
  let rechecks = 0

  const users = createUserAdministration({
    ...{ ...records, ...logins, known, random },
    recovery: createRecoveryCodes(records.oneTime, random),
    seesAll: user => viewOf(sessionCaller({ user })).whole,
    isDemo: options.isDemo ?? false
  })
  const api = createApi({ logLevel: 'silent' })
  await guard(api, {
    ...{ rightOf, isAllowed, viewOf, now, audit: chain, cookie: sessionCookie(false) },
    origins: ['http://localhost:8080'],
    bySession: secret => logins.bySession(secret, clock.now),
    byBearer: async sent => byAdminToken(sent) ?? byToken(sent, clock.now),
    objects: objectReaders(records, register),
    onAccessChange: async () => void rechecks++
  })
  usersRoutes({ users, now })(api)
  tokensRoutes({ tokens: createTokenAdministration({ ...records, known, random }), now })(api)
  const announce = async (change: object) => void announced.push(change)
  const credentials = createCredentialAdministration({ ...records, announce, random })
  deviceCredentialsRoutes({ credentials, now })(api)
  const state = { height: 1, verifiedAt: clock.now, fault: null }
  auditRoutes({ list: filter => records.audit.list(filter), chain: () => state })(api)

  async function call(operation: string, body?: object, headers: Headers = administrator): Promise<Answer> {
    const [method = '', url = ''] = operation.split(' ')
    const response = await api.inject({
      method: method as 'GET',
      url,
      headers,
      ...(body !== undefined && { payload: body })
    })
    return { status: response.statusCode, body: response.body === '' ? null : JSON.parse(response.body) }
  }

  return {
    ...{ ...desk, call, chain, announced },
    rechecks: () => rechecks,
    async person(userName, roles, companyId) {
      const user = await desk.addUser(userName, roles)
      await desk.addTotp(user)
      if (companyId !== undefined) await records.users.update(user.id, { companyId })
      const kept = found(await records.users.get(user.id))
      const session = await logins.sessions.begin(kept, 'full', desk.visit())
      await records.sessions.stepUp(session.row.id, clock.now + HOUR)
      return {
        user: kept,
        headers: { cookie: `gridload_session=${session.secret}`, 'x-csrf-token': session.csrfToken }
      }
    },
    async token(scopes) {
      const expiresAt = new Date(clock.now + 24 * HOUR).toISOString()
      const { body } = await call('POST /api/tokens', { name: 'Billing', scopes, expiresAt })
      return { authorization: `Bearer ${body.secret}` }
    },
    async stop() {
      await api.close()
      await desk.stop()
    }
  }
}

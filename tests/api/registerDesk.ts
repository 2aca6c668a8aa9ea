import { isAllowed, rightOf } from '../../server/access/rights.ts'
import { createTokenCallers, secretHash, tokenText } from '../../server/access/tokenCallers.ts'
import { createViews } from '../../server/access/views.ts'
import { customersRoutes } from '../../server/api/customers.ts'
import { enrolmentsRoutes } from '../../server/api/enrolments.ts'
import { guard } from '../../server/api/guard.ts'
import { holidaysRoutes } from '../../server/api/holidays.ts'
import { programmesRoutes } from '../../server/api/programmes.ts'
import { createApi } from '../../server/api/server.ts'
import { sessionCookie } from '../../server/api/sessionCookie.ts'
import type { Role, Scope } from '../../server/contract/access.ts'
import type { AuditRecord } from '../../server/contract/audit.ts'
import type { EligibilityReport } from '../../server/contract/enrolments.ts'
import { customerNeeds } from '../../server/customerRoutes.ts'
import { enrolmentsNeeds } from '../../server/enrolmentRoutes.ts'
import { holidaysNeeds } from '../../server/holidayRoutes.ts'
import { objectReaders } from '../../server/objects.ts'
import { programmesNeeds } from '../../server/programmeRoutes.ts'
import type { Recognition } from '../../server/recognition/recognition.ts'
import type { Records } from '../../server/records/openRecords.ts'
import { openRegister } from '../../server/register.ts'
import { type Desk, HOUR, noon, openDesk } from '../access/desk.ts'
import { node } from '../records/samples.ts'
import type { Answer } from './office.ts'

type Headers = Record<string, string>

/** The routes of the register behind the real guard, over real records: two companies, two customers. */
export interface RegisterDesk {
  records: Records
  audit: AuditRecord[]
  call(operation: string, body?: unknown, headers?: Headers): Promise<Answer>
  person(role: Role, place?: { companyId?: string; customerId?: string }): Promise<Headers>
  token(scopes: Scope[]): Promise<Headers>
  stop(): Promise<void>
}

/** What the assessment says in these tests. */
export const report = (programmeId: string, customerId: string): EligibilityReport => ({
  ...{ programmeId, customerId, checks: [], eligible: null, offer: 'none', meanKw: null },
  predictability: { at: new Date(noon).toISOString(), class: null, best: null, methods: [] }
})

export async function openRegisterDesk(): Promise<RegisterDesk> {
  const desk: Desk = await openDesk()
  const { records, logins, audit } = desk
  const point = (id: string, parent: string, customerId: string) =>
    node(id, 'meteringPoint', { parent, customerId, meter: `m-${id}` })
  await records.registry.apply(
    {
      nodes: [
        ...['NPC', 'SPC'].map(id => node(id, 'company')),
        ...['mp1', 'mp2', 'mp3'].map(id => point(id, 'NPC', 'c1')),
        ...[point('mp1-south', 'SPC', 'c1'), point('mp-south', 'SPC', 'c2')]
      ],
      customers: ['c1', 'c2'].map(id => ({ id, name: `Works ${id}` })),
      enrolments: []
    },
    noon
  )
  const register = await openRegister(records)
  const views = createViews(() => register.state)
  const now = () => noon
  const api = createApi({ logLevel: 'silent' })
  const byToken = createTokenCallers(records.apiTokens)
  await guard(api, {
    ...{ rightOf, isAllowed, viewOf: views, now, audit: desk.writer, cookie: sessionCookie(false) },
    origins: ['http://localhost:8080'],
    bySession: secret => logins.bySession(secret, noon),
    byBearer: sent => byToken(sent, noon),
    objects: objectReaders(records, register)
  })
  const recognition = {
    record: async (id: string) => ({
      customer: { id, name: id },
      enrolments: await records.enrolments.ofCustomer(id),
      ...{ presentKw: null, openNotices: [], entries: [], rewards: [] },
      totals: { events: 0, deliveredKwh: 0, ratio: null, thanks: 0, drills: 0, creditVnd: null }
    })
  } as unknown as Recognition
  customersRoutes(customerNeeds({ records, register, recognition, presentKw: () => null }))(api)
  programmesRoutes(programmesNeeds(records, '+07:00'))(api)
  enrolmentsRoutes(
    enrolmentsNeeds({
      ...{ records, register, now },
      assessing: {
        async eligibility({ programmeId, customerId }) {
          if (programmeId !== 'voluntary') return { ok: false, status: 404, reason: 'no such programme' }
          return { ok: true, value: report(programmeId, customerId) }
        }
      }
    })
  )(api)
  holidaysRoutes(holidaysNeeds(records.holidays, '+07:00', now))(api)
  let people = 0

  return {
    records,
    audit: audit.entries,
    async call(operation, body, headers = {}) {
      const [method = '', url = ''] = operation.split(' ')
      const response = await api.inject({
        ...{ method: method as 'GET', url, headers },
        ...(body !== undefined && { payload: body as object })
      })
      return { status: response.statusCode, body: response.body === '' ? null : JSON.parse(response.body) }
    },
    async person(role, place = {}) {
      const user = await desk.addUser(`${role}-${++people}`, [role])
      await desk.addTotp(user)
      await records.users.update(user.id, { companyId: null, customerId: null, ...place })
      const kept = await records.users.get(user.id)
      if (kept === null) throw new Error('nobody')
      const session = await logins.sessions.begin(kept, 'full', desk.visit())
      await records.sessions.stepUp(session.row.id, noon + HOUR)
      return { cookie: `gridload_session=${session.secret}`, 'x-csrf-token': session.csrfToken }
    },
    async token(scopes) {
      const id = `tok-${++people}`
      const secret = 'a-secret-of-a-token-of-the-tests-'.repeat(2).slice(0, 43)
      await records.apiTokens.insert({
        ...{ id, name: id, scopes, companyId: null, customerId: null, createdBy: 'admin-token' },
        ...{ sha256: secretHash(secret), createdAt: new Date(noon).toISOString() },
        ...{ expiresAt: new Date(noon + HOUR).toISOString(), revokedAt: null, lastUsedAt: null }
      })
      return { authorization: `Bearer ${tokenText(id, secret)}` }
    },
    async stop() {
      await api.close()
      await desk.stop()
    }
  }
}

/**
 * Joins everything that decides who comes in, what it may do and see, and what is written down of it:
 *
 *   cookie ─► login session ─┐
 *   bearer ─► token ─────────┴► caller ─► rights, view ─► the guard before every route ─► audit
 */
import { randomBytes } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { createAdminToken } from './access/adminToken.ts'
import { type Audit, createAudit } from './access/audit.ts'
import { type AuditWatch, startAuditWatch } from './access/auditWatch.ts'
import { KeyFileError } from './access/keyFiles.ts'
import { type Keys, openKeys } from './access/keys.ts'
import { createLogins, type Logins } from './access/logins.ts'
import { allowedTo, isAllowed, rightOf, rights } from './access/rights.ts'
import { sessionCaller } from './access/sessions.ts'
import { createTokenCallers } from './access/tokenCallers.ts'
import { createViews } from './access/views.ts'
import type { GuardNeeds } from './api/guard.ts'
import { type Audience, audienceOf } from './api/liveAudience.ts'
import type { Follower } from './api/liveStream.ts'
import { type SessionCookie, sessionCookie } from './api/sessionCookie.ts'
import type { Config } from './config.ts'
import type { Caller } from './contract/access.ts'
import { readDirectory } from './directorySecret.ts'
import { objectReaders } from './objects.ts'
import type { Records } from './records/openRecords.ts'
import type { Register, RegisterState } from './register.ts'
import { StartFailure } from './startFailure.ts'

export interface Doors {
  /** Where people open the pages; first of the origins that are believed. */
  publicUrl: string
  isHttps: boolean
  guard: GuardNeeds
  cookie: SessionCookie
  logins: Logins
  keys: Keys
  audit: Audit
  auditWatch: AuditWatch
  /** Who opens the live stream, and until when it may. */
  followerOf(request: FastifyRequest): Follower
  /** Makes the first administrator; null once there is one, and in the demo. */
  setupUrl(): Promise<string | null>
  /** The folder was a demo's, in which everyone could make users and credentials; false in the demo itself. */
  wasDemo(): Promise<boolean>
  stop(): Promise<void>
}

export interface DoorsNeeds {
  config: Config
  /** On which the pages are, also where the setting leaves it to the system. */
  port: number
  records: Records
  register: Register
  now(): number
  onFault(what: string, error: unknown): void
}

const SWEEP_EVERY_MS = 600_000

/** Rejects with a StartFailure that names the key file or the setting in the way. */
export async function openDoors(needs: DoorsNeeds): Promise<Doors> {
  const { config, records, register, now, onFault } = needs
  const { access, demo } = config
  const origins = originsOf(config, needs.port)
  const [publicUrl = ''] = origins
  const isHttps = publicUrl.startsWith('https:')
  const keys = await openKeys(`${config.dataDirectory}/keys`, { now: now() }).catch(keyFailure)
  const audit = createAudit(records.audit, { salt: () => randomBytes(16).toString('hex') })
  const logins = createLogins({
    records,
    keys,
    audit,
    rightsOf: allowedTo,
    knowsCompany: id => register.state.nodes.some(node => node.id === id && node.kind === 'company'),
    ...{ publicUrl, origins, onFault, isDemo: demo },
    directory: await readDirectory(access.directory),
    approvalAboveKw: access.approvalAboveKw,
    random: randomBytes
  })
  const cookie = sessionCookie(isHttps)
  const viewOf = createViews(() => register.state)
  const byAdminToken = createAdminToken(access.adminToken)
  // In the demo everyone is an administrator; what was made there must not open what comes after it.
  const isNoDemoUser = async (id: string) => demo || (await records.users.get(id))?.isDemo !== true
  const byApiToken = createTokenCallers(records.apiTokens, isNoDemoUser)
  const byBearer = async (sent: string): Promise<Caller | null> =>
    byAdminToken(sent) ?? (await byApiToken(sent, now()))

  const guard: GuardNeeds = {
    ...{ rightOf, isAllowed, viewOf, byBearer, audit, cookie, origins, now },
    bySession: secret => logins.bySession(secret, now()),
    objects: objectReaders(records, register)
  }
  const auditWatch = startAuditWatch({
    chain: records.audit,
    now,
    onFault: fault => onFault('the audit chain is not whole', fault),
    onTrouble: error => onFault('the audit chain cannot be read', error)
  })
  const sweeping = setInterval(() => {
    Promise.all([logins.sessions.sweep(now()), records.oneTime.sweep(now())]).catch(error =>
      onFault('what has run out stays a while', error)
    )
  }, SWEEP_EVERY_MS)
  sweeping.unref()
  const makeDemoUsers = async (state: RegisterState) => logins.demo?.make(demoPlaces(state), now())
  await makeDemoUsers(register.state)
  register.onChange(state => {
    makeDemoUsers(state).catch(error => onFault('the users of the demo', error))
  })

  /** What a caller may follow of the live stream. */
  const audienceFor = (caller: Caller): Audience => {
    const may = (operation: string): boolean => {
      const right = rights[operation]
      return right !== undefined && isAllowed(caller, right)
    }
    return audienceOf(viewOf(caller), {
      findings: may('GET /api/findings'),
      events: may('GET /api/curtailment-events'),
      ingest: may('GET /api/ingest')
    })
  }
  async function callerAgain(session: string | null, bearer: string | undefined): Promise<Caller | null> {
    if (session === null) return byBearer(bearer?.split(/ +/)[1] ?? '')
    const found = await logins.sessions.peek(session, now())
    return found?.row.state === 'full' ? sessionCaller(found) : null
  }

  return {
    ...{ publicUrl, isHttps, guard, cookie, logins, keys, audit, auditWatch },
    followerOf(request) {
      const { caller, login } = request
      const audience = audienceFor(caller)
      const session = login === null ? null : cookie.read(request)
      const { authorization } = request.headers
      return {
        audience,
        holder: login?.sessionId ?? caller.id,
        person: caller.id,
        async isIn() {
          const again = await callerAgain(session, authorization)
          return again !== null && audienceFor(again).key === audience.key
        }
      }
    },
    async setupUrl() {
      return demo ? null : ((await logins.links.setupLink(now()))?.url ?? null)
    },
    async wasDemo() {
      return !demo && (await records.users.list()).some(({ isDemo }) => isDemo)
    },
    async stop() {
      clearInterval(sweeping)
      await auditWatch.stop()
    }
  }
}

/** Passkeys need a name, so `localhost` stands before the addresses of this machine. */
function originsOf({ access, host }: Config, port: number): string[] {
  if (access.publicUrl !== null) return [access.publicUrl]
  const hosts = ['localhost', '127.0.0.1', '[::1]', host.includes(':') ? `[${host}]` : host]
  return [...new Set(hosts)].map(name => new URL(`http://${name}:${port}`).origin)
}

/** The demo shows what a company and a customer see by the first ones that are registered. */
function demoPlaces({ nodes }: RegisterState): { companyId: string | null; customerId: string | null } {
  const company = nodes.find(({ kind, parent }) => kind === 'company' && parent !== null)
  return {
    companyId: company?.id ?? null,
    customerId: nodes.find(({ customerId }) => customerId !== null)?.customerId ?? null
  }
}

function keyFailure(error: unknown): never {
  throw error instanceof KeyFileError ? new StartFailure(error.message) : error
}

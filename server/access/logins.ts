import type { Caller, Scope } from '../contract/access.ts'
import type { AuditWriter } from '../contract/audit.ts'
import type { SessionAnswer, SessionState, Visit } from '../contract/login.ts'
import { createAccount, type OwnAccount } from './account.ts'
import { createAnswers } from './answers.ts'
import { createChallenges } from './challenges.ts'
import { createCodes, type Sealing, type SecretRecords } from './codes.ts'
import { createDemoUsers, type DemoUsers } from './demoUsers.ts'
import { createDirectory, type DirectorySettings } from './directory.ts'
import { createDirectoryLogin, type DirectoryLogin, type DirectoryUsers } from './directoryLogin.ts'
import { createLinks, type Links, type LinkUsers } from './links.ts'
import { createLogin, type Login, type LoginUsers } from './login.ts'
import { createLoginAudit } from './loginAudit.ts'
import { createLoginThrottle, type LoginThrottle } from './loginThrottle.ts'
import { createOwnFactors, type OwnFactors } from './ownFactors.ts'
import { createPasskeys, type PasskeyRecords } from './passkeys.ts'
import { createPasswordHashing, type PasswordHashing } from './passwordHashing.ts'
import { createRecoveryCodes, type OneTimeRecords } from './recoveryCodes.ts'
import { createSessions, type SessionRecords, type Sessions, sessionCaller } from './sessions.ts'
import { createStepUp, type StepUp } from './stepUp.ts'

export interface LoginsNeeds {
  records: {
    users: LoginUsers & SecretRecords & LinkUsers & DirectoryUsers
    passkeys: PasskeyRecords
    sessions: SessionRecords
    oneTime: OneTimeRecords
  }
  keys: Sealing
  audit: AuditWriter
  rightsOf(caller: Caller): { scopes: Scope[]; operations: string[] }
  knowsCompany(id: string): boolean
  /** Setting PUBLIC_URL, without a slash at the end. */
  publicUrl: string
  /** Where the pages are, also by another name of this machine; the first is PUBLIC_URL's. */
  origins: readonly string[]
  directory: DirectorySettings | null
  isDemo: boolean
  approvalAboveKw: number
  random(bytes: number): Buffer
  onFault(what: string, error: unknown): void
}

/** What the guard knows of a session. */
export interface SessionLogin {
  sessionId: string
  state: SessionState
  csrfToken: string
  steppedUpUntil: number | null
}

/** Every way to log in, joined: what the routes under /api/auth and /api/account and the guard need. */
export interface Logins {
  sessions: Sessions
  /** For the guard. */
  bySession(secret: string, now: number): Promise<{ caller: Caller; login: SessionLogin } | null>
  see(visit: Visit): Promise<SessionAnswer>
  login: Login
  stepUp: StepUp
  /** null: no directory is set. */
  directory: DirectoryLogin | null
  links: Links
  account: OwnAccount
  factors: OwnFactors
  /** null: not the demo. */
  demo: DemoUsers | null
  /** To hash what an administrator or the command line sets. */
  hashing: PasswordHashing
  throttle: LoginThrottle
}

export function createLogins(needs: LoginsNeeds): Logins {
  const { records, random, isDemo, publicUrl, origins, directory: settings } = needs
  const { users, oneTime } = records
  const note = createLoginAudit(needs.audit, error => needs.onFault('the audit cannot be written', error))
  const hashing = createPasswordHashing(random)
  const throttle = createLoginThrottle()
  const recovery = createRecoveryCodes(oneTime, random)
  const answers = createAnswers({ recovery, rightsOf: needs.rightsOf, hasDirectory: settings !== null })
  const codes = createCodes({ users, keys: needs.keys, recovery, random })
  const challenges = createChallenges(oneTime, random)
  const rpId = new URL(publicUrl).hostname
  const passkeys = createPasskeys({ passkeys: records.passkeys, challenges, rpId, origins })
  const sessions = createSessions({ sessions: records.sessions, users, random, isDemo })
  const joined = {
    users,
    sessions,
    hashing,
    throttle,
    codes,
    passkeys,
    recovery,
    answers,
    note,
    isDemo,
    random
  }
  const login = createLogin(joined)
  const stepUp = createStepUp({ ...joined, login })
  const links = createLinks({ ...joined, oneTime, publicUrl })

  function directoryLogin(): DirectoryLogin | null {
    if (settings === null) return null
    const onFault = (error: unknown): void => needs.onFault('the directory', error)
    const directory = createDirectory({ settings, publicUrl, oneTime, random, onFault })
    return createDirectoryLogin({ ...joined, directory, settings, stepUp, knowsCompany: needs.knowsCompany })
  }

  async function see({ secret, now }: Visit): Promise<SessionAnswer> {
    const site = {
      hasDirectory: settings !== null,
      needsSetup: !isDemo && (await links.needsSetup()),
      isDemo,
      approvalAboveKw: needs.approvalAboveKw
    }
    const session = await sessions.find(secret, now)
    if (session === null) {
      return { state: 'none', csrfToken: null, session: null, factors: [], stepUpBy: [], ...site }
    }
    const { factors, session: info } = await answers.login(session, now)
    const { state } = session.row
    const stepUpBy = state === 'full' ? await answers.stepUpBy(session.user, now) : []
    return { state, csrfToken: session.csrfToken, session: info, factors, stepUpBy, ...site }
  }

  return {
    sessions,
    async bySession(secret, now) {
      const session = await sessions.find(secret, now)
      if (session === null) return null
      const { id: sessionId, state, steppedUpUntil } = session.row
      const { csrfToken } = session
      return { caller: sessionCaller(session), login: { sessionId, state, csrfToken, steppedUpUntil } }
    },
    see,
    ...{ login, stepUp, links, hashing, throttle },
    directory: directoryLogin(),
    account: createAccount({ ...joined, login }),
    factors: createOwnFactors(joined),
    demo: isDemo ? createDemoUsers(users, hashing) : null
  }
}

import type { User } from '../contract/access.ts'
import type { CodeCommand, Denied, LoginCommand, Passed, SessionState, Visit } from '../contract/login.ts'
import type { Answers } from './answers.ts'
import type { Codes } from './codes.ts'
import {
  denied,
  isDenied,
  type LoginNote,
  type NoteLogin,
  noSession,
  tooBusy,
  tooOften,
  wrongLogin,
  wrongProof
} from './loginAudit.ts'
import type { LoginThrottle } from './loginThrottle.ts'
import type { Passkeys } from './passkeys.ts'
import type { PasswordHashing } from './passwordHashing.ts'
import { hasFactor, mayLogIn, needsFactor } from './people.ts'
import type { OpenSession, Sessions } from './sessions.ts'

/** Wrong codes that end a half session: the password has to be given again. */
const MOST_WRONG_CODES = 5

export interface LoginUsers {
  get(id: string): Promise<User | null>
  byUserName(userName: string): Promise<User | null>
  secretsOf(id: string): Promise<{ passwordHash: string | null } | null>
  setPassword(id: string, hash: string | null): Promise<void>
}

export interface LoginNeeds {
  users: LoginUsers
  sessions: Sessions
  hashing: PasswordHashing
  throttle: LoginThrottle
  codes: Codes
  passkeys: Passkeys
  answers: Answers
  note: NoteLogin
  isDemo: boolean
}

/** The ways in with what Gridload itself knows of a person. */
export interface Login {
  password(command: LoginCommand, visit: Visit): Promise<Passed | Denied>
  /** The second factor of a half session: a code of the app, or a recovery code. */
  code(command: CodeCommand, visit: Visit): Promise<Passed | Denied>
  /** A passkey instead of a password, or as the second factor of a half session. */
  passkey(response: unknown, visit: Visit): Promise<Passed | Denied>
  /** Ends the session, whether or not that can be written down. */
  logout(visit: Visit): Promise<void>
  /** Whether the password is the user's; counted, slowed and written down like any other try. */
  provesPassword(user: User, password: string, visit: Visit): Promise<Denied | null>
  provesCode(user: User, code: string, visit: Visit): Promise<Denied | 'totp' | 'recovery'>
}

/** Where a login goes on after one proof of identity. */
export function stateAfter(user: User, proofs: 1 | 2): SessionState {
  if (proofs === 1 && hasFactor(user)) return 'factor'
  return proofs === 1 && needsFactor(user) ? 'enrol' : 'full'
}

export function createLogin(needs: LoginNeeds): Login {
  const { users, sessions, hashing, throttle, codes, passkeys, answers, note, isDemo } = needs

  /** Writes the entry, then begins: there is no session without its entry. */
  async function enter(user: User, state: SessionState, by: string, visit: Visit): Promise<Passed | Denied> {
    const refused = await note(done('login', user, { by, state }), visit)
    if (refused !== null) return refused
    return answers.passed(await sessions.begin(user, state, visit), visit.now)
  }

  async function goOn(session: OpenSession, by: string, visit: Visit): Promise<Passed | Denied> {
    const refused = await note(done('login', session.user, { by, state: 'full' }), visit)
    if (refused !== null) return refused
    const next = await sessions.advance(session, { state: 'full', steppedUpUntil: null }, visit.now)
    return next === null ? noSession() : answers.passed(next, visit.now)
  }

  const refuse = async (entry: LoginNote, visit: Visit, words: Denied): Promise<Denied> =>
    (await note(entry, visit)) ?? words

  async function triedPassword(userName: string, password: string, visit: Visit): Promise<User | Denied> {
    const attempt = { userName, address: visit.address }
    const wait = throttle.password(attempt, visit.now)
    if (wait > 0) return tooOften(wait)
    const user = await users.byUserName(userName)
    const stored = (await users.secretsOf(user?.id ?? 'nobody'))?.passwordHash ?? null
    const verdict = await hashing.check(stored, password)
    if (verdict === 'busy') {
      throttle.passwordUntried(attempt)
      return tooBusy()
    }
    if (user === null || verdict === 'differs' || !mayLogIn(user, isDemo)) {
      const reason = user === null ? 'unknown' : verdict === 'differs' ? 'wrong' : 'disabled'
      return refuse(wrong('login', user, { by: 'password', reason }), visit, wrongLogin())
    }
    throttle.passwordRight(attempt)
    if (verdict === 'outgrown') await rehash(user.id, password)
    return user
  }

  async function rehash(userId: string, password: string): Promise<void> {
    const hash = await hashing.hash(password)
    if (hash !== 'busy') await users.setPassword(userId, hash)
  }

  async function triedCode(user: User, code: string, visit: Visit): Promise<Denied | 'totp' | 'recovery'> {
    const attempt = { userName: user.userName, address: visit.address }
    const wait = throttle.code(attempt, visit.now)
    if (wait > 0) return tooOften(wait)
    const by = await codes.use(user, code, visit.now)
    if (by === null) return refuse(wrong('login', user, { by: 'code' }), visit, wrongProof())
    throttle.codeRight(attempt)
    return by
  }

  async function byPasskey(response: unknown, visit: Visit): Promise<Passed | Denied> {
    const shown = await passkeys.shown(response, visit.now)
    const user = shown && (await users.get(shown.userId))
    if (!shown || !user || !mayLogIn(user, isDemo)) {
      return refuse(wrong('login', user, { by: 'passkey' }), visit, wrongProof())
    }
    const { purpose, sessionId } = shown.challenge
    if (purpose === 'login') {
      throttle.passkeyRight(visit.address)
      return enter(user, 'full', 'passkey', visit)
    }
    const session = await sessions.find(visit.secret, visit.now)
    const isOwn = session?.row.id === sessionId && session?.user.id === user.id
    if (!session || !isOwn || purpose !== 'factor' || session.row.state !== 'factor') {
      return refuse(wrong('login', user, { by: 'passkey' }), visit, wrongProof())
    }
    throttle.passkeyRight(visit.address)
    return goOn(session, 'passkey', visit)
  }

  return {
    async password({ userName, password }, visit) {
      const user = await triedPassword(userName.trim().toLowerCase(), password, visit)
      if (isDenied(user)) return user
      return enter(user, stateAfter(user, 1), 'password', visit)
    },
    async code({ code }, visit) {
      const session = await sessions.find(visit.secret, visit.now)
      if (session === null || session.row.state !== 'factor') return noSession()
      const by = await triedCode(session.user, code, visit)
      if (!isDenied(by)) return goOn(session, by, visit)
      const isWrong = by.denied.status === 401
      if (!isWrong || throttle.failuresIn(session.row.id, visit.now) < MOST_WRONG_CODES) return by
      await sessions.end(session.row.id)
      return denied(401, `${MOST_WRONG_CODES} wrong codes: begin again with the password`)
    },
    async passkey(response, visit) {
      const wait = throttle.passkey(visit.address, visit.now)
      return wait > 0 ? tooOften(wait) : byPasskey(response, visit)
    },
    async logout(visit) {
      const session = await sessions.find(visit.secret, visit.now)
      if (session === null) return
      await sessions.end(session.row.id)
      await note(done('logout', session.user), visit)
    },
    async provesPassword(user, password, visit) {
      const proved = await triedPassword(user.userName, password, visit)
      return isDenied(proved) ? proved : null
    },
    provesCode: triedCode
  }
}

const done = (action: string, user: User, after?: Record<string, unknown>): LoginNote => ({
  ...{ action, user, outcome: 'done', status: 200 },
  ...(after && { after })
})

const wrong = (action: string, user: User | null, after: Record<string, unknown>): LoginNote => ({
  ...{ action, user, outcome: 'refused', status: 401, after }
})

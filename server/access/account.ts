import type { LoginSession, User } from '../contract/access.ts'
import type { Account, ChangePassword, Denied, Passed, Visit } from '../contract/login.ts'
import type { Answers } from './answers.ts'
import type { Login } from './login.ts'
import { denied, isDenied, type NoteLogin, noSession, tooBusy } from './loginAudit.ts'
import type { Passkeys } from './passkeys.ts'
import type { PasswordHashing } from './passwordHashing.ts'
import { passwordProblem } from './passwords.ts'
import { mustHaveFactor } from './people.ts'
import type { RecoveryCodes } from './recoveryCodes.ts'
import type { OpenSession, Sessions } from './sessions.ts'

export interface AccountNeeds {
  users: { setPassword(id: string, hash: string): Promise<void> }
  sessions: Sessions
  hashing: PasswordHashing
  login: Pick<Login, 'provesPassword'>
  passkeys: Pick<Passkeys, 'of'>
  recovery: Pick<RecoveryCodes, 'left'>
  answers: Answers
  note: NoteLogin
}

/** What a person sees of its own login, its password, and where it is logged in. Its factors are in ownFactors.ts. */
export interface OwnAccount {
  see(visit: Visit): Promise<Account | Denied>
  /** Ends all other sessions. */
  changePassword(command: ChangePassword, visit: Visit): Promise<Passed | Denied>
  sessions(visit: Visit): Promise<{ sessions: LoginSession[] } | Denied>
  endSession(id: string, visit: Visit): Promise<Denied | null>
  endOtherSessions(visit: Visit): Promise<Denied | null>
}

/** The session of who asks; half of one is none. */
export async function ownSession(sessions: Sessions, { secret, now }: Visit): Promise<OpenSession | Denied> {
  const session = await sessions.find(secret, now)
  return session === null || session.row.state === 'factor' ? noSession() : session
}

/** Demo users are shared: none may change what the others log in with. */
export const demoStays = ({ user }: OpenSession): Denied | null =>
  user.isDemo ? denied(409, 'a demo user stays as it is') : null

export function createAccount(needs: AccountNeeds): OwnAccount {
  const { users, sessions, hashing, login, passkeys, recovery, answers, note } = needs
  const own = (visit: Visit) => ownSession(sessions, visit)

  const write = (action: string, { user }: OpenSession, visit: Visit, after: Record<string, unknown> = {}) =>
    note({ action, user, outcome: 'done', status: 200, after }, visit)

  /** Of whoever sits at an open screen the present password is asked for. */
  async function newHash(
    user: User,
    { current, password }: ChangePassword,
    visit: Visit
  ): Promise<string | Denied> {
    if (!user.hasPassword) return denied(409, 'this login has no password here: the directory keeps it')
    const wrong = await login.provesPassword(user, current, visit)
    if (wrong?.denied.status === 401) return denied(422, 'this is not the present password')
    if (wrong !== null) return wrong
    const problem = passwordProblem(password, [user.userName, user.name])
    if (problem !== null) return denied(422, problem)
    const hash = await hashing.hash(password)
    return hash === 'busy' ? tooBusy() : hash
  }

  return {
    async see(visit) {
      const session = await own(visit)
      if (isDenied(session)) return session
      const { user } = session
      return {
        user,
        passkeys: await passkeys.of(user.id),
        recoveryCodesLeft: await recovery.left(user.id, visit.now),
        mustHaveFactor: mustHaveFactor(user)
      }
    },

    async changePassword(command, visit) {
      const session = await own(visit)
      if (isDenied(session)) return session
      const { user, row } = session
      const hash = demoStays(session) ?? (await newHash(user, command, visit))
      if (isDenied(hash)) return hash
      const unwritten = await write('password-changed', session, visit)
      if (unwritten !== null) return unwritten
      await users.setPassword(user.id, hash)
      await sessions.endAllOf(user.id, row.id)
      const { state, steppedUpUntil } = row
      const next = await sessions.advance({ row, user }, { state, steppedUpUntil }, visit.now)
      return next === null ? noSession() : answers.passed(next, visit.now)
    },

    async sessions(visit) {
      const session = await own(visit)
      if (isDenied(session)) return session
      return { sessions: await sessions.of(session.user.id, session.row.id, visit.now) }
    },

    async endSession(id, visit) {
      const session = await own(visit)
      if (isDenied(session)) return session
      const mine = await sessions.of(session.user.id, session.row.id, visit.now)
      if (!mine.some(one => one.id === id)) return denied(404, `there is no session ${id}`)
      const unwritten = await write('session-ended', session, visit, { session: id })
      if (unwritten === null) await sessions.end(id)
      return unwritten
    },

    async endOtherSessions(visit) {
      const session = await own(visit)
      if (isDenied(session)) return session
      const unwritten = await write('sessions-ended', session, visit)
      if (unwritten === null) await sessions.endAllOf(session.user.id, session.row.id)
      return unwritten
    }
  }
}

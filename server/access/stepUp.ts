import type { Denied, Passed, PasskeyPurpose, StepUpCommand, Visit } from '../contract/login.ts'
import type { Answers } from './answers.ts'
import type { Login } from './login.ts'
import { denied, type NoteLogin, noSession, tooOften, wrongProof } from './loginAudit.ts'
import type { LoginThrottle } from './loginThrottle.ts'
import type { Passkeys } from './passkeys.ts'
import { hasFactor } from './people.ts'
import type { HeldSession, Sessions } from './sessions.ts'

/** So long a second proof of identity stands (ASVS 5.0, 7.5.3). */
export const STEP_UP_STANDS_MS = 5 * 60_000

export interface StepUpNeeds {
  sessions: Sessions
  passkeys: Passkeys
  login: Pick<Login, 'provesPassword' | 'provesCode'>
  throttle: LoginThrottle
  answers: Answers
  note: NoteLogin
}

/** A fresh proof of identity within a session, for what weighs heavy: sending an event, changing a factor. */
export interface StepUp {
  byCommand(command: StepUpCommand, visit: Visit): Promise<Passed | Denied>
  /** After a proof that was given elsewhere, at the directory. */
  proved(session: HeldSession, by: string, visit: Visit): Promise<Passed | Denied>
  /** What the browser asks the passkey to sign. */
  passkeyOptions(purpose: PasskeyPurpose, visit: Visit): Promise<object | Denied>
}

export function createStepUp(needs: StepUpNeeds): StepUp {
  const { sessions, passkeys, login, throttle, answers, note } = needs

  async function proved({ row, user }: HeldSession, by: string, visit: Visit) {
    const entry = { action: 'step-up', user, outcome: 'done', status: 200, after: { by } } as const
    const refused = await note(entry, visit)
    if (refused !== null) return refused
    const change = { state: row.state, steppedUpUntil: visit.now + STEP_UP_STANDS_MS }
    const next = await sessions.advance({ row, user }, change, visit.now)
    return next === null ? noSession() : answers.passed(next, visit.now)
  }

  async function byPasskey({ row, user }: HeldSession, response: unknown, visit: Visit) {
    const wait = throttle.passkey(visit.address, visit.now)
    if (wait > 0) return tooOften(wait)
    const shown = await passkeys.shown(response, visit.now)
    const isOwn = shown?.userId === user.id && shown.challenge.sessionId === row.id
    if (!isOwn || shown.challenge.purpose !== 'step-up') {
      const entry = {
        action: 'step-up',
        user,
        outcome: 'refused',
        status: 401,
        after: { by: 'passkey' }
      } as const
      return (await note(entry, visit)) ?? wrongProof()
    }
    throttle.passkeyRight(visit.address)
    return 'passkey'
  }

  /** A password alone is enough for who has nothing else and needs nothing else. */
  async function byKnowledge({ user }: HeldSession, { password, code }: StepUpCommand, visit: Visit) {
    const needsCode = hasFactor(user)
    if (user.hasPassword && password === undefined) return denied(422, 'the password is asked for')
    if (needsCode && code === undefined) return denied(422, 'a code is asked for')
    if (!user.hasPassword && !needsCode) return denied(422, 'log in at the directory once more')
    if (user.hasPassword && password !== undefined) {
      const refused = await login.provesPassword(user, password, visit)
      if (refused !== null) return refused
    }
    if (!needsCode || code === undefined) return 'password'
    const by = await login.provesCode(user, code, visit)
    return typeof by === 'string' && user.hasPassword ? `password+${by}` : by
  }

  return {
    proved,
    async byCommand(command, visit) {
      const session = await sessions.find(visit.secret, visit.now)
      if (session === null || session.row.state === 'factor') return noSession()
      const by =
        command.response === undefined
          ? await byKnowledge(session, command, visit)
          : await byPasskey(session, command.response, visit)
      return typeof by === 'string' ? proved(session, by, visit) : by
    },
    async passkeyOptions(purpose, visit) {
      if (purpose === 'login') return passkeys.ask({ purpose, userId: null, sessionId: null }, visit.now)
      const session = await sessions.find(visit.secret, visit.now)
      const state = purpose === 'factor' ? 'factor' : 'full'
      if (session === null || session.row.state !== state) return noSession()
      return passkeys.ask({ purpose, userId: session.user.id, sessionId: session.row.id }, visit.now)
    }
  }
}

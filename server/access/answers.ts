import type { Caller, Scope, SessionInfo, User } from '../contract/access.ts'
import type { FactorKind, LoginAnswer, Passed, SessionAnswer } from '../contract/login.ts'
import { hasFactor } from './people.ts'
import type { RecoveryCodes } from './recoveryCodes.ts'
import { type OpenSession, sessionCaller } from './sessions.ts'

export interface AnswerNeeds {
  recovery: Pick<RecoveryCodes, 'left'>
  /** What of the rights table is a caller's. */
  rightsOf(caller: Caller): { scopes: Scope[]; operations: string[] }
  hasDirectory: boolean
}

/** What a session means to the page. */
export interface Answers {
  /** With the secret, for the cookie. */
  passed(session: OpenSession, now: number): Promise<Passed>
  login(session: OpenSession, now: number): Promise<LoginAnswer>
  /** What a full session can be proved once more by, the strongest first. */
  stepUpBy(user: User, now: number): Promise<SessionAnswer['stepUpBy']>
  factors(user: User, now: number): Promise<FactorKind[]>
}

const nexts = { factor: 'factor', enrol: 'enrol', full: 'done' } as const

export function createAnswers({ recovery, rightsOf, hasDirectory }: AnswerNeeds): Answers {
  async function factors(user: User, now: number): Promise<FactorKind[]> {
    const hasCodes = (await recovery.left(user.id, now)) > 0
    return [
      ...(user.passkeys > 0 ? (['passkey'] as const) : []),
      ...(user.hasTotp ? (['totp'] as const) : []),
      ...(hasCodes ? (['recovery'] as const) : [])
    ]
  }

  function info({ row, user, csrfToken }: OpenSession, now: number): SessionInfo {
    const until = row.steppedUpUntil !== null && row.steppedUpUntil > now ? row.steppedUpUntil : null
    return {
      user,
      csrfToken,
      ...rightsOf(sessionCaller({ user })),
      expiresAt: new Date(Math.min(row.idleUntil, row.absoluteUntil)).toISOString(),
      steppedUpUntil: until === null ? null : new Date(until).toISOString(),
      mustEnrolFactor: row.state === 'enrol'
    }
  }

  async function login(session: OpenSession, now: number): Promise<LoginAnswer> {
    const { row, user, csrfToken } = session
    const isHalf = row.state === 'factor'
    return {
      next: nexts[row.state],
      factors: isHalf ? await factors(user, now) : [],
      csrfToken,
      session: isHalf ? null : info(session, now)
    }
  }

  return {
    login,
    factors,
    passed: async (session, now) => ({ secret: session.secret, answer: await login(session, now) }),
    async stepUpBy(user, now) {
      const ways: SessionAnswer['stepUpBy'] = []
      if (user.passkeys > 0) ways.push('passkey')
      if (user.hasTotp) ways.push(user.hasPassword ? 'password+totp' : 'totp')
      else if (user.hasPassword && (await recovery.left(user.id, now)) > 0) ways.push('password+recovery')
      if (user.hasPassword && !hasFactor(user)) ways.push('password')
      if (user.isFromDirectory && hasDirectory) ways.push('directory')
      return ways
    }
  }
}

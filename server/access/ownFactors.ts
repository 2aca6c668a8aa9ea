import type { User } from '../contract/access.ts'
import type {
  ConfirmTotp,
  Denied,
  FactorAnswer,
  Passed,
  RegisterPasskey,
  TotpOffer,
  Visit
} from '../contract/login.ts'
import { demoStays, ownSession } from './account.ts'
import type { Answers } from './answers.ts'
import type { Codes } from './codes.ts'
import { denied, isDenied, type NoteLogin, noSession, stepUpNeeded } from './loginAudit.ts'
import type { Passkeys } from './passkeys.ts'
import { hasFactor, mustHaveFactor } from './people.ts'
import type { RecoveryCodes } from './recoveryCodes.ts'
import type { OpenSession, Sessions } from './sessions.ts'

export interface OwnFactorsNeeds {
  sessions: Sessions
  codes: Codes
  passkeys: Passkeys
  recovery: RecoveryCodes
  answers: Answers
  note: NoteLogin
}

/**
 * A person's second factors. Whoever changes them proves its identity once more, unless the first one is being set up:
 *
 *   enrol, or full and stepped up ──offer──► confirmed by what was offered ──► full, with recovery codes
 */
export interface OwnFactors {
  offerTotp(visit: Visit): Promise<TotpOffer | Denied>
  confirmTotp(command: ConfirmTotp, visit: Visit): Promise<Passed<FactorAnswer> | Denied>
  removeTotp(visit: Visit): Promise<Passed | Denied>
  offerPasskey(visit: Visit): Promise<{ options: object } | Denied>
  addPasskey(command: RegisterPasskey, visit: Visit): Promise<Passed<FactorAnswer> | Denied>
  removePasskey(id: string, visit: Visit): Promise<Passed | Denied>
  newRecoveryCodes(visit: Visit): Promise<Passed<FactorAnswer> | Denied>
}

export function createOwnFactors(needs: OwnFactorsNeeds): OwnFactors {
  const { sessions, codes, passkeys, recovery, answers, note } = needs

  async function own(visit: Visit): Promise<OpenSession | Denied> {
    const session = await ownSession(sessions, visit)
    return isDenied(session) ? session : (demoStays(session) ?? session)
  }

  async function steppedUp(visit: Visit): Promise<OpenSession | Denied> {
    const session = await own(visit)
    if (isDenied(session) || session.row.state === 'enrol') return session
    return (session.row.steppedUpUntil ?? 0) > visit.now ? session : stepUpNeeded()
  }

  const write = (action: string, { user }: OpenSession, visit: Visit, after: Record<string, unknown> = {}) =>
    note({ action, user, outcome: 'done', status: 200, after }, visit)

  /** A fresh session, whole now that there is a factor. */
  async function renewed({ row, user }: OpenSession, visit: Visit): Promise<Passed | Denied> {
    const change = { state: 'full', steppedUpUntil: row.steppedUpUntil } as const
    const next = await sessions.advance({ row, user }, change, visit.now)
    return next === null ? noSession() : answers.passed(next, visit.now)
  }

  async function withCodes(session: OpenSession, recoveryCodes: string[], visit: Visit) {
    const passed = await renewed(session, visit)
    if (isDenied(passed)) return passed
    return { secret: passed.secret, answer: { recoveryCodes, login: passed.answer } }
  }

  /** With the first factor come the codes for the day it is lost. */
  async function added(session: OpenSession, visit: Visit): Promise<Passed<FactorAnswer> | Denied> {
    const { id } = session.user
    const hasCodes = (await recovery.left(id, visit.now)) > 0
    return withCodes(session, hasCodes ? [] : await recovery.make(id), visit)
  }

  /** `left`: factors that remain. With the last one the recovery codes go: they would be one themselves. */
  async function remove(session: OpenSession, removal: Removal, visit: Visit): Promise<Passed | Denied> {
    const { left, after, act } = removal
    if (left === 0 && isObligatory(session.user)) {
      return denied(409, 'a role of this login asks for a second factor: set up another one first')
    }
    const unwritten = await write('factor-removed', session, visit, after)
    if (unwritten !== null) return unwritten
    await act()
    if (left === 0) await recovery.drop(session.user.id)
    return renewed(session, visit)
  }

  return {
    async offerTotp(visit) {
      const session = await steppedUp(visit)
      return isDenied(session) ? session : codes.offer(session.user, visit.now)
    },

    // No step-up here and in addPasskey: the offer was made to who had shown one.
    async confirmTotp({ offer, code }, visit) {
      const session = await own(visit)
      if (isDenied(session)) return session
      const keep = codes.confirm(session.user, offer, code, visit.now)
      if (keep === null) {
        return denied(422, 'this code does not belong to the new secret, or the secret is too old')
      }
      const unwritten = await write('factor-added', session, visit, { factor: 'totp' })
      if (unwritten !== null) return unwritten
      await keep()
      return added(session, visit)
    },

    async removeTotp(visit) {
      const session = await steppedUp(visit)
      if (isDenied(session)) return session
      const { user } = session
      if (!user.hasTotp) return denied(404, 'there is no authenticator app to remove')
      const act = () => codes.remove(user.id)
      return remove(session, { left: user.passkeys, after: { factor: 'totp' }, act }, visit)
    },

    async offerPasskey(visit) {
      const session = await steppedUp(visit)
      return isDenied(session) ? session : { options: await passkeys.offer(session.user, visit.now) }
    },

    async addPasskey({ name, response }, visit) {
      const session = await own(visit)
      if (isDenied(session)) return session
      const keep = await passkeys.register(session.user, name, response, visit.now)
      if (typeof keep === 'string') return denied(422, keep)
      const unwritten = await write('factor-added', session, visit, { factor: 'passkey' })
      if (unwritten !== null) return unwritten
      if (!(await keep())) return denied(409, 'this passkey is registered already')
      return added(session, visit)
    },

    async removePasskey(id, visit) {
      const session = await steppedUp(visit)
      if (isDenied(session)) return session
      const { user } = session
      const mine = await passkeys.of(user.id)
      if (!mine.some(one => one.id === id)) return denied(404, `there is no passkey ${id}`)
      const left = mine.length - 1 + (user.hasTotp ? 1 : 0)
      const act = async () => void (await passkeys.remove(user.id, id))
      return remove(session, { left, after: { factor: 'passkey', passkey: id }, act }, visit)
    },

    async newRecoveryCodes(visit) {
      const session = await steppedUp(visit)
      if (isDenied(session)) return session
      if (!hasFactor(session.user)) return denied(409, 'set up a second factor first')
      const unwritten = await write('recovery-codes-made', session, visit)
      if (unwritten !== null) return unwritten
      return withCodes(session, await recovery.make(session.user.id), visit)
    }
  }
}

interface Removal {
  left: number
  after: Record<string, unknown>
  act(): Promise<void>
}

/** Who comes from the directory may have its second factor there. */
const isObligatory = (user: User): boolean => mustHaveFactor(user) && !user.isFromDirectory

import type { User } from '../contract/access.ts'
import type { AuditWriter } from '../contract/audit.ts'
import type { Denied, Visit } from '../contract/login.ts'

/** What happened at the door. */
export interface LoginNote {
  /** `login`, `logout`, `step-up`, `factor-added`, … */
  action: string
  /** Whom it is about; null: nobody that Gridload knows. What was typed then is not kept: it may be a password. */
  user: Pick<User, 'id' | 'userName' | 'name'> | null
  outcome: 'done' | 'refused'
  status: number
  /** By what, and what came of it; never a secret, nor personal. */
  after?: Record<string, unknown>
}

/** Writes it down; Denied (503) when that is not possible: nobody gets further without a trace. */
export type NoteLogin = (note: LoginNote, visit: Visit) => Promise<Denied | null>

export function createLoginAudit(audit: AuditWriter, onFault: (error: unknown) => void): NoteLogin {
  return async ({ action, user, outcome, status, after }, { now, address, userAgent }) => {
    try {
      await audit.append({
        at: now,
        actorId: outcome === 'done' && user !== null ? user.id : 'nobody',
        action,
        object: user === null ? null : `user/${user.id}`,
        outcome,
        status,
        attempt: null,
        before: null,
        after: after ?? null,
        personal: {
          ...(user !== null && { userName: user.userName, name: user.name }),
          address,
          userAgent: userAgent.slice(0, 300)
        },
        personalOf: user === null ? [] : [user.id]
      })
      return null
    } catch (error) {
      onFault(error)
      return denied(503, 'the audit cannot be written at present, and nothing is done without it')
    }
  }
}

export const denied = (
  status: number,
  detail: string,
  more: { type?: string; retryAfterS?: number } = {}
): Denied => ({
  denied: { status, detail, ...more }
})

export const isDenied = (value: object | string | null): value is Denied =>
  typeof value === 'object' && value !== null && 'denied' in value

/** 429, with the time to wait. */
export function tooOften(waitMs: number): Denied {
  const retryAfterS = Math.ceil(waitMs / 1000)
  return denied(429, `too many tries: the next one is possible in ${retryAfterS} s`, { retryAfterS })
}

export const tooBusy = (): Denied =>
  denied(503, 'too many people are logging in at this moment: try again', { retryAfterS: 2 })

/** The same words for every reason: a stranger learns neither who exists nor what was wrong (ASVS 5.0, 6.3.8). */
export const wrongLogin = (): Denied => denied(401, 'this user name and password do not belong together')
export const wrongProof = (): Denied => denied(401, 'this is not the proof that was asked for')
export const noSession = (): Denied => denied(401, 'log in first')
export const stepUpNeeded = (): Denied =>
  denied(403, 'prove your identity once more first', { type: '/problems/step-up' })

import type { Caller, View } from '../contract/access.ts'
import type { SessionState } from '../contract/login.ts'
import type { Right } from '../contract/rights.ts'

/** A login session, whole or half. */
export interface Login {
  sessionId: string
  /** Until it is `full` only the account can be used; with `factor` nothing but logging in further. */
  state: SessionState
  csrfToken: string
  /** Until when a second proof of identity stands, epoch ms; null: there was none. */
  steppedUpUntil: number | null
}

/** From where a request comes. */
export interface Whence {
  address: string
  userAgent: string
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; `nobody` on an open route without a whole login. */
    caller: Caller
    /** What the caller sees; nothing at all for `nobody`. */
    view: View
    /** null: no session, or a token. */
    login: Login | null
  }
  interface FastifyContextConfig {
    /** Put there by the guard. */
    right?: Right | 'open'
  }
}

/** Without any right. */
export const nobody: Caller = {
  id: 'nobody',
  personId: 'nobody',
  name: 'nobody',
  kind: 'person',
  roles: [],
  scopes: null,
  companyId: null,
  customerId: null
}

export const seesNothing: View = {
  whole: false,
  key: 'nobody',
  isCustomers: false,
  node: () => false,
  customer: () => false,
  source: () => false
}

import { randomBytes } from 'node:crypto'
import { csrfTokenOf, type SessionRow } from '../../server/access/sessions.ts'
import { secretHash, tokenText } from '../../server/access/tokenCallers.ts'
import type { Role, Scope } from '../../server/contract/access.ts'
import { openRecords, type Records } from '../../server/records/openRecords.ts'

const HOUR_MS = 3_600_000

/** For the setting ADMIN_TOKEN; whoever sends it may do everything. */
export const ADMIN_TOKEN = `an-administrator-of-the-tests-${randomBytes(16).toString('hex')}`
export const administrator: Record<string, string> = { authorization: `Bearer ${ADMIN_TOKEN}` }

/** Somebody who may knock: what it sends with every request. */
export interface TestCaller {
  id: string
  headers: Record<string, string>
}

export interface PersonOptions {
  companyId?: string | null
  customerId?: string | null
  /** Has proved its identity once more. */
  isSteppedUp?: boolean
  session?: Partial<Pick<SessionRow, 'state' | 'idleUntil' | 'absoluteUntil'>>
}

export interface TokenOptions {
  companyId?: string | null
  customerId?: string | null
  expiresAt?: number
}

/** Makes people and machines behind the product's back, in its database, so that any of them stands at the door at once. */
export interface Callers {
  records: Records
  /** Logged in, with a second factor, by the cookie of a session. */
  person(roles: Role[], options?: PersonOptions): Promise<TestCaller>
  token(scopes: Scope[], options?: TokenOptions): Promise<TestCaller>
  stop(): Promise<void>
}

/** `file`: the product's records, `DATA_DIR/records.sqlite`. */
export async function openCallers(file: string, now: () => number = Date.now): Promise<Callers> {
  const records = await openRecords({ file })
  let count = 0
  return {
    records,
    async person(roles, { companyId = null, customerId = null, isSteppedUp = true, session = {} } = {}) {
      const id = `usr-test-${++count}`
      const place = { companyId, customerId, issuer: null, subject: null }
      const user = { id, userName: id, name: `Person ${count}`, roles, ...place }
      await records.users.insert({ ...user, isDemo: false, passwordHash: null, createdAt: now() })
      await records.users.setTotp(id, { sealed: 'of no use', lastStep: null })
      const secret = randomBytes(32).toString('base64url')
      await records.sessions.insert({
        id: `ses-test-${count}`,
        tokenHash: secretHash(secret),
        userId: id,
        state: 'full',
        createdAt: now(),
        lastSeenAt: now(),
        idleUntil: now() + HOUR_MS,
        absoluteUntil: now() + HOUR_MS,
        steppedUpUntil: isSteppedUp ? now() + HOUR_MS : null,
        address: '127.0.0.1',
        userAgent: 'test',
        ...session
      })
      const cookie = `gridload_session=${secret}`
      return { id, headers: { cookie, 'x-csrf-token': csrfTokenOf(secret) } }
    },
    async token(scopes, { companyId = null, customerId = null, expiresAt = now() + HOUR_MS } = {}) {
      const id = `tok-test-${++count}`
      const secret = randomBytes(32).toString('base64url')
      await records.apiTokens.insert({
        ...{ id, name: `Machine ${count}`, scopes, companyId, customerId, createdBy: 'admin-token' },
        sha256: secretHash(secret),
        createdAt: new Date(now()).toISOString(),
        expiresAt: new Date(expiresAt).toISOString(),
        revokedAt: null,
        lastUsedAt: null
      })
      return { id, headers: { authorization: `Bearer ${tokenText(id, secret)}` } }
    },
    stop: () => records.stop()
  }
}

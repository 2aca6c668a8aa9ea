import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { TOTP } from 'otpauth'
import type { DirectorySettings } from '../../server/access/directory.ts'
import { openKeys } from '../../server/access/keys.ts'
import { createLogins, type Logins } from '../../server/access/logins.ts'
import { allowedTo } from '../../server/access/rights.ts'
import type { Role, User } from '../../server/contract/access.ts'
import type { AuditRecord, AuditWriter } from '../../server/contract/audit.ts'
import type { Denied, LoginAnswer, Passed, Visit } from '../../server/contract/login.ts'
import { openRecords, type Records } from '../../server/records/openRecords.ts'
import { tempDir } from '../helpers/tempDir.ts'

export const noon = Date.parse('2026-05-20T05:00:00.000Z')
export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const PASSWORD = 'mango rains over quiet harbour'

export interface DeskOptions {
  isDemo?: boolean
  publicUrl?: string
  directory?: DirectorySettings
  companies?: readonly string[]
}

export interface Desk {
  logins: Logins
  records: Records
  /** The present, moved by the tests. */
  clock: { now: number }
  /** What was written down; `isBroken`: nothing can be. */
  audit: { entries: AuditRecord[]; isBroken: boolean }
  writer: AuditWriter
  faults: unknown[]
  visit(secret?: string | null, address?: string): Visit
  addUser(userName: string, roles?: Role[]): Promise<User>
  /** With an authenticator app. */
  addTotp(user: User): Promise<(at?: number) => string>
  /** Logged in by password, and by code when there is one. */
  enter(userName: string, code?: string): Promise<Passed>
  stop(): Promise<void>
}

/** Every way to log in over real records (SQLite) and real keys, with a clock and an audit in the hands of the test. */
export async function openDesk(options: DeskOptions = {}): Promise<Desk> {
  const folder = await tempDir()
  const records = await openRecords({ file: join(folder.path, 'records.sqlite') })
  const keys = await openKeys(join(folder.path, 'keys'), { now: noon })
  const clock = { now: noon }
  const audit = { entries: [] as AuditRecord[], isBroken: false }
  const faults: unknown[] = []
  const random = seededBytes('desk')
  const publicUrl = options.publicUrl ?? 'http://localhost:8080'
  const writer: AuditWriter = {
    async append(record) {
      if (audit.isBroken) throw new Error('no space left on the device')
      return audit.entries.push(record)
    }
  }
  const logins = createLogins({
    records,
    keys,
    audit: writer,
    rightsOf: allowedTo,
    knowsCompany: id => (options.companies ?? ['NPC']).includes(id),
    ...{ publicUrl, origins: [publicUrl], directory: options.directory ?? null },
    isDemo: options.isDemo ?? false,
    approvalAboveKw: 10_000,
    random,
    onFault: (_what, error) => void faults.push(error)
  })
  const visit = (secret: string | null = null, address = '192.0.2.7'): Visit => ({
    ...{ secret, address, userAgent: 'test', now: clock.now }
  })

  async function addUser(userName: string, roles: Role[] = ['dispatcher']): Promise<User> {
    const id = `usr-${userName}`
    const passwordHash = await logins.hashing.hash(PASSWORD)
    const from = { companyId: null, customerId: null, issuer: null, subject: null, isDemo: false }
    await records.users.insert({
      id,
      userName,
      name: userName,
      roles,
      ...from,
      passwordHash,
      createdAt: noon
    })
    return found(await records.users.get(id))
  }

  async function addTotp(user: User) {
    const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
    await records.users.setTotp(user.id, { sealed: keys.seal(secret, `totp/${user.id}`), lastStep: null })
    return codeOf(secret, clock)
  }

  async function enter(userName: string, code?: string): Promise<Passed> {
    const first = passed(await logins.login.password({ userName, password: PASSWORD }, visit()))
    return code === undefined ? first : passed(await logins.login.code({ code }, visit(first.secret)))
  }

  return {
    ...{ logins, records, clock, audit, writer, faults, visit, addUser, addTotp, enter },
    async stop() {
      await records.stop()
      await folder.remove()
    }
  }
}

/** The codes an app shows for a secret, now or at another time. */
export const codeOf =
  (secret: string, clock: { now: number }) =>
  (at = clock.now): string =>
    new TOTP({ secret }).generate({ timestamp: at })

export function found<Value>(value: Value | null | undefined): Value {
  if (value === null || value === undefined) throw new Error('not there')
  return value
}

export function passed<Answer = LoginAnswer>(outcome: Passed<Answer> | Denied): Passed<Answer> {
  if ('denied' in outcome) throw new Error(`refused: ${outcome.denied.status} ${outcome.denied.detail}`)
  return outcome
}

export function refused(outcome: object | null): Denied['denied'] {
  if (outcome === null || !('denied' in outcome)) throw new Error('was not refused')
  return (outcome as Denied).denied
}

/** Looks random, and is the same in every run. */
export function seededBytes(seed: string): (bytes: number) => Buffer {
  let count = 0
  return bytes => {
    const blocks = Math.ceil(bytes / 32)
    const next = () => createHash('sha256').update(`${seed} ${count++}`).digest()
    return Buffer.concat(Array.from({ length: blocks }, next)).subarray(0, bytes)
  }
}

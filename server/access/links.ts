import { createHash } from 'node:crypto'
import type { User } from '../contract/access.ts'
import type { NewUser } from '../contract/accounts.ts'
import type { Denied, Passed, ResetAnswer, ResetCommand, SetupCommand, Visit } from '../contract/login.ts'
import type { Answers } from './answers.ts'
import { denied, isDenied, type NoteLogin, tooBusy } from './loginAudit.ts'
import type { PasswordHashing } from './passwordHashing.ts'
import { passwordProblem } from './passwords.ts'
import type { OneTimeRecords } from './recoveryCodes.ts'
import type { Sessions } from './sessions.ts'

const LINK_STANDS_MS = 24 * 60 * 60_000
const USER_NAME = /^[a-z0-9][a-z0-9._@+-]{1,63}$/

export interface LinkUsers {
  list(): Promise<User[]>
  get(id: string): Promise<User | null>
  insert(user: NewUser): Promise<boolean>
  setPassword(id: string, hash: string | null): Promise<void>
  secretsOf(id: string): Promise<{ passwordHash: string | null } | null>
}

export interface LinkNeeds {
  users: LinkUsers
  sessions: Sessions
  hashing: PasswordHashing
  oneTime: Pick<OneTimeRecords, 'put' | 'take' | 'drop'>
  answers: Answers
  note: NoteLogin
  publicUrl: string
  random(bytes: number): Buffer
}

export interface OneTimeLink {
  url: string
  /** Epoch ms. */
  expiresAt: number
}

/** Links that open once: for the first administrator, and for a user's (first or new) password. Kept as their SHA-256. */
export interface Links {
  /** Nobody could log in: no user but those of the demo. */
  needsSetup(): Promise<boolean>
  /** A new one in the place of all former ones; null when there are users. */
  setupLink(now: number): Promise<OneTimeLink | null>
  setUp(command: SetupCommand, visit: Visit): Promise<Passed | Denied>
  /** For an administrator to hand over; good until the password changes or a newer one is made. null: not a user with a password here. */
  resetLink(userId: string, now: number): Promise<OneTimeLink | null>
  reset(command: ResetCommand, visit: Visit): Promise<ResetAnswer | Denied>
}

export function createLinks(needs: LinkNeeds): Links {
  const { users, sessions, hashing, oneTime, answers, note, publicUrl, random } = needs
  let hadUsers = false
  const newToken = (): string => random(32).toString('base64url')

  async function needsSetup(): Promise<boolean> {
    hadUsers ||= (await users.list()).some(({ isDemo }) => !isDemo)
    return !hadUsers
  }

  const urlOf = (kind: 'setup' | 'reset', token: string): string => `${publicUrl}/#/${kind}/${token}`

  /** Only the newest link of a user opens: an older one may have gone to the wrong person. */
  async function keepReset(tokenHash: string, link: ResetLink, now: number): Promise<void> {
    const { userId, expiresAt } = link
    await oneTime.drop(newestOf(userId))
    await oneTime.put(newestOf(userId), tokenHash, expiresAt, {})
    await oneTime.put('reset', tokenHash, expiresAt, link, now)
  }

  async function takeReset(tokenHash: string, now: number): Promise<{ link: ResetLink; user: User } | null> {
    const link = (await oneTime.take('reset', tokenHash, now)) as ResetLink | null
    const isNewest = link !== null && (await oneTime.take(newestOf(link.userId), tokenHash, now)) !== null
    const user = isNewest ? await users.get(link.userId) : null
    if (!isNewest || user === null || !isOpen(user)) return null
    return (await fingerprint(user.id)) === link.replaces ? { link, user } : null
  }

  async function hashed(password: string, wordsAround: string[]): Promise<string | Denied> {
    const problem = passwordProblem(password, wordsAround)
    if (problem !== null) return denied(422, problem)
    const hash = await hashing.hash(password)
    return hash === 'busy' ? tooBusy() : hash
  }

  async function setUp({ token, userName, name, password }: SetupCommand, visit: Visit) {
    const plainName = userName.trim().toLowerCase()
    if (!USER_NAME.test(plainName)) return denied(422, `a user name is spelt ${USER_NAME.source}`)
    // Nobody has a password hashed here once there is somebody to log in.
    if (!(await needsSetup())) return denied(410, SPENT)
    // Before the link is used up: who mistypes may go on with it.
    const passwordHash = await hashed(password, [plainName, name])
    if (isDenied(passwordHash)) return passwordHash
    const isGood = (await oneTime.take('setup', sha256(token), visit.now)) !== null && (await needsSetup())
    if (!isGood) return denied(410, SPENT)
    const id = `usr-${random(12).toString('base64url')}`
    const origin = { companyId: null, customerId: null, issuer: null, subject: null, isDemo: false }
    const newUser = {
      id,
      userName: plainName,
      name,
      roles: ['administrator'] as const,
      ...origin,
      passwordHash
    }
    const unwritten = await note(done('setup', { id, userName: plainName, name }), visit)
    if (unwritten !== null) return unwritten
    if (!(await users.insert({ ...newUser, createdAt: visit.now })))
      return denied(409, 'this user name is taken')
    const user = await users.get(id)
    if (user === null) return denied(410, SPENT)
    return answers.passed(await sessions.begin(user, 'enrol', visit), visit.now)
  }

  async function reset({ token, password }: ResetCommand, visit: Visit) {
    // Whose words may not be in the password is known only by the link, which is looked at first and put back if need be.
    const taken = await takeReset(sha256(token), visit.now)
    if (taken === null) return denied(410, SPENT)
    const { link, user } = taken
    const hash = await hashed(password, [user.userName, user.name])
    const unwritten = isDenied(hash) ? hash : await note(done('password-reset', user), visit)
    if (unwritten !== null || isDenied(hash)) {
      await keepReset(sha256(token), link, visit.now)
      return unwritten ?? denied(503, 'try again')
    }
    await users.setPassword(user.id, hash)
    await sessions.endAllOf(user.id)
    return { userName: user.userName }
  }

  /** Of the password that a link replaces: with another one, the link is worth nothing. */
  const fingerprint = async (userId: string): Promise<string> =>
    sha256((await users.secretsOf(userId))?.passwordHash ?? '')

  return {
    needsSetup,
    async setupLink(now) {
      if (!(await needsSetup())) return null
      await oneTime.drop('setup')
      const [token, expiresAt] = [newToken(), now + LINK_STANDS_MS]
      await oneTime.put('setup', sha256(token), expiresAt, {}, now)
      return { url: urlOf('setup', token), expiresAt }
    },
    setUp,
    async resetLink(userId, now) {
      const user = await users.get(userId)
      if (user === null || !isOpen(user)) return null
      const [token, expiresAt] = [newToken(), now + LINK_STANDS_MS]
      await keepReset(sha256(token), { userId, replaces: await fingerprint(userId), expiresAt }, now)
      return { url: urlOf('reset', token), expiresAt }
    },
    reset
  }
}

const newestOf = (userId: string): string => `newest-reset/${userId}`

interface ResetLink {
  userId: string
  replaces: string
  expiresAt: number
}

const SPENT = 'this link was used already, or is too old: ask for a new one'

/** Whom a password of its own helps: people of the directory log in there. */
const isOpen = (user: User): boolean =>
  user.disabledAt === null && user.erasedAt === null && !user.isFromDirectory && !user.isDemo

const done = (action: string, user: Pick<User, 'id' | 'userName' | 'name'>) =>
  ({ action, user, outcome: 'done', status: 200 }) as const

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

import { createHash, createHmac } from 'node:crypto'
import type { Caller, LoginSession, User } from '../contract/access.ts'
import type { SessionState, Visit } from '../contract/login.ts'
import { hasFactor, mayLogIn, needsFactor } from './people.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/**
 * How long a session lives, from its beginning and without being used (ASVS 5.0, 7.3.1 and 7.3.2).
 *
 *   factor  10 min            the password is shown, the second factor not yet
 *   enrol   30 min            a second factor has to be set up
 *   full    24 h, idle 12 h   a shift, and its overlap with the next
 */
export const sessionLifetimes: Record<SessionState, { absolute: number; idle: number }> = {
  factor: { absolute: 10 * MINUTE, idle: 10 * MINUTE },
  enrol: { absolute: 30 * MINUTE, idle: 30 * MINUTE },
  full: { absolute: 24 * HOUR, idle: 12 * HOUR }
}

/** A use is written down at most this often. */
const TOUCH_EVERY = MINUTE

/** As kept; times are epoch ms. The secret is kept only as its SHA-256, hexadecimal. */
export interface SessionRow {
  id: string
  tokenHash: string
  userId: string
  state: SessionState
  createdAt: number
  lastSeenAt: number
  idleUntil: number
  absoluteUntil: number
  steppedUpUntil: number | null
  address: string
  userAgent: string
}

export interface SessionRecords {
  insert(row: SessionRow): Promise<void>
  byHash(tokenHash: string): Promise<SessionRow | null>
  touch(id: string, at: number, idleUntil: number): Promise<void>
  replace(id: string, next: SessionRow): Promise<boolean>
  end(id: string): Promise<boolean>
  endAllOf(userId: string, exceptId?: string): Promise<number>
  of(userId: string): Promise<SessionRow[]>
  sweep(now: number): Promise<number>
}

export interface SessionNeeds {
  sessions: SessionRecords
  users: { get(id: string): Promise<User | null> }
  /** That many unpredictable bytes. */
  random(bytes: number): Buffer
  isDemo: boolean
}

export interface HeldSession {
  row: SessionRow
  user: User
}

/** A session in hand, with the secret that only its browser and this request know. */
export interface OpenSession extends HeldSession {
  secret: string
  csrfToken: string
}

export interface Sessions {
  /** null: unknown, run out, or its user may not log in (any more). */
  find(secret: string | null, now: number): Promise<OpenSession | null>
  /** The same, without counting as a use: a page that is only open does not keep its login alive. */
  peek(secret: string, now: number): Promise<OpenSession | null>
  /** Without its secret: for a way back from another site, on which the browser leaves the cookie out. */
  byId(userId: string, id: string, now: number): Promise<HeldSession | null>
  /** A new login. What the browser had before ends: a secret from before the login is worth nothing after it. */
  begin(user: User, state: SessionState, visit: Visit): Promise<OpenSession>
  /** The same login further: a fresh secret takes the place of the former. null when it had ended meanwhile. */
  advance(from: HeldSession, change: SessionChange, now: number): Promise<OpenSession | null>
  end(id: string): Promise<boolean>
  endAllOf(userId: string, exceptId?: string): Promise<number>
  /** Those of a user that are alive, the newest first. */
  of(userId: string, thisId: string, now: number): Promise<LoginSession[]>
  /** Removes what has run out. */
  sweep(now: number): Promise<number>
}

export interface SessionChange {
  state: SessionState
  /** Epoch ms; null: no second proof stands. */
  steppedUpUntil: number | null
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Known to the session's own page only: a form of another site can send the cookie, but not this. */
export const csrfTokenOf = (secret: string): string =>
  createHmac('sha256', secret).update('gridload csrf').digest('base64url')

/** The person behind a session, as the guard and the routes know it. */
export function sessionCaller({ user }: Pick<OpenSession, 'user'>): Caller {
  const { id, name, roles, companyId, customerId } = user
  return { id, personId: id, name, kind: 'person', roles, scopes: null, companyId, customerId }
}

export function createSessions({ sessions, users, random, isDemo }: SessionNeeds): Sessions {
  const inHand = (row: SessionRow, user: User, secret: string): OpenSession => ({
    row,
    user,
    secret,
    csrfToken: csrfTokenOf(secret)
  })

  /**
   * A role may have come, or the last factor gone, after the login. And who shows only the password may set up the first
   * factor, but not replace the one that was set up meanwhile in another session: it is asked for.
   */
  function stateOf({ state }: SessionRow, user: User): SessionState {
    if (state === 'enrol' && hasFactor(user)) return 'factor'
    return state === 'full' && !user.isFromDirectory && needsFactor(user) ? 'enrol' : state
  }

  function fresh(userId: string, { state, steppedUpUntil }: SessionChange, from: From) {
    const secret = random(32).toString('base64url')
    const { absolute, idle } = sessionLifetimes[state]
    const absoluteUntil = from.createdAt + absolute
    const row: SessionRow = {
      id: `ses-${random(12).toString('base64url')}`,
      tokenHash: sha256(secret),
      ...{ userId, state, absoluteUntil, steppedUpUntil },
      createdAt: from.createdAt,
      lastSeenAt: from.now,
      idleUntil: Math.min(from.now + idle, absoluteUntil),
      address: from.address,
      userAgent: from.userAgent.slice(0, 300)
    }
    return { row, secret }
  }

  async function alive(secret: string, now: number): Promise<SessionRow | null> {
    const row = await sessions.byHash(sha256(secret))
    if (row === null || (now < row.idleUntil && now < row.absoluteUntil)) return row
    await sessions.end(row.id)
    return null
  }

  async function peek(secret: string, now: number): Promise<OpenSession | null> {
    const row = await alive(secret, now)
    const user = row && (await users.get(row.userId))
    if (!row || !user || !mayLogIn(user, isDemo)) return null
    return inHand({ ...row, state: stateOf(row, user) }, user, secret)
  }

  async function find(secret: string | null, now: number): Promise<OpenSession | null> {
    const session = secret === null ? null : await peek(secret, now)
    if (session === null || now - session.row.lastSeenAt < TOUCH_EVERY) return session
    const { row } = session
    row.idleUntil = Math.min(now + sessionLifetimes[row.state].idle, row.absoluteUntil)
    row.lastSeenAt = now
    await sessions.touch(row.id, now, row.idleUntil)
    return session
  }

  async function byId(userId: string, id: string, now: number): Promise<HeldSession | null> {
    const row = (await sessions.of(userId)).find(one => one.id === id) ?? null
    const user = row && (await users.get(userId))
    if (!row || !user || !mayLogIn(user, isDemo)) return null
    return now < row.idleUntil && now < row.absoluteUntil ? { row, user } : null
  }

  return {
    find,
    peek,
    byId,
    async begin(user, state, visit) {
      const former = visit.secret === null ? null : await sessions.byHash(sha256(visit.secret))
      if (former !== null) await sessions.end(former.id)
      const { row, secret } = fresh(
        user.id,
        { state, steppedUpUntil: null },
        { ...visit, createdAt: visit.now }
      )
      await sessions.insert(row)
      return inHand(row, user, secret)
    },
    async advance({ row: former, user }, change, now) {
      // The time allowed counts from the login; only a login that becomes whole now begins to count anew.
      const createdAt = former.state === change.state ? former.createdAt : now
      const { row, secret } = fresh(user.id, change, { ...former, createdAt, now })
      const isReplaced = await sessions.replace(former.id, row)
      return isReplaced ? inHand(row, (await users.get(user.id)) ?? user, secret) : null
    },
    end: id => sessions.end(id),
    endAllOf: (userId, exceptId) => sessions.endAllOf(userId, exceptId),
    async of(userId, thisId, now) {
      const rows = await sessions.of(userId)
      return rows
        .filter(row => now < row.idleUntil && now < row.absoluteUntil)
        .map(row => shown(row, row.id === thisId))
    },
    sweep: now => sessions.sweep(now)
  }
}

interface From {
  createdAt: number
  now: number
  address: string
  userAgent: string
}

function shown(row: SessionRow, isThis: boolean): LoginSession {
  const { id, userId, address, userAgent } = row
  const time = (at: number): string => new Date(at).toISOString()
  return {
    ...{ id, userId, address, userAgent, isThis },
    createdAt: time(row.createdAt),
    lastSeenAt: time(row.lastSeenAt),
    expiresAt: time(Math.min(row.idleUntil, row.absoluteUntil))
  }
}

import type { Kysely } from 'kysely'
import type { Schema, SessionRow } from './schema.ts'

/** One login. Times are epoch ms. */
export interface Session {
  id: string
  /** SHA-256 of the secret in the cookie, hexadecimal. */
  tokenHash: string
  userId: string
  /** factor: the second factor is still to be shown · enrol: one must be set up first · full: logged in */
  state: 'factor' | 'enrol' | 'full'
  createdAt: number
  lastSeenAt: number
  idleUntil: number
  absoluteUntil: number
  steppedUpUntil: number | null
  address: string
  userAgent: string
}

export interface Sessions {
  /** Rejects when the user is unknown. */
  insert(session: Session): Promise<void>
  /** null also when its user has been disabled. Whether it has run out is for the caller to see. */
  byHash(tokenHash: string): Promise<Session | null>
  /** Seen at `at`; ends by itself at `idleUntil`, if nothing comes before. */
  touch(id: string, at: number, idleUntil: number): Promise<void>
  stepUp(id: string, until: number | null): Promise<void>
  /** Ends one and begins another in its place, in one transaction; false, and nothing begun, when it had ended. */
  replace(id: string, next: Session): Promise<boolean>
  /** false when it had ended. */
  end(id: string): Promise<boolean>
  /** How many were ended; all but one when `exceptId` is given. */
  endAllOf(userId: string, exceptId?: string): Promise<number>
  /** Of one user, the newest first. */
  of(userId: string): Promise<Session[]>
  /** Removes those that have run out by `now`; how many. */
  sweep(now: number): Promise<number>
}

export function createSessions(db: Kysely<Schema>): Sessions {
  return {
    async insert(session) {
      await db.insertInto('login_session').values(toRow(session)).execute()
    },
    async byHash(tokenHash) {
      const row = await db
        .selectFrom('login_session')
        .innerJoin('user_account', 'user_account.id', 'login_session.user_id')
        .selectAll('login_session')
        .where('token_hash', '=', tokenHash)
        .where('user_account.disabled_at', 'is', null)
        .executeTakeFirst()
      return row === undefined ? null : fromRow(row)
    },
    async touch(id, at, idleUntil) {
      const seen = { last_seen_at: at, idle_until: idleUntil }
      await db.updateTable('login_session').set(seen).where('id', '=', id).execute()
    },
    async stepUp(id, until) {
      await db.updateTable('login_session').set({ stepped_up_until: until }).where('id', '=', id).execute()
    },
    async replace(id, next) {
      return db.transaction().execute(async trx => {
        const ended = await trx.deleteFrom('login_session').where('id', '=', id).executeTakeFirst()
        if (ended.numDeletedRows === 0n) return false
        await trx.insertInto('login_session').values(toRow(next)).execute()
        return true
      })
    },
    async end(id) {
      const ended = await db.deleteFrom('login_session').where('id', '=', id).executeTakeFirst()
      return ended.numDeletedRows > 0n
    },
    async endAllOf(userId, exceptId) {
      const all = db.deleteFrom('login_session').where('user_id', '=', userId)
      const chosen = exceptId === undefined ? all : all.where('id', '!=', exceptId)
      return Number((await chosen.executeTakeFirst()).numDeletedRows)
    },
    async of(userId) {
      const rows = db.selectFrom('login_session').selectAll().where('user_id', '=', userId)
      return (await rows.execute()).map(fromRow).sort((a, b) => b.createdAt - a.createdAt)
    },
    async sweep(now) {
      const over = db
        .deleteFrom('login_session')
        .where(eb => eb.or([eb('idle_until', '<=', now), eb('absolute_until', '<=', now)]))
      return Number((await over.executeTakeFirst()).numDeletedRows)
    }
  }
}

function toRow(session: Session): SessionRow {
  return {
    id: session.id,
    token_hash: session.tokenHash,
    user_id: session.userId,
    state: session.state,
    created_at: session.createdAt,
    last_seen_at: session.lastSeenAt,
    idle_until: session.idleUntil,
    absolute_until: session.absoluteUntil,
    stepped_up_until: session.steppedUpUntil,
    address: session.address,
    user_agent: session.userAgent
  }
}

function fromRow(row: SessionRow): Session {
  return {
    id: row.id,
    tokenHash: row.token_hash,
    userId: row.user_id,
    state: row.state as Session['state'],
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    idleUntil: row.idle_until,
    absoluteUntil: row.absolute_until,
    steppedUpUntil: row.stepped_up_until,
    address: row.address,
    userAgent: row.user_agent
  }
}

import type { Kysely } from 'kysely'
import type { Schema } from './schema.ts'

/**
 * What may be used once, by whoever knows its secret: the link of the first administrator, a password reset, the state
 * of a login at the directory, the challenge of a passkey. Only the secret's SHA-256 is kept.
 */
export interface OneTime {
  /** `data` is an object that JSON can hold. Those that have run out by `now` are removed at the same time. */
  put(kind: string, sha256: string, expiresAt: number, data: object, now?: number): Promise<void>
  /** Uses it up; null when it is unknown, was used, or has run out. Of two that take it, one gets it. */
  take(kind: string, sha256: string, now: number): Promise<unknown>
  /** All of a kind: a newer link takes their place. */
  drop(kind: string): Promise<void>
  /** How many of a kind have not run out by `now`. */
  count(kind: string, now: number): Promise<number>
  /** How many have run out by `now`, and are removed. */
  sweep(now: number): Promise<number>
}

export function createOneTime(db: Kysely<Schema>): OneTime {
  async function sweep(now: number): Promise<number> {
    const over = await db.deleteFrom('one_time').where('expires_at', '<=', now).executeTakeFirst()
    return Number(over.numDeletedRows)
  }
  return {
    sweep,
    async put(kind, sha256, expiresAt, data, now) {
      if (now !== undefined) await sweep(now)
      const columns = { expires_at: expiresAt, data: JSON.stringify(data) }
      await db
        .insertInto('one_time')
        .values({ kind, sha256, ...columns })
        .execute()
    },
    async take(kind, sha256, now) {
      const mine = db.deleteFrom('one_time').where('kind', '=', kind).where('sha256', '=', sha256)
      const row = await mine.returningAll().executeTakeFirst()
      return row === undefined || row.expires_at <= now ? null : JSON.parse(row.data)
    },
    async count(kind, now) {
      const valid = db.selectFrom('one_time').where('kind', '=', kind).where('expires_at', '>', now)
      const { count } = await valid.select(eb => eb.fn.countAll().as('count')).executeTakeFirstOrThrow()
      return Number(count)
    },
    async drop(kind) {
      await db.deleteFrom('one_time').where('kind', '=', kind).execute()
    }
  }
}

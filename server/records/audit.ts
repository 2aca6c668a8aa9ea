import type { Kysely } from 'kysely'
import type { AuditEntry, AuditHead, KeptAuditEntry } from '../contract/audit.ts'
import { AUDIT_CHAIN, fromRow, toRow } from './auditRows.ts'
import { inPieces } from './columns.ts'
import type { Schema } from './schema.ts'

/** A link ready to be kept, and whose data are in `personal`: user ids. */
export interface NewAuditEntry {
  entry: KeptAuditEntry
  personalOf: readonly string[]
}

export interface AuditFilter {
  limit: number
  /** Only entries below this height. */
  below?: number
  actorId?: string
  /** Whole: `event/E-1`. */
  object?: string
  /** Whole: `login`. */
  action?: string
  /** Epoch ms, [from, to). */
  from?: number
  to?: number
}

export interface Audit {
  head(): Promise<AuditHead>
  /**
   * Puts links behind `head`, all or none; false, and nothing written, when somebody else was faster. The links must
   * follow each other and `head`.
   */
  append(head: AuditHead, entries: readonly NewAuditEntry[]): Promise<boolean>
  /** By height, from `from` on. */
  range(from: number, limit: number): Promise<KeptAuditEntry[]>
  /** The newest first, for people: without what only the verification needs. */
  list(filter: AuditFilter): Promise<AuditEntry[]>
  /** Empties `personal` of every entry that holds data of this user; how many. The chain stays whole. */
  erasePersonal(userId: string): Promise<number>
}

export function createAudit(db: Kysely<Schema>): Audit {
  return {
    async head() {
      const query = db.selectFrom('audit_head').select(['height', 'hash']).where('name', '=', AUDIT_CHAIN)
      return query.executeTakeFirstOrThrow(() => new Error('the head of the audit chain is missing'))
    },
    async append(head, entries) {
      const last = entries.at(-1)?.entry
      if (last === undefined) return true
      return db.transaction().execute(async trx => {
        const update = trx.updateTable('audit_head').set({ height: last.height, hash: last.hash })
        const mine = update.where('name', '=', AUDIT_CHAIN).where('height', '=', head.height)
        if ((await mine.where('hash', '=', head.hash).executeTakeFirst()).numUpdatedRows === 0n) return false
        for (const some of inPieces(entries)) {
          await trx
            .insertInto('audit_entry')
            .values(some.map(({ entry }) => toRow(entry)))
            .execute()
        }
        await insertPersons(trx, entries)
        return true
      })
    },
    async range(from, limit) {
      const query = db.selectFrom('audit_entry').selectAll().where('height', '>=', from)
      return (await query.orderBy('height').limit(limit).execute()).map(fromRow)
    },
    async list(filter) {
      return (await select(db, filter).execute()).map(row => {
        const { salt: _, ...entry } = fromRow(row)
        return entry
      })
    },
    async erasePersonal(userId) {
      return db.transaction().execute(async trx => {
        const heights = trx.selectFrom('audit_person').select('height').where('user_id', '=', userId)
        const erased = await trx
          .updateTable('audit_entry')
          .set({ personal: null, personal_salt: null })
          .where('height', 'in', heights)
          .where('personal', 'is not', null)
          .executeTakeFirst()
        return Number(erased.numUpdatedRows)
      })
    }
  }
}

async function insertPersons(db: Kysely<Schema>, entries: readonly NewAuditEntry[]): Promise<void> {
  const rows = entries.flatMap(({ entry, personalOf }) =>
    [...new Set(personalOf)].map(userId => ({ user_id: userId, height: entry.height }))
  )
  for (const some of inPieces(rows)) await db.insertInto('audit_person').values(some).execute()
}

function select(db: Kysely<Schema>, filter: AuditFilter) {
  const { limit, below, actorId, object, action, from, to } = filter
  let query = db.selectFrom('audit_entry').selectAll().orderBy('height', 'desc').limit(limit)
  if (below !== undefined) query = query.where('height', '<', below)
  if (actorId !== undefined) query = query.where('actor_id', '=', actorId)
  if (object !== undefined) query = query.where('object', '=', object)
  if (action !== undefined) query = query.where('action', '=', action)
  if (from !== undefined) query = query.where('at', '>=', from)
  if (to !== undefined) query = query.where('at', '<', to)
  return query
}

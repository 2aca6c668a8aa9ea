import type { Kysely } from 'kysely'
import { inPieces } from './columns.ts'
import type { OutboxRow, Schema } from './schema.ts'

/** A message that has to leave; with an empty payload it is a clearing, which ends what is retained at its topic. */
export interface OutboxMessage {
  /** Names this message for good: the same key once more is the same message. */
  key: string
  topic: string
  payload: string
  retain: boolean
  /** Not before this time: epoch ms. */
  dueAt: number
}

/** `seq` is the order in which messages were written. */
export interface DueMessage extends OutboxMessage {
  seq: number
}

export interface Outbox {
  /** A key that is there already is ignored. A clearing takes the place of an unsent one of its topic. */
  insert(messages: readonly OutboxMessage[]): Promise<void>
  /**
   * What should have left by `now`, in the order written, from after `afterSeq`. Where something of a topic is due, so
   * is everything written before it, even if the clock has been set back meanwhile; only a clearing waits for its time.
   */
  due(now: number, limit: number, afterSeq?: number): Promise<DueMessage[]>
  markSent(key: string, at: number): Promise<void>
  /** The newest sent message of each topic, where that is no clearing. */
  sentOpen(): Promise<OutboxMessage[]>
  /**
   * Forgets what was sent up to a clearing that was sent before `before` (epoch ms), of at most `limit` topics; resolves
   * to how many. Nothing of it is needed any more: what was retained there is gone.
   */
  shrink(before: number, limit: number): Promise<number>
}

export function createOutbox(db: Kysely<Schema>): Outbox {
  return {
    async insert(messages) {
      await db.transaction().execute(trx => insertMessages(trx, messages))
    },
    async due(now, limit, afterSeq = 0) {
      const topics = db
        .selectFrom('outbox')
        .select('topic')
        .where('sent_at', 'is', null)
        .where('due_at', '<=', now)
      const rows = await db
        .selectFrom('outbox')
        .selectAll()
        .where('sent_at', 'is', null)
        .where('topic', 'in', topics)
        .where(eb => eb.or([eb('due_at', '<=', now), eb('payload', '!=', '')]))
        .where('seq', '>', afterSeq)
        .orderBy('seq')
        .limit(limit)
        .execute()
      return rows.map(fromRow)
    },
    async markSent(key, at) {
      await db.updateTable('outbox').set({ sent_at: at }).where('key', '=', key).execute()
    },
    async sentOpen() {
      const newest = db
        .selectFrom('outbox')
        .select(eb => eb.fn.max('seq').as('seq'))
        .where('sent_at', 'is not', null)
        .groupBy('topic')
      const rows = await db
        .selectFrom('outbox')
        .selectAll()
        .where('seq', 'in', newest)
        .where('payload', '!=', '')
        .orderBy('seq')
        .execute()
      return rows.map(fromRow)
    },
    async shrink(before, limit) {
      const cleared = await db
        .selectFrom('outbox')
        .select(['topic', 'seq'])
        .where('payload', '=', '')
        .where('sent_at', '<', before)
        .orderBy('seq')
        .limit(limit)
        .execute()
      // A topic's rows go together: without its clearing an older notice would pass for the one that stands.
      await db.transaction().execute(async trx => {
        for (const { topic, seq } of cleared) {
          const sent = trx.deleteFrom('outbox').where('topic', '=', topic).where('sent_at', 'is not', null)
          await sent.where('seq', '<=', seq).execute()
        }
      })
      return cleared.length
    }
  }
}

/** The same as `insert`, inside somebody's transaction. */
export async function insertMessages(db: Kysely<Schema>, messages: readonly OutboxMessage[]): Promise<void> {
  for (const some of inPieces(messages)) {
    await dropPlannedClearings(db, some)
    const newest = await db
      .selectFrom('outbox')
      .select(eb => eb.fn.max('seq').as('seq'))
      .executeTakeFirst()
    const first = (newest?.seq ?? 0) + 1
    await db
      .insertInto('outbox')
      .values(some.map((message, i) => toRow(message, first + i)))
      .onConflict(c => c.column('key').doNothing())
      .execute()
  }
}

async function dropPlannedClearings(db: Kysely<Schema>, messages: readonly OutboxMessage[]): Promise<void> {
  const topics = messages.filter(one => one.payload === '').map(one => one.topic)
  if (topics.length === 0) return
  const planned = db.deleteFrom('outbox').where('payload', '=', '').where('sent_at', 'is', null)
  await planned.where('topic', 'in', topics).execute()
}

function toRow({ key, topic, payload, retain, dueAt }: OutboxMessage, seq: number): OutboxRow {
  return { key, seq, topic, payload, retain: retain ? 1 : 0, due_at: dueAt, sent_at: null }
}

function fromRow(row: OutboxRow): DueMessage {
  const { key, seq, topic, payload, retain, due_at } = row
  return { key, topic, payload, retain: retain === 1, dueAt: due_at, seq }
}

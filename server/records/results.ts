import type { Kysely } from 'kysely'
import { canonicalJson } from '../contract/canonicalJson.ts'
import type { Performance } from '../contract/performance.ts'
import { inPieces } from './columns.ts'
import type { Schema } from './schema.ts'
import { sha256 } from './sha256.ts'

/** What was measured, kept as canonical JSON beside its SHA-256: a result changed behind Gridload's back is not served. */
export interface Results {
  /** Replaces an earlier result until the event is final; then the one that is there stays. Returns what is kept. */
  saveResult(performance: Performance): Promise<Performance>
  /** null when there is none. Rejects, naming the event, when it does not match its checksum. */
  result(eventId: string): Promise<Performance | null>
  /** Those that there are, by event. */
  results(eventIds: readonly string[]): Promise<Map<string, Performance>>
}

export function createResults(db: Kysely<Schema>): Results {
  async function results(eventIds: readonly string[]): Promise<Map<string, Performance>> {
    const found = new Map<string, Performance>()
    for (const some of inPieces(eventIds)) {
      const rows = await db.selectFrom('result').selectAll().where('event_id', 'in', some).execute()
      for (const row of rows) found.set(row.event_id, fromRow(row))
    }
    return found
  }
  return {
    results,
    async result(eventId) {
      return (await results([eventId])).get(eventId) ?? null
    },
    async saveResult(performance) {
      return db.transaction().execute(async trx => {
        const { eventId } = performance
        const event = await trx
          .selectFrom('event')
          .select('state')
          .where('id', '=', eventId)
          .executeTakeFirst()
        const kept = await trx
          .selectFrom('result')
          .selectAll()
          .where('event_id', '=', eventId)
          .executeTakeFirst()
        if (kept !== undefined && event?.state === 'final') return fromRow(kept)
        const text = canonicalJson(performance)
        const row = { performance: text, sha256: sha256(text) }
        await trx
          .insertInto('result')
          .values({ event_id: eventId, ...row })
          .onConflict(c => c.column('event_id').doUpdateSet(row))
          .execute()
        return performance
      })
    }
  }
}

function fromRow(row: Schema['result']): Performance {
  if (sha256(row.performance) !== row.sha256) {
    throw new Error(
      `the result of event ${row.event_id} does not match its checksum: it was changed after it was kept`
    )
  }
  return JSON.parse(row.performance)
}

import type { Kysely } from 'kysely'
import { mapInPieces } from '../contract/breath.ts'
import { canonicalJson } from '../contract/canonicalJson.ts'
import type { Delivery, Performance, ResultList } from '../contract/performance.ts'
import { inPieces, toMs, toTime } from './columns.ts'
import { deliveredSlots, slotsText } from './deliveredSlots.ts'
import { toDeliveryRow } from './deliveries.ts'
import { countRevision } from './eventRows.ts'
import { inWordsOfToday, isFormer } from './formerResults.ts'
import type { ResultRow, Schema } from './schema.ts'
import { sha256 } from './sha256.ts'

export type KeptKind = ResultList['results'][number]['kind']

/** What a result is kept with. */
export interface Keeping {
  kind: KeptKind
  /** What made it necessary, in words. */
  why: string
  /** Its rows for lists and sums. */
  deliveries: readonly Delivery[]
}

/**
 * What was measured, each version beside the earlier ones, as canonical JSON with its SHA-256: a result changed behind
 * Gridload's back is not served.
 */
export interface Results {
  /**
   * As the next version, with its deliveries, all or nothing; returns what is kept, its `resultVersion` set. What says
   * the same as the newest, of the same kind, is not kept twice: then the one that is there comes back. Rejects for an
   * unknown event.
   */
  save(performance: Performance, keeping: Keeping): Promise<Performance>
  /** The newest without `version`; null when there is none. Rejects, naming the event, when it does not match its checksum. */
  get(eventId: string, version?: number): Promise<Performance | null>
  list(eventId: string): Promise<ResultList>
  /** The newest of each event that has one; as whole results are large, of few events. */
  newest(eventIds: readonly string[]): Promise<Map<string, Performance>>
}

export function createResults(db: Kysely<Schema>): Results {
  async function get(eventId: string, version?: number): Promise<Performance | null> {
    let query = db.selectFrom('result_version').selectAll().where('event_id', '=', eventId)
    if (version !== undefined) query = query.where('version', '=', version)
    const row = await query.orderBy('version', 'desc').limit(1).executeTakeFirst()
    return row === undefined ? null : read(db, row)
  }
  return {
    get,
    save: (performance, keeping) => db.transaction().execute(trx => saveNext(trx, performance, keeping)),
    async list(eventId) {
      const rows = await db
        .selectFrom('result_version')
        .select(['version', 'kind', 'computed_at', 'sha256', 'delivered_kwh', 'why'])
        .where('event_id', '=', eventId)
        .orderBy('version')
        .execute()
      return {
        results: rows.map(row => ({
          resultVersion: row.version,
          kind: row.kind as KeptKind,
          computedAt: toTime(row.computed_at),
          sha256: row.sha256,
          deliveredKwh: row.delivered_kwh,
          why: row.why
        }))
      }
    },
    async newest(eventIds) {
      const found = new Map<string, Performance>()
      for (const id of eventIds) {
        const result = await get(id)
        if (result !== null) found.set(id, result)
      }
      return found
    }
  }
}

async function saveNext(
  db: Kysely<Schema>,
  performance: Performance,
  { kind, why, deliveries }: Keeping
): Promise<Performance> {
  const { eventId } = performance
  // Locks the event: of two that save at once, the second sees what the first has kept.
  if ((await countRevision(db, eventId)) === null) throw new Error(`there is no event ${eventId}`)
  const newest = await db
    .selectFrom('result_version')
    .selectAll()
    .where('event_id', '=', eventId)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (newest?.kind === kind) {
    const kept = await read(db, newest)
    if ((await said(kept)) === (await said(performance))) return kept
  }
  const version = (newest?.version ?? 0) + 1
  const next = { ...performance, resultVersion: version }
  const text = await canonicalInPieces(next)
  await db
    .insertInto('result_version')
    .values({
      ...{ event_id: eventId, version, kind, computed_at: toMs(performance.computedAt), why },
      ...{ delivered_kwh: performance.total.deliveredKwh, performance: text, sha256: sha256(text) },
      delivered_slots: slotsText(deliveredSlots(performance))
    })
    .execute()
  await db
    .updateTable('delivery')
    .set({ is_newest: 0 })
    .where('event_id', '=', eventId)
    .where('is_newest', '=', 1)
    .execute()
  for (const some of inPieces(deliveries)) {
    const rows = some.map(one => ({ ...toDeliveryRow(one), event_id: eventId, result_version: version }))
    await db.insertInto('delivery').values(rows).execute()
  }
  return next
}

/** Without when, and which one, it is. */
function said(performance: Performance): Promise<string> {
  return canonicalInPieces({ ...performance, computedAt: null, resultVersion: null })
}

/** The canonical JSON of a result, which may have thousands of participants: some at a time. */
async function canonicalInPieces({
  participants,
  ...rest
}: Record<keyof Performance, unknown>): Promise<string> {
  const measured = await mapInPieces(participants as unknown[], one => canonicalJson(one), 50)
  const members = Object.entries(rest).map(([name, member]) => [name, canonicalJson(member)] as const)
  const sorted = [...members, ['participants', `[${measured.join(',')}]`] as const]
    .filter(([name]) => rest[name as keyof typeof rest] !== undefined || name === 'participants')
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${sorted.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`
}

async function read(db: Kysely<Schema>, row: ResultRow): Promise<Performance> {
  if (sha256(row.performance) !== row.sha256) {
    throw new Error(
      `the result of event ${row.event_id} does not match its checksum: it was changed after it was kept`
    )
  }
  const kept: Performance = JSON.parse(row.performance)
  if (!isFormer(kept)) return kept
  const asked = db.selectFrom('participant').select(['customer_id', 'committed_kw'])
  const rows = await asked.where('event_id', '=', row.event_id).execute()
  return inWordsOfToday(kept, row.version, new Map(rows.map(one => [one.customer_id, one.committed_kw])))
}

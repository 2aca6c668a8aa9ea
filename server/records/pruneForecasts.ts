import { type Kysely, sql } from 'kysely'
import { breath } from '../contract/breath.ts'
import { inPieces } from './columns.ts'
import type { Schema } from './schema.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const DAY_AHEAD_KEPT = 3 * 366 * DAY
const INTRADAY_KEPT = 14 * DAY
const EVERY_ISSUE_KEPT = DAY
/** A node has some hundred intraday issues to look at. */
const NODES_AT_ONCE = 20

/**
 *   age    0 ───────── 1 day ─────────────── 14 days ──────── 3 years
 *          every issue   │ each hour's last    │ day-ahead only   │ none
 */
export async function pruneForecasts(
  db: Kysely<Schema>,
  nodeIds: readonly string[],
  now: number
): Promise<number> {
  let removed = 0n
  for (const some of inPieces(nodeIds, NODES_AT_ONCE)) {
    for (const query of [
      issuedBefore(db, some, 'day-ahead', now - DAY_AHEAD_KEPT),
      issuedBefore(db, some, 'intraday', now - INTRADAY_KEPT),
      issuedBefore(db, some, 'intraday', now - EVERY_ISSUE_KEPT).where(laterInHour)
    ]) {
      removed += (await query.executeTakeFirst()).numDeletedRows
      await breath()
    }
  }
  return Number(removed)
}

function issuedBefore(db: Kysely<Schema>, nodeIds: readonly string[], kind: string, before: number) {
  const ofNodes = db.deleteFrom('forecast').where('node_id', 'in', nodeIds)
  return ofNodes.where('kind', '=', kind).where('issued_at', '<', before)
}

const laterInHour = sql<boolean>`exists (select 1 from forecast later
  where later.node_id = forecast.node_id and later.kind = forecast.kind
  and later.issued_at > forecast.issued_at
  and later.issued_at < forecast.issued_at - forecast.issued_at % ${sql.lit(HOUR)} + ${sql.lit(HOUR)})`

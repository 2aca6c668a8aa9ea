import { type Kysely, sql } from 'kysely'
import { breath } from '../contract/breath.ts'
import type { Forecast, ForecastKind } from '../contract/forecasts.ts'
import { inPieces } from './columns.ts'
import { type IssueKey, issueId, type PackedForecast, unpackForecast } from './forecastRow.ts'
import { pruneForecasts } from './pruneForecasts.ts'
import type { Schema } from './schema.ts'

const KINDS: readonly ForecastKind[] = ['day-ahead', 'intraday']
/** Whole issues read or written by one statement: a few milliseconds. */
const ISSUES_AT_ONCE = 20

/** Load forecasts as they were issued. */
export interface Forecasts {
  /** Of one node, kind and time of issue there is one: the later put stands. Rejects for a node nobody registered. */
  put(issues: readonly PackedForecast[]): Promise<void>
  /**
   * The newest issue of each node that has one: of these nodes (all), of this kind (whichever is newer), issued at
   * `issuedBy` (epoch ms) at the latest.
   */
  newest(
    nodeIds?: readonly string[] | undefined,
    kind?: ForecastKind | undefined,
    issuedBy?: number | undefined
  ): Promise<Map<string, Forecast>>
  /** Issued in [from, to), epoch ms, earliest first. */
  ofNode(nodeId: string, span: { kind?: ForecastKind; from: number; to: number }): Promise<Forecast[]>
  /**
   * Removes what is kept no longer, and says how many: day-ahead issues after three years, intraday ones after 14 days,
   * and of those older than a day all but the last of each hour.
   */
  prune(now: number): Promise<number>
}

export function createForecasts(db: Kysely<Schema>): Forecasts {
  return {
    async put(issues) {
      for (const some of inPieces(issues, ISSUES_AT_ONCE)) {
        await insert(db, [...new Map(some.map(one => [one.id, one])).values()])
        await breath()
      }
    },
    async newest(nodeIds, kind, issuedBy = Number.MAX_SAFE_INTEGER) {
      const ids = nodeIds ?? (await allNodes(db))
      const newest: IssueKey[] = []
      for (const some of inPieces(ids)) newest.push(...(await newestKeys(db, some, kind, issuedBy)))
      const found = new Map<string, Forecast>()
      for (const keys of inPieces(newest, ISSUES_AT_ONCE)) {
        for (const one of await wholeIssues(db, keys)) found.set(one.nodeId, one)
        await breath()
      }
      return found
    },
    async ofNode(nodeId, { kind, from, to }) {
      const query = db
        .selectFrom('forecast')
        .selectAll()
        .where('node_id', '=', nodeId)
        .where('kind', 'in', kind === undefined ? KINDS : [kind])
        .where('issued_at', '>=', from)
        .where('issued_at', '<', to)
      const rows = await query.execute()
      const found: Forecast[] = []
      for (const row of rows.sort((a, b) => a.issued_at - b.issued_at || (a.kind < b.kind ? -1 : 1))) {
        found.push(unpackForecast(row))
        await breath()
      }
      return found
    },
    async prune(now) {
      return pruneForecasts(db, await allNodes(db), now)
    }
  }
}

async function insert(db: Kysely<Schema>, rows: readonly PackedForecast[]): Promise<void> {
  await db
    .insertInto('forecast')
    .values(rows)
    .onConflict(c =>
      c.column('id').doUpdateSet(eb => ({
        from_at: eb.ref('excluded.from_at'),
        until_at: eb.ref('excluded.until_at'),
        body: eb.ref('excluded.body')
      }))
    )
    .execute()
}

async function allNodes(db: Kysely<Schema>): Promise<string[]> {
  return (await db.selectFrom('node').select('id').execute()).map(({ id }) => id)
}

/** By one leap in the index for each node and kind: there are a thousand issues of each. */
async function newestKeys(
  db: Kysely<Schema>,
  nodeIds: readonly string[],
  kind: ForecastKind | undefined,
  issuedBy: number
): Promise<IssueKey[]> {
  const newestOf = (one: ForecastKind) =>
    sql<number | null>`(select max(issued_at) from forecast
      where forecast.node_id = node.id and kind = ${sql.lit(one)} and issued_at <= ${issuedBy})`
  const query = db
    .selectFrom('node')
    .select(['id', newestOf('day-ahead').as('day_ahead'), newestOf('intraday').as('intraday')])
  const rows = await query.where('id', 'in', nodeIds).execute()
  return rows.flatMap(({ id: nodeId, day_ahead, intraday }) => {
    const keys: IssueKey[] = []
    if (day_ahead !== null && kind !== 'intraday') {
      keys.push({ nodeId, kind: 'day-ahead', issuedAt: day_ahead })
    }
    if (intraday !== null && kind !== 'day-ahead') keys.push({ nodeId, kind: 'intraday', issuedAt: intraday })
    return keys.sort((a, b) => b.issuedAt - a.issuedAt).slice(0, 1)
  })
}

async function wholeIssues(db: Kysely<Schema>, keys: readonly IssueKey[]): Promise<Forecast[]> {
  const rows = await db.selectFrom('forecast').selectAll().where('id', 'in', keys.map(issueId)).execute()
  return rows.map(unpackForecast)
}

import { type Kysely, type RawBuilder, type SelectQueryBuilder, sql } from 'kysely'
import type { Finding, FindingKind } from '../contract/findings.ts'
import { toMs, toMsOrNull, toTime, toTimeOrNull } from './columns.ts'
import type { FindingRow, Schema } from './schema.ts'

type Acknowledgement = NonNullable<Finding['acknowledged']>

/** Lists are newest first, those not yet cleared before the cleared ones. */
export interface Findings {
  /** Not cleared, or cleared but not acknowledged. */
  open(): Promise<Finding[]>
  list({ limit }: { limit: number }): Promise<Finding[]>
  get(id: string): Promise<Finding | null>
  /**
   * Inserts or replaces. An acknowledgement once given stays, whatever the copy of the saver says, unless the finding
   * has turned since (facts.turnedAt): that has to be acknowledged anew.
   */
  save(finding: Finding): Promise<void>
  /** The first acknowledgement stays; by `byId` its name can be erased. null when there is no such finding. */
  acknowledge(id: string, acknowledgement: Acknowledgement & { byId: string }): Promise<Finding | null>
}

export function createFindings(db: Kysely<Schema>): Findings {
  async function get(id: string): Promise<Finding | null> {
    const row = await db.selectFrom('finding').selectAll().where('id', '=', id).executeTakeFirst()
    return row === undefined ? null : fromRow(row)
  }
  return {
    get,
    async open() {
      const query = db.selectFrom('finding').selectAll()
      const open = query.where(eb => eb.or([eb('cleared_at', 'is', null), eb('acknowledged_at', 'is', null)]))
      return (await inOrder(open).execute()).map(fromRow)
    },
    async list({ limit }) {
      return (await inOrder(db.selectFrom('finding').selectAll()).limit(limit).execute()).map(fromRow)
    },
    async save(finding) {
      const kept = keptSince(finding.facts.turnedAt ?? 0)
      await db
        .insertInto('finding')
        .values(toRow(finding))
        .onConflict(c =>
          c.column('id').doUpdateSet(eb => ({
            kind: eb.ref('excluded.kind'),
            node_id: eb.ref('excluded.node_id'),
            node_name: eb.ref('excluded.node_name'),
            priority: eb.ref('excluded.priority'),
            raised_at: eb.ref('excluded.raised_at'),
            cleared_at: eb.ref('excluded.cleared_at'),
            acknowledged_by: kept('by'),
            acknowledged_by_id: kept('by_id'),
            acknowledged_at: kept('at'),
            acknowledged_note: kept('note'),
            summary: eb.ref('excluded.summary'),
            facts: eb.ref('excluded.facts'),
            flagged: eb.ref('excluded.flagged')
          }))
        )
        .execute()
    },
    async acknowledge(id, { by, byId, at, note }) {
      await db
        .updateTable('finding')
        .set({
          acknowledged_by: by,
          acknowledged_by_id: byId,
          acknowledged_at: toMs(at),
          acknowledged_note: note
        })
        .where('id', '=', id)
        .where('acknowledged_at', 'is', null)
        .execute()
      return get(id)
    }
  }
}

/** A column of the acknowledgement: the one that is there, where it was given at `turnedAt` or later. */
const keptSince =
  (turnedAt: number) =>
  (column: 'by' | 'by_id' | 'at' | 'note'): RawBuilder<never> => {
    const [own, new_] = [
      sql.ref(`finding.acknowledged_${column}`),
      sql.ref(`excluded.acknowledged_${column}`)
    ]
    return sql`case when finding.acknowledged_at >= ${sql.lit(turnedAt)} then ${own} else ${new_} end`
  }

function inOrder<O>(
  query: SelectQueryBuilder<Schema, 'finding', O>
): SelectQueryBuilder<Schema, 'finding', O> {
  return query
    .orderBy(sql`case when cleared_at is null then 0 else 1 end`)
    .orderBy('raised_at', 'desc')
    .orderBy('id', 'desc')
}

function fromRow(row: FindingRow): Finding {
  const { acknowledged_by: by, acknowledged_at: at } = row
  return {
    id: row.id,
    kind: row.kind as FindingKind,
    nodeId: row.node_id,
    nodeName: row.node_name,
    priority: row.priority,
    raisedAt: toTime(row.raised_at),
    clearedAt: toTimeOrNull(row.cleared_at),
    acknowledged:
      by === null || at === null ? null : { by, at: toTime(at), note: row.acknowledged_note ?? '' },
    summary: row.summary,
    facts: JSON.parse(row.facts),
    flagged: JSON.parse(row.flagged)
  }
}

function toRow(finding: Finding): Omit<FindingRow, 'acknowledged_by_id'> {
  return {
    id: finding.id,
    kind: finding.kind,
    node_id: finding.nodeId,
    node_name: finding.nodeName,
    priority: finding.priority,
    raised_at: toMs(finding.raisedAt),
    cleared_at: toMsOrNull(finding.clearedAt),
    acknowledged_by: finding.acknowledged?.by ?? null,
    acknowledged_at: toMsOrNull(finding.acknowledged?.at ?? null),
    acknowledged_note: finding.acknowledged?.note ?? null,
    summary: finding.summary,
    facts: JSON.stringify(finding.facts),
    flagged: JSON.stringify(finding.flagged)
  }
}

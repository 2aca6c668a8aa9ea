import type { Kysely } from 'kysely'
import type { FindingKind } from '../contract/findings.ts'
import type { Reward, RewardKind, RewardState } from '../contract/rewards.ts'
import { inPieces, toMs, toTime } from './columns.ts'
import { takeNumbers } from './counters.ts'
import type { RewardHistoryRow, RewardRow, Schema } from './schema.ts'

/** A service that is offered. */
export interface RewardOffer {
  customerId: string
  /** null: for a whole season. */
  eventId: string | null
  /** The finding that advises it. */
  findingId?: string | null
  season: number
  kind: RewardKind
}

/** A step of it, and who stands behind it; `byId` stays inside: by it the name can be erased. */
export interface RewardStep {
  /** RFC 3339. */
  at: string
  by: string
  byId: string
  note: string
}

export interface RewardFilter {
  customerId?: string
  states?: readonly RewardState[]
  season?: number
}

/** Services that thank. */
export interface Rewards {
  /** Offered by one person at one time, each with an id of its own (RW-000001, …); all or none. Rejects for an unknown customer. */
  insert(offers: readonly RewardOffer[], step: RewardStep): Promise<Reward[]>
  get(id: string): Promise<Reward | null>
  /** By id. */
  list(filter?: RewardFilter): Promise<Reward[]>
  /** Writes the next step if it is still in the state `from`; null, and nothing written, when it is not. */
  advance(
    id: string,
    from: RewardState,
    change: RewardStep & { state: RewardState; plannedFor: string | null }
  ): Promise<Reward | null>
}

export function createRewards(db: Kysely<Schema>): Rewards {
  return {
    async insert(offers, step) {
      return db.transaction().execute(async trx => complete(trx, await insertRewards(trx, offers, step)))
    },
    async get(id) {
      return (await complete(db, [id]))[0] ?? null
    },
    async list({ customerId, states, season } = {}) {
      if (states?.length === 0) return []
      let query = db.selectFrom('reward').select('id')
      if (customerId !== undefined) query = query.where('customer_id', '=', customerId)
      if (states !== undefined) query = query.where('state', 'in', [...states])
      if (season !== undefined) query = query.where('season', '=', season)
      const found = (await query.execute()).map(({ id }) => id)
      return complete(db, found)
    },
    async advance(id, from, change) {
      return db.transaction().execute(async trx => {
        const { numUpdatedRows } = await trx
          .updateTable('reward')
          .set({ state: change.state, planned_for: change.plannedFor })
          .where('id', '=', id)
          .where('state', '=', from)
          .executeTakeFirst()
        if (numUpdatedRows === 0n) return null
        const steps = trx.selectFrom('reward_history').select('position').where('reward_id', '=', id)
        const position = (await steps.execute()).length + 1
        await trx
          .insertInto('reward_history')
          .values(toHistoryRow(id, position, change))
          .execute()
        return (await complete(trx, [id]))[0] ?? null
      })
    }
  }
}

/** Inside a transaction of the caller. Returns the new ids. */
export async function insertRewards(
  db: Kysely<Schema>,
  offers: readonly RewardOffer[],
  step: RewardStep
): Promise<string[]> {
  if (offers.length === 0) return []
  const first = (await takeNumbers(db, 'reward', offers.length)) - offers.length + 1
  const rows = offers.map(({ customerId, eventId, findingId = null, season, kind }, i) => ({
    id: `RW-${String(first + i).padStart(6, '0')}`,
    ...{ customer_id: customerId, event_id: eventId, finding_id: findingId, season, kind },
    ...{ state: 'offered', planned_for: null }
  }))
  for (const some of inPieces(rows)) {
    await db.insertInto('reward').values(some).execute()
    const state = 'offered' as const
    const history = some.map(({ id }) => toHistoryRow(id, 1, { ...step, state, plannedFor: null }))
    await db.insertInto('reward_history').values(history).execute()
  }
  return rows.map(({ id }) => id)
}

async function complete(db: Kysely<Schema>, ids: readonly string[]): Promise<Reward[]> {
  const rewards: Reward[] = []
  for (const some of inPieces(ids)) {
    const rows = await db
      .selectFrom('reward')
      .innerJoin('customer', 'customer.id', 'reward.customer_id')
      .leftJoin('finding', 'finding.id', 'reward.finding_id')
      .selectAll('reward')
      .select([
        'customer.name as customer_name',
        'finding.kind as finding_kind',
        'finding.node_id as finding_node_id',
        'finding.node_name as finding_node_name'
      ])
      .where('reward.id', 'in', some)
      .execute()
    const history = await db.selectFrom('reward_history').selectAll().where('reward_id', 'in', some).execute()
    const historyOf = Map.groupBy(history, one => one.reward_id)
    for (const row of rows) rewards.push(fromRow(row, historyOf.get(row.id) ?? []))
  }
  return rewards.sort((a, b) => (a.id < b.id ? -1 : 1))
}

function toHistoryRow(
  rewardId: string,
  position: number,
  { state, at, by, byId, note, plannedFor }: RewardStep & { state: RewardState; plannedFor: string | null }
): RewardHistoryRow {
  return {
    ...{ reward_id: rewardId, position, state, at: toMs(at) },
    ...{ by, by_id: byId, note, planned_for: plannedFor }
  }
}

interface JoinedRow extends RewardRow {
  customer_name: string
  finding_kind: string | null
  finding_node_id: string | null
  finding_node_name: string | null
}

function findingOf(row: JoinedRow): NonNullable<Reward['finding']> | null {
  const { finding_id: id, finding_kind: kind, finding_node_id: nodeId, finding_node_name: nodeName } = row
  if (id === null || kind === null || nodeId === null || nodeName === null) return null
  return { id, kind: kind as FindingKind, nodeId, nodeName }
}

function fromRow(row: JoinedRow, history: readonly RewardHistoryRow[]): Reward {
  return {
    id: row.id,
    customerId: row.customer_id,
    customerName: row.customer_name,
    eventId: row.event_id,
    finding: findingOf(row),
    season: row.season,
    kind: row.kind as RewardKind,
    state: row.state as RewardState,
    plannedFor: row.planned_for,
    history: history
      .toSorted((a, b) => a.position - b.position)
      .map(({ state, at, by, note, planned_for }) => ({
        ...{ state: state as RewardState, at: toTime(at), by, note },
        plannedFor: planned_for
      }))
  }
}

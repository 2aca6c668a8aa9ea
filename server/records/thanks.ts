import type { Kysely } from 'kysely'
import { inPieces, toMs } from './columns.ts'
import { takeNumbers } from './counters.ts'
import { countRevision } from './eventRows.ts'
import { insertRewards, type RewardOffer, type RewardStep } from './rewards.ts'
import type { Schema } from './schema.ts'

/** Part of many thanks. */
export interface ThanksPiece {
  items: readonly { eventId: string; customerId: string }[]
  note: string
  /** Made only where the customer has not been offered the same kind for the same event. */
  offers: readonly RewardOffer[]
  offerNote: string
}

export interface ManyThanks {
  /**
   * Thanks those that were not thanked yet, and offers: all or nothing. Counts who is thanked now, who was before (the
   * first thanks stay) and the new rewards; an item without such a participant counts nowhere.
   */
  write(
    piece: ThanksPiece,
    signed: Omit<RewardStep, 'note'>
  ): Promise<{ thanked: number; before: number; rewards: number }>
}

export function createThanks(db: Kysely<Schema>): ManyThanks {
  return {
    async write({ items, note, offers, offerNote }, { by, byId, at }) {
      const set = { thanked_by: by, thanked_by_id: byId, thanked_at: toMs(at), thanks_note: note }
      return db.transaction().execute(async trx => {
        let thanked = 0
        let there = 0
        const byEvent = [...Map.groupBy(items, one => one.eventId)]
        // In one order, as each locks its event: two that thank at once do not wait for each other.
        for (const [eventId, some] of byEvent.sort(([a], [b]) => (a < b ? -1 : 1))) {
          if ((await countRevision(trx, eventId)) === null) continue
          const customers = [...new Set(some.map(({ customerId }) => customerId))]
          for (const piece of inPieces(customers)) {
            there += await countParticipants(trx, eventId, piece)
            thanked += await thank(trx, eventId, piece, set)
          }
        }
        const rewards = await insertRewards(trx, await newOffers(trx, offers), {
          by,
          byId,
          at,
          note: offerNote
        })
        return { thanked, before: there - thanked, rewards: rewards.length }
      })
    }
  }
}

async function countParticipants(
  db: Kysely<Schema>,
  eventId: string,
  customers: readonly string[]
): Promise<number> {
  const there = db.selectFrom('participant').select('customer_id').where('event_id', '=', eventId)
  return (await there.where('customer_id', 'in', customers).execute()).length
}

async function thank(
  db: Kysely<Schema>,
  eventId: string,
  customers: readonly string[],
  set: { thanked_by: string; thanked_by_id: string; thanked_at: number; thanks_note: string }
): Promise<number> {
  const mine = db.updateTable('participant').set(set).where('event_id', '=', eventId)
  const open = mine.where('customer_id', 'in', customers).where('thanked_at', 'is', null)
  return Number((await open.executeTakeFirst()).numUpdatedRows)
}

async function newOffers(db: Kysely<Schema>, offers: readonly RewardOffer[]): Promise<RewardOffer[]> {
  if (offers.length === 0) return []
  // Waits for others that number rewards, and so sees what they have offered.
  await takeNumbers(db, 'reward', 0)
  const made = new Set<string>()
  const key = (customerId: string, eventId: string | null, kind: string) =>
    JSON.stringify([customerId, eventId, kind])
  for (const some of inPieces(offers)) {
    const rows = await db
      .selectFrom('reward')
      .select(['customer_id', 'event_id', 'kind'])
      .where(
        'customer_id',
        'in',
        some.map(({ customerId }) => customerId)
      )
      .execute()
    for (const row of rows) made.add(key(row.customer_id, row.event_id, row.kind))
  }
  return offers.filter(({ customerId, eventId, kind }) => {
    const one = key(customerId, eventId, kind)
    return !made.has(one) && made.add(one)
  })
}

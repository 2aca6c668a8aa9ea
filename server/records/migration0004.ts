import type { Kysely } from 'kysely'
import { deliveredSlots, slotsText } from './deliveredSlots.ts'

// biome-ignore lint/suspicious/noExplicitAny: the tables as they were at the time of this migration
type Tables = Kysely<any>

/**
 * A count of what was written to an event, whatever it was, so that what was read of it can be remembered; what each
 * result says slot by slot, so that a season does not read whole results.
 */
export async function createRevisions(db: Tables): Promise<void> {
  const { schema } = db
  await schema
    .alterTable('event')
    .addColumn('revision', 'bigint', c => c.notNull().defaultTo(0))
    .execute()
  await schema.alterTable('result_version').addColumn('delivered_slots', 'text').execute()
  const kept = await db.selectFrom('result_version').select(['event_id', 'version']).execute()
  // One at a time: a result may be large.
  for (const { event_id, version } of kept) {
    const mine = db.selectFrom('result_version').select('performance').where('event_id', '=', event_id)
    const { performance } = await mine.where('version', '=', version).executeTakeFirstOrThrow()
    const delivered_slots = slotsText(deliveredSlots(JSON.parse(performance)))
    const update = db.updateTable('result_version').set({ delivered_slots })
    await update.where('event_id', '=', event_id).where('version', '=', version).execute()
  }
}

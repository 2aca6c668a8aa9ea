import type { Kysely } from 'kysely'
import type { Performance } from '../contract/performance.ts'
import { deliveriesOf } from './deliveries.ts'
import { createEvents } from './events.ts'
import { createResults } from './results.ts'
import type { Schema } from './schema.ts'

/** The newest result of an event, for who does not ask for versions. */
export interface FormerResults {
  /** Kept as the next version until the event is final; then the one that is there stays. Returns what is kept. */
  saveResult(performance: Performance): Promise<Performance>
  result(eventId: string): Promise<Performance | null>
  results(eventIds: readonly string[]): Promise<Map<string, Performance>>
}

export function createFormerResults(db: Kysely<Schema>): FormerResults {
  const results = createResults(db)
  const events = createEvents(db)
  return {
    result: eventId => results.get(eventId),
    results: eventIds => results.newest(eventIds),
    async saveResult(performance) {
      const event = await events.get(performance.eventId)
      if (event === null) throw new Error(`there is no event ${performance.eventId}`)
      const kept = await results.get(event.id)
      if (kept !== null && event.state === 'final') return kept
      const kind = performance.isFinal ? 'final' : 'provisional'
      return results.save(performance, {
        kind,
        why: 'measured',
        deliveries: deliveriesOf(event, performance)
      })
    }
  }
}

import type { CurtailmentEvent } from '../../contract/events.ts'
import type { Performance } from '../../contract/performance.ts'
import { compareMethods } from './comparison.ts'
import { deliveriesOf } from './deliveries.ts'
import { createMeasurement } from './measurement.ts'
import type { KeptKind, ResultNeeds, Results } from './needs.ts'
import { newsOf } from './newer.ts'
import { recomputation } from './recompute.ts'

/** What events delivered: measured while they run, kept in versions once they are over. */
export function createResults(needs: ResultNeeds): Results {
  const { results, events, now } = needs
  const measurement = createMeasurement(needs)
  const running = new Map<string, Promise<Performance>>()

  /** Computed once for everybody who asks at the same time. */
  function live(event: CurtailmentEvent): Promise<Performance> {
    const key = `${event.id} ${event.version}`
    const measuring =
      running.get(key) ??
      measurement.measure(event, { now: now(), isFresh: false }).finally(() => running.delete(key))
    running.set(key, measuring)
    return measuring
  }

  /** The newest kept result, where it is of this kind. */
  async function newestOf(eventId: string, kind: KeptKind): Promise<Performance | null> {
    const last = (await results.list(eventId)).results.at(-1)
    return last?.kind === kind ? results.get(eventId, last.resultVersion) : null
  }

  return {
    async of(event) {
      return (mayBeKept.has(event.state) ? await results.get(event.id) : null) ?? live(event)
    },
    basis: event => measurement.basis(event, now()),
    measure: event => measurement.measure(event, { now: now(), isFresh: true }),
    async keep(measured, keeping) {
      const event = await events.get(measured.eventId)
      if (event === null) throw new Error(`there is no curtailment event ${measured.eventId}`)
      const performance = { ...measured, isFinal: keeping.kind === 'final' }
      const newest = await newestOf(measured.eventId, keeping.kind)
      const news = newest && newsOf(performance, newest)
      if (newest !== null && news === null) return newest
      const why = news === null ? keeping.why : `${keeping.why}: ${news}`
      return results.save(performance, { ...keeping, why, deliveries: deliveriesOf(event, performance) })
    },
    kept: (eventId, version) => results.get(eventId, version),
    list: eventId => results.list(eventId),
    async recompute(event, version) {
      const kept = await results.get(event.id, version)
      if (kept === null) return null
      const { results: all } = await results.list(event.id)
      const keptSha256 = all.find(one => one.resultVersion === kept.resultVersion)?.sha256 ?? ''
      const { state, version: eventVersion, computedAt } = kept
      // As it was then: what has happened to the event since is no part of that result.
      const then = { ...event, state, version: eventVersion, start: kept.start, end: kept.end }
      const measured = await measurement.measure(then, { now: Date.parse(computedAt), isFresh: true })
      return recomputation(kept, keptSha256, measured)
    },
    async compare(event, customerId) {
      const prepared = await measurement.participant(event, customerId, now())
      return prepared && compareMethods(needs, prepared, now())
    }
  }
}

const mayBeKept: ReadonlySet<string> = new Set(['provisional', 'final', 'cancelled'])

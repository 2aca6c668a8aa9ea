import type { CurtailmentEvent, EventState } from '../../server/contract/events.ts'
import type { Performance } from '../../server/contract/performance.ts'
import type { EventRecords, NoticeMessage } from '../../server/curtailment/needs.ts'

export interface MemoryEvents extends EventRecords {
  /** What went out with the events, in order; a key is kept once. */
  readonly outbox: readonly NoticeMessage[]
}

/** The event records in memory, as strict as the real ones: copies in and out, versions compared, keys kept once. */
export function memoryEvents(): MemoryEvents {
  const events = new Map<string, CurtailmentEvent>()
  const results = new Map<string, Performance>()
  const outbox: NoticeMessage[] = []
  const copy = <T>(value: T | undefined): T | null => (value === undefined ? null : structuredClone(value))

  return {
    outbox,
    get: async id => copy(events.get(id)),
    async list({ states, customerId, limit = 100 }) {
      const has = (event: CurtailmentEvent) =>
        (states === undefined || (states as readonly EventState[]).includes(event.state)) &&
        (customerId === undefined || event.participants.some(one => one.customerId === customerId))
      return structuredClone(
        [...events.values()]
          .filter(has)
          .sort((a, b) => b.start.localeCompare(a.start) || b.id.localeCompare(a.id))
          .slice(0, limit)
      )
    },
    async insert(event) {
      if (events.has(event.id)) throw new Error(`${event.id} exists`)
      events.set(event.id, structuredClone(event))
    },
    async nextId(localDate) {
      const prefix = `CE-${localDate.replaceAll('-', '')}-`
      const count = [...events.keys()].filter(id => id.startsWith(prefix)).length
      return prefix + String(count + 1).padStart(3, '0')
    },
    async advance(next, expectedVersion, notices) {
      const event = events.get(next.id)
      if (event === undefined || event.version !== expectedVersion) return false
      events.set(next.id, { ...structuredClone(next), participants: event.participants })
      for (const notice of notices) if (!outbox.some(({ key }) => key === notice.key)) outbox.push(notice)
      return true
    },
    async setParticipant(eventId, customerId, change) {
      const event = events.get(eventId)
      const participant = event?.participants.find(one => one.customerId === customerId)
      if (event === undefined || participant === undefined) return null
      Object.assign(participant, structuredClone(change))
      return structuredClone(event)
    },
    async saveResult(performance) {
      const kept = results.get(performance.eventId)
      if (kept !== undefined && events.get(performance.eventId)?.state === 'final')
        return structuredClone(kept)
      results.set(performance.eventId, structuredClone(performance))
      return performance
    },
    result: async eventId => copy(results.get(eventId))
  }
}

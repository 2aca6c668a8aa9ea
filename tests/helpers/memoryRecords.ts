import { createHash } from 'node:crypto'
import { canonicalJson } from '../../server/contract/canonicalJson.ts'
import type { Answer, CurtailmentEvent, EventState } from '../../server/contract/events.ts'
import type { Delivery, Performance } from '../../server/contract/performance.ts'
import type {
  AnswerRecords,
  CommandKey,
  EventRecords,
  NoticeMessage
} from '../../server/curtailment/needs.ts'
import type { Keeping, ResultRecords } from '../../server/curtailment/performance/needs.ts'

export interface MemoryEvents extends EventRecords {
  /** What went out with the events, in order; a key is kept once. */
  readonly outbox: readonly NoticeMessage[]
}

/** The event records in memory, as strict as the real ones: copies in and out, versions compared, keys kept once. */
export function memoryEvents(): MemoryEvents {
  const events = new Map<string, CurtailmentEvent>()
  const commands = new Map<string, { eventId: string; sha256: string }>()
  const outbox: NoticeMessage[] = []
  const copy = <T>(value: T | undefined): T | null => (value === undefined ? null : structuredClone(value))

  function keepCommand(event: CurtailmentEvent, command: CommandKey | undefined): void {
    if (command === undefined) return
    const key = JSON.stringify([event.history.at(-1)?.byId, command.key])
    if (commands.has(key)) throw new Error(`command ${key} was carried out before`)
    commands.set(key, { eventId: event.id, sha256: command.sha256 })
  }

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
    async insert(event, command) {
      if (events.has(event.id)) throw new Error(`${event.id} exists`)
      keepCommand(event, command)
      events.set(event.id, structuredClone(event))
    },
    async nextId(localDate) {
      const prefix = `CE-${localDate.replaceAll('-', '')}-`
      const count = [...events.keys()].filter(id => id.startsWith(prefix)).length
      return prefix + String(count + 1).padStart(3, '0')
    },
    async advance(next, expectedVersion, notices, command) {
      const event = events.get(next.id)
      if (event === undefined || event.version !== expectedVersion) return false
      keepCommand(next, command)
      events.set(next.id, { ...structuredClone(next), participants: orderOf(next, event) })
      for (const notice of notices) if (!outbox.some(({ key }) => key === notice.key)) outbox.push(notice)
      return true
    },
    byCommandKey: async (key, byId) => copy(commands.get(JSON.stringify([byId, key]))),
    async setParticipant(eventId, customerId, change) {
      const event = events.get(eventId)
      const participant = event?.participants.find(one => one.customerId === customerId)
      if (event === undefined || participant === undefined) return null
      Object.assign(participant, structuredClone(change))
      return structuredClone(event)
    }
  }
}

/** The participants of the next version, with what those who were there before have said. */
function orderOf(next: CurtailmentEvent, before: CurtailmentEvent): CurtailmentEvent['participants'] {
  const known = new Map(before.participants.map(one => [one.customerId, one]))
  return structuredClone(next.participants).map(one => {
    const { acknowledgedAt, answer, thanks } = known.get(one.customerId) ?? one
    return { ...one, acknowledgedAt, answer, thanks }
  })
}

/** Everything said, in memory: the same answer of the same time once. */
export function memoryAnswers(): AnswerRecords {
  const said = new Map<string, { eventId: string; customerId: string; answer: Answer }>()
  return {
    async add(eventId, customerId, answer) {
      const key = JSON.stringify([eventId, customerId, answer.at, answer.answer])
      if (!said.has(key)) said.set(key, structuredClone({ eventId, customerId, answer }))
    },
    async ofEvent(eventId) {
      return [...said.values()]
        .filter(one => one.eventId === eventId)
        .map(({ customerId, answer }) => ({ customerId, customerName: customerId, ...answer }))
        .sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
    }
  }
}

/** Kept results in memory, by version; their deliveries are those of the newest. */
export function memoryResults(): ResultRecords & { deliveries(): Delivery[] } {
  const kept = new Map<string, { performance: Performance; keeping: Keeping }[]>()
  return {
    async save(performance, keeping) {
      const versions = kept.get(performance.eventId) ?? []
      const next = { ...structuredClone(performance), resultVersion: versions.length + 1 }
      kept.set(performance.eventId, [...versions, { performance: next, keeping: structuredClone(keeping) }])
      return structuredClone(next)
    },
    async get(eventId, version) {
      const versions = kept.get(eventId) ?? []
      const one = version === undefined ? versions.at(-1) : versions[version - 1]
      return one === undefined ? null : structuredClone(one.performance)
    },
    async list(eventId) {
      const results = (kept.get(eventId) ?? []).map(({ performance, keeping: { kind, why } }) => ({
        ...{ resultVersion: performance.resultVersion, kind, computedAt: performance.computedAt, why },
        ...{ sha256: sha256(performance), deliveredKwh: performance.total.deliveredKwh }
      }))
      return { results }
    },
    deliveries: () =>
      [...kept.values()].flatMap(versions => {
        const newest = versions.at(-1)
        const { resultVersion = 0 } = newest?.performance ?? {}
        return (newest?.keeping.deliveries ?? []).map(one => ({ ...one, resultVersion }))
      })
  }
}

const sha256 = (value: unknown) => createHash('sha256').update(canonicalJson(value)).digest('hex')

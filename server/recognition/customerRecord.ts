import type { Customer } from '../contract/customers.ts'
import type { Enrolment } from '../contract/enrolments.ts'
import { type CurtailmentEvent, type EventState, reasonOf } from '../contract/events.ts'
import type { Performance } from '../contract/performance.ts'
import type { CustomerRecord, RecordEntry } from '../contract/record.ts'
import { tookPart } from './participation.ts'

/** What a record is made of. `results` holds the final results by event. */
export interface RecordParts {
  customer: Customer
  enrolments: readonly Enrolment[]
  /** Its present load, kW; null when unknown. */
  presentKw: number | null
  /** Newest first. */
  events: readonly CurtailmentEvent[]
  results: ReadonlyMap<string, Performance>
}

const openStates: ReadonlySet<EventState> = new Set(['notified', 'standby', 'active'])

/**
 * A customer's curtailment record. It lists every event the customer was called on, also one cancelled after that, but
 * no draft. Totals count the final events in which it took part: what a load happens to do in an event that was declined
 * is nobody's delivery.
 */
export function customerRecord(parts: RecordParts): CustomerRecord {
  const { customer, presentKw, events, results } = parts
  const entries = events.flatMap(event => entryOf(event, customer.id, results.get(event.id)))
  const counted = entries.filter(entry => entry.state === 'final' && tookPart(entry, entry))
  const ratios = counted.flatMap(({ ratio }) => ratio ?? [])
  return {
    customer,
    enrolments: [...parts.enrolments],
    presentKw,
    openNotices: entries.filter(({ state }) => openStates.has(state)),
    entries,
    totals: {
      events: counted.length,
      deliveredKwh: sum(counted.flatMap(({ deliveredKwh }) => deliveredKwh ?? [])),
      ratio: ratios.length === 0 ? null : sum(ratios) / ratios.length,
      thanks: entries.filter(({ thanks }) => thanks !== null).length
    }
  }
}

/** Empty for an event that never reached the customer. */
function entryOf(
  event: CurtailmentEvent,
  customerId: string,
  result: Performance | undefined
): RecordEntry[] {
  const participant = event.participants.find(one => one.customerId === customerId)
  const wasCalled = event.history.some(({ state }) => state === 'notified')
  if (participant === undefined || !wasCalled) return []
  const final = event.state === 'final' ? result : undefined
  const delivered = final?.participants.find(one => one.customerId === customerId)
  return [
    {
      eventId: event.id,
      version: event.version,
      state: event.state,
      start: event.start,
      end: event.end,
      reason: reasonOf(event),
      requestedKw: participant.requestedKw,
      acknowledgedAt: participant.acknowledgedAt,
      answer: participant.answer,
      averageKw: delivered?.averageKw ?? null,
      deliveredKwh: delivered?.deliveredKwh ?? null,
      ratio: delivered?.ratio ?? null,
      thanks: participant.thanks
    }
  ]
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

import type { Customer } from '../contract/customers.ts'
import type { Enrolment } from '../contract/enrolments.ts'
import { type CurtailmentEvent, type EventState, reasonOf } from '../contract/events.ts'
import type { Delivery } from '../contract/performance.ts'
import type { CustomerRecord, RecordEntry } from '../contract/record.ts'
import type { Reward } from '../contract/rewards.ts'
import { tookPart } from './participation.ts'

/** What a record is made of. */
export interface RecordParts {
  customer: Customer
  enrolments: readonly Enrolment[]
  /** Its present load, kW; null when unknown. */
  presentKw: number | null
  /** Newest first. */
  events: readonly CurtailmentEvent[]
  /** Of this customer, from the newest kept result of each event. */
  deliveries: readonly Delivery[]
  rewards: readonly Reward[]
}

const openStates: ReadonlySet<EventState> = new Set(['notified', 'standby', 'active'])

/**
 * A customer's curtailment record. It lists every event the customer was called on, also one cancelled after that, but
 * no draft. Totals count the real events with a final result in which it took part: what a load happens to do in an event
 * that was declined is nobody's delivery, and what was practised is no delivery either.
 */
export function customerRecord(parts: RecordParts): CustomerRecord {
  const { customer, presentKw, events } = parts
  const deliveryOf = new Map(parts.deliveries.map(one => [one.eventId, one]))
  const called = events.flatMap(event => calledIn(event, customer.id, deliveryOf.get(event.id)))
  const entries = called.map(({ entry }) => entry)
  return {
    customer,
    enrolments: [...parts.enrolments],
    presentKw,
    openNotices: called.filter(({ isOpen }) => isOpen).map(({ entry }) => entry),
    entries,
    rewards: [...parts.rewards],
    totals: customerTotals(entries)
  }
}

/** Over the entries that are given. */
export function customerTotals(entries: readonly RecordEntry[]): CustomerRecord['totals'] {
  const real = entries.filter(({ isDrill }) => !isDrill)
  const counted = real.filter(entry => isSettled(entry) && tookPart(entry, entry))
  const ratios = counted.flatMap(({ ratio }) => ratio ?? [])
  const credits = counted.flatMap(({ creditVnd }) => creditVnd ?? [])
  return {
    events: counted.length,
    deliveredKwh: sum(counted.flatMap(({ deliveredKwh }) => deliveredKwh ?? [])),
    ratio: ratios.length === 0 ? null : sum(ratios) / ratios.length,
    thanks: real.filter(({ thanks }) => thanks !== null).length,
    drills: entries.length - real.length,
    creditVnd: credits.length === 0 ? null : sum(credits)
  }
}

/** Its result stands: the event is final, or was cancelled while it ran and measured up to then. */
export function isSettled({ state, resultVersion }: Pick<RecordEntry, 'state' | 'resultVersion'>): boolean {
  return state === 'final' || (state === 'cancelled' && resultVersion !== null)
}

/** Empty for an event that never reached the customer. */
function calledIn(
  event: CurtailmentEvent,
  customerId: string,
  delivery: Delivery | undefined
): { entry: RecordEntry; isOpen: boolean }[] {
  const participant = event.participants.find(one => one.customerId === customerId)
  const wasCalled = event.history.some(({ state }) => state === 'notified')
  if (participant === undefined || !wasCalled) return []
  const isOver = event.state === 'final' || event.state === 'cancelled'
  const final = isOver && delivery?.isFinal ? delivery : undefined
  const { start, end, requestedKw, committedKw, meteringPointId, meterId } = participant
  const { acknowledgedAt, answer, thanks, releasedAt, supersededBy } = participant
  const entry: RecordEntry = {
    ...{ eventId: event.id, version: event.version, state: event.state, isDrill: event.isDrill },
    ...{ start, end, reason: reasonOf(event), requestedKw, committedKw, meteringPointId, meterId },
    ...{ acknowledgedAt, answer },
    averageKw: final?.averageKw ?? null,
    deliveredKwh: final?.deliveredKwh ?? null,
    ratio: final?.ratio ?? null,
    sustainedKw: final?.sustainedKw ?? null,
    uncertaintyKw: final?.uncertaintyKw ?? null,
    creditVnd: final?.creditVnd ?? null,
    resultVersion: final?.resultVersion ?? null,
    thanks
  }
  const isOpen = openStates.has(event.state) && releasedAt === null && supersededBy === null
  return [{ entry, isOpen }]
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

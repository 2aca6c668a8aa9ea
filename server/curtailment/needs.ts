import type { Customer } from '../contract/customers.ts'
import type { Enrolment } from '../contract/enrolments.ts'
import type { Answer, CurtailmentEvent, EventState } from '../contract/events.ts'
import type { Performance } from '../contract/performance.ts'
import type { Programme } from '../contract/programmes.ts'
import type { GridNode } from '../contract/registry.ts'
import type { MeterHistory } from './slots/slots.ts'

/** A message to be published once its time has come; the key makes sure that it is put in only once. */
export interface NoticeMessage {
  key: string
  topic: string
  payload: string
  retain: boolean
  /** Epoch ms. */
  dueAt: number
}

/** The events as kept; what it writes is durable when resolved. */
export interface EventRecords {
  get(id: string): Promise<CurtailmentEvent | null>
  /** Newest first. */
  list(filter: {
    states?: readonly EventState[]
    customerId?: string
    limit?: number
  }): Promise<CurtailmentEvent[]>
  insert(event: CurtailmentEvent): Promise<unknown>
  /** The next free id of a local date. */
  nextId(localDate: string): Promise<string>
  /** Writes state, times, version and history, and the notices with them; false if the version has moved on. Participants stay. */
  advance(
    next: CurtailmentEvent,
    expectedVersion: number,
    notices: readonly NoticeMessage[]
  ): Promise<boolean>
  setParticipant(
    eventId: string,
    customerId: string,
    change: { acknowledgedAt?: string; answer?: Answer }
  ): Promise<CurtailmentEvent | null>
  /** Replaces an earlier one until the event is final; then the one that is there stays. Returns what is kept. */
  saveResult(performance: Performance): Promise<Performance>
  result(eventId: string): Promise<Performance | null>
}

/** What curtailment needs of the other stages and of the outside. */
export interface CurtailmentNeeds {
  events: EventRecords
  customers: { list(): Promise<readonly Customer[]> }
  enrolments: { list(): Promise<readonly Enrolment[]> }
  programmes: { list(): Promise<readonly Programme[]> }
  registry: { nodes(): Promise<readonly GridNode[]> | readonly GridNode[] }
  /** A meter's readings of [from, to), epoch ms. */
  history(meterId: string, from: number, to: number): Promise<MeterHistory>
  /** Whether every reading that had arrived by `t` (epoch ms) is in the history. */
  isStored(t: number): boolean
  /** The fresh load of a metering point, kW; null where it is unknown or stale. */
  presentKw(meteringPointId: string): number | null
  /** The notices of an event in its present version, one a participant. */
  noticesFor(event: CurtailmentEvent, now: number): readonly NoticeMessage[]
  /** What takes the retained notices away again, in due time. */
  clearMessages(event: CurtailmentEvent, now: number): readonly NoticeMessage[]
  /** Setting APPROVAL_ABOVE_KW: an event that asks more kW in sum takes two persons. */
  approvalAboveKw: number
  /** Tells the outbox that there is something new. */
  poke(): void
  onChange(event: CurtailmentEvent): void
  /** A step that failed and is tried again. */
  onFault(what: string, error: unknown): void
  now(): number
  timeZone: string
  /** Local dates that count as non-working days. */
  holidays: readonly string[]
}

/** What a command comes to: what it made, or why it is refused, in words. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; status: 404 | 409 | 422; reason: string }

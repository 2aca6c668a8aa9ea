import type { Customer } from '../contract/customers.ts'
import type { Enrolment } from '../contract/enrolments.ts'
import type { Answer, AnswerList, CurtailmentEvent, EventState } from '../contract/events.ts'
import type { Programme } from '../contract/programmes.ts'
import type { GridNode } from '../contract/registry.ts'
import type { Results } from './performance/needs.ts'

/** A message to be published once its time has come; the key makes sure that it is put in only once. */
export interface NoticeMessage {
  key: string
  topic: string
  payload: string
  retain: boolean
  /** Epoch ms. */
  dueAt: number
}

/** By which a repeated command is known: the caller's own key, and a checksum (hex) of what was asked. */
export interface CommandKey {
  key: string
  sha256: string
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
  /** Rejects when the id, or the command key of who made it, is taken. */
  insert(event: CurtailmentEvent, command?: CommandKey): Promise<unknown>
  /** The next free id of a local date. */
  nextId(localDate: string): Promise<string>
  /**
   * Writes state, times, participants' order and parts, version and history, and the notices with them; false if the
   * version has moved on. What participants said and their thanks stay. Rejects when the command key is taken.
   */
  advance(
    next: CurtailmentEvent,
    expectedVersion: number,
    notices: readonly NoticeMessage[],
    command?: CommandKey
  ): Promise<boolean>
  /** What a caller's command with this key was done to; null: it was never done. */
  byCommandKey(key: string, byId: string): Promise<{ eventId: string; sha256: string } | null>
  setParticipant(
    eventId: string,
    customerId: string,
    change: { acknowledgedAt?: string; answer?: Answer }
  ): Promise<CurtailmentEvent | null>
}

/** Everything said, kept for good. */
export interface AnswerRecords {
  /** The same customer, time and word again is the same answer: nothing is added. */
  add(eventId: string, customerId: string, answer: Answer): Promise<unknown>
  /** Oldest first. */
  ofEvent(eventId: string): Promise<AnswerList['answers']>
}

/** What curtailment needs of the other stages and of the outside. */
export interface CurtailmentNeeds {
  events: EventRecords
  answers: AnswerRecords
  customers: { list(): Promise<readonly Customer[]> }
  enrolments: { list(): Promise<readonly Enrolment[]> }
  programmes: { list(): Promise<readonly Programme[]> }
  registry: { nodes(): Promise<readonly GridNode[]> | readonly GridNode[] }
  results: Pick<Results, 'measure' | 'keep' | 'list'>
  /** Whether every reading that had arrived by `t` (epoch ms) is in the history. */
  isStored(t: number): boolean
  /** The notices of an event in its present version, one a participant whom it concerns. */
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
}

/** What a command comes to: what it made, or why it is refused, in words. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; status: 404 | 409 | 422; reason: string }

export const refuse = (status: 404 | 409 | 422, reason: string) => ({ ok: false, status, reason }) as const

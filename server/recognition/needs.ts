import type { Customer } from '../contract/customers.ts'
import type { Enrolment } from '../contract/enrolments.ts'
import type {
  Answer,
  AnswerWord,
  CurtailmentEvent,
  EventState,
  Participant,
  Thanks
} from '../contract/events.ts'
import type { Finding } from '../contract/findings.ts'
import type { Delivery, Performance, ResultList } from '../contract/performance.ts'
import type { Programme } from '../contract/programmes.ts'
import type { GridNode } from '../contract/registry.ts'
import type { Reward, RewardKind, RewardState } from '../contract/rewards.ts'
import type { PrintedDocument } from './report/document.ts'

/** Who stands behind what is written; `byId` stays inside: by it the name can be erased. */
export interface SignedAt {
  by: string
  byId: string
  /** RFC 3339. */
  at: string
}

export interface EventsAsked {
  states?: readonly EventState[]
  customerId?: string
  /** Events in which somebody has not been thanked. */
  unthanked?: boolean
  /** Start of the event in [from, to), epoch ms. */
  from?: number
  to?: number
}

/** The events as recognition reads them. One at a time: an event may have 20,000 participants, a season hundreds of events. */
export interface EventReads {
  get(id: string): Promise<CurtailmentEvent | null>
  /** Their ids, earliest start first. */
  ids(filter: EventsAsked): Promise<string[]>
  /** Of one customer, newest start first, each with this one participant alone. */
  ofCustomer(customerId: string): Promise<CurtailmentEvent[]>
  /** The first thanks stay. */
  setParticipant(
    eventId: string,
    customerId: string,
    change: { thanks: Thanks & { byId: string } }
  ): Promise<CurtailmentEvent | null>
}

/** Who was called by an event, and what came of it by its newest result; times of calls are epoch ms. */
export interface EventCalls {
  eventId: string
  state: EventState
  isDrill: boolean
  /** RFC 3339. */
  start: string
  /** It has told somebody. */
  wasSent: boolean
  /** When the newest came of its states, answers and thanks; epoch ms. */
  newestAt: number
  /** In the order of the event. */
  calls: readonly {
    customerId: string
    customerName: string
    meteringPointId: string
    requestedKw: number
    start: number
    end: number
    answer: AnswerWord | null
    isThanked: boolean
    /** By the newest result, where that is final. */
    delivery: {
      requestedKw: number
      start: number
      end: number
      deliveredKwh: number | null
      creditVnd: number | null
    } | null
  }[]
  /** null: none is kept. Of each slot its start (epoch ms) and what each delivered, kW. */
  result: {
    resultVersion: number
    sha256: string
    computedAt: string
    intervalMinutes: number
    t: readonly number[]
    participants: readonly { customerId: string; deliveredKw: readonly (number | null)[] }[]
  } | null
}

/** What a season sums up, of each event as much as it needs. */
export interface CallReads {
  /** Events that begin in [from, to), epoch ms, earliest first. A revision counts up with whatever is written of one. */
  revisions(from: number, to: number): Promise<{ eventId: string; revision: number }[]>
  of(eventId: string): Promise<EventCalls | null>
}

/** Who has not been thanked, of each event as much as that takes. */
export interface UnthankedReads {
  /** Final and cancelled events, no drills, in which `count` have not been thanked, earliest first; revisions as in `CallReads`. */
  revisions(): Promise<{ eventId: string; revision: number; count: number }[]>
  of(eventIds: readonly string[]): Promise<
    {
      id: string
      state: EventState
      isDrill: boolean
      /** Somebody has a final result. */
      hasFinal: boolean
      participants: (Pick<
        Participant,
        'customerId' | 'customerName' | 'meteringPointId' | 'requestedKw' | 'start' | 'end' | 'supersededBy'
      > & {
        answer: Pick<Answer, 'answer'> | null
        /** By the newest kept result; null: there is none. */
        delivery: Pick<Delivery, 'averageKw' | 'deliveredKwh' | 'ratio'> | null
      })[]
    }[]
  >
}

/** Of each event its newest kept result, one participant a row; by start, then event, then customer. */
export interface DeliveryReads {
  of(filter: {
    customerId?: string
    eventIds?: readonly string[]
    /** Start of the event in [from, to), epoch ms. */
    from?: number
    to?: number
    isDrill?: boolean
  }): Promise<Delivery[]>
}

/** Whole kept results: for a report of one event, and one after another for a peak. */
export interface ResultReads {
  /** The newest without `version`. Rejects when it does not match its checksum. */
  get(eventId: string, version?: number): Promise<Performance | null>
  /** Oldest first. */
  list(eventId: string): Promise<ResultList>
}

/** A service that is offered. */
export interface RewardOffer {
  customerId: string
  /** null: for a whole season. */
  eventId: string | null
  /** The finding that advises it. */
  findingId?: string | null
  season: number
  kind: RewardKind
}

/** A step of it. */
export interface RewardStep extends SignedAt {
  note: string
}

export interface RewardFilter {
  customerId?: string
  states?: readonly RewardState[]
  season?: number
}

export interface RewardRecords {
  /** Offered by one person at one time, each with an id of its own; all or none. */
  insert(offers: readonly RewardOffer[], step: RewardStep): Promise<Reward[]>
  get(id: string): Promise<Reward | null>
  /** By id. */
  list(filter?: RewardFilter): Promise<Reward[]>
  /** Its next state, if it still has `from`; null, and nothing written, when someone was faster. */
  advance(
    id: string,
    from: RewardState,
    change: RewardStep & { state: RewardState; plannedFor: string | null }
  ): Promise<Reward | null>
}

/** Part of many thanks: written in one transaction, or not at all. */
export interface ThanksPiece {
  items: readonly { eventId: string; customerId: string }[]
  note: string
  /** Made only where the customer has not been offered the same kind for the same event. */
  offers: readonly RewardOffer[]
  offerNote: string
}

export interface ThanksRecords {
  /** Counts who is thanked now and who was before: the first thanks stay. Items without such a participant count nowhere. */
  write(piece: ThanksPiece, signed: SignedAt): Promise<{ thanked: number; before: number; rewards: number }>
}

/** What recognition needs of the records. */
export interface RecognitionNeeds {
  customers: { get(id: string): Promise<Customer | null>; list(): Promise<readonly Customer[]> }
  enrolments: { ofCustomer(customerId: string): Promise<Enrolment[]> }
  programmes: { list(): Promise<readonly Programme[]> }
  events: EventReads
  calls: CallReads
  unthanked: UnthankedReads
  deliveries: DeliveryReads
  results: ResultReads
  rewards: RewardRecords
  findings: { get(id: string): Promise<Finding | null> }
  thanks: ThanksRecords
  /** The register as it stands. */
  nodes(): readonly GridNode[]
  timeZone: string
  /** Lays out a document; byte for byte the same for the same document. */
  print(document: PrintedDocument): Promise<Uint8Array>
}

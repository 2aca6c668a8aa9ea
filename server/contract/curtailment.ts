import { type Static, Type } from 'typebox'
import { answerWords } from './answerWords.ts'
import { EpochMs, Id, Kw, Note, PersonName, SignedName, Time, Unknown } from './units.ts'

/**
 *          approve            send            start         end         complete, or settle delay over
 *   draft ─────────► approved ─────► notified ──────► active ─────► ended ───────────────────────────────► final
 *     │ │                │             ▲ │              │             ▲
 *     │ └ send, not a large one ───────┘ │              ├─ complete ──┘ ends it early
 *     └──────────────────┴───────────────┴──────────────┴──► cancelled
 *
 * Who drafted it cannot approve it. standby and provisional belong to the names of the contract but are not reached by
 * this version.
 */
export const eventStates = [
  'draft',
  'approved',
  'notified',
  'standby',
  'active',
  'ended',
  'provisional',
  'final',
  'cancelled'
] as const
export const EventState = Type.Enum([...eventStates])
export type EventState = (typeof eventStates)[number]

export const AnswerWord = Type.Enum([...answerWords])
export type AnswerWord = (typeof answerWords)[number]

/** What a participant said to a notice, and to which version of it. */
export const Answer = Type.Object({
  answer: AnswerWord,
  version: Type.Integer(),
  at: Time,
  via: Type.Enum(['mqtt', 'http']),
  /** What it will reduce instead, where it said so. */
  kw: Unknown(Kw),
  reason: Unknown(Note)
})
export type Answer = Static<typeof Answer>

/** A dispatcher's thanks. */
export const Thanks = Type.Object({ by: SignedName, at: Time, note: Note })
export type Thanks = Static<typeof Thanks>

/** One customer in one event: what was asked of it, what it answered, whether it was thanked. */
export const Participant = Type.Object({
  customerId: Id,
  customerName: Type.String(),
  meteringPointId: Id,
  /** Whose readings settle it. */
  meterId: Id,
  requestedKw: Kw,
  committedKw: Kw,
  /** When it said that it has seen the notice. */
  acknowledgedAt: Unknown(Time),
  /** Its standing answer: the latest accept, decline or opt-out. */
  answer: Unknown(Answer),
  thanks: Unknown(Thanks)
})
export type Participant = Static<typeof Participant>

export const StateChange = Type.Object({
  version: Type.Integer(),
  state: EventState,
  at: Time,
  /** A person, or `clock`. */
  by: Type.String(),
  /** The person, of a token who made it: `usr-…`, `admin-token`; null: the clock, or nobody was logged in. */
  byId: Unknown(Type.String()),
  note: Unknown(Note)
})
export type StateChange = Static<typeof StateChange>

/** One call to reduce load. Participation is voluntary. */
export const CurtailmentEvent = Type.Object({
  id: Id,
  state: EventState,
  /** Counts up with every change of state or of the order. */
  version: Type.Integer({ minimum: 1 }),
  nodeId: Id,
  nodeName: Type.String(),
  programmeId: Id,
  findingId: Unknown(Id),
  start: Time,
  /** The end in force: moved forward when the event is ended early. */
  end: Time,
  reason: Note,
  participants: Type.Array(Participant),
  history: Type.Array(StateChange)
})
export type CurtailmentEvent = Static<typeof CurtailmentEvent>

/** The reason in force, as participants read it: why they are called, or why the call was cancelled where that was said. */
export function reasonOf({ state, reason, history }: CurtailmentEvent): string {
  const why = state === 'cancelled' ? history.at(-1)?.note : null
  return why ? why : reason
}

export const NewCurtailmentEvent = Type.Object(
  {
    nodeId: Id,
    findingId: Type.Optional(Unknown(Id)),
    programmeId: Type.Optional(Id),
    start: Time,
    durationMinutes: Type.Integer({ minimum: 1, maximum: 1440 }),
    reason: Type.String({ minLength: 1, maxLength: 1000 }),
    participants: Type.Array(
      Type.Object(
        { customerId: Id, requestedKw: Type.Number({ exclusiveMinimum: 0 }) },
        { additionalProperties: false }
      ),
      { minItems: 1, maxItems: 20_000 }
    ),
    by: Type.Optional(PersonName)
  },
  { additionalProperties: false }
)
export type NewCurtailmentEvent = Static<typeof NewCurtailmentEvent>

/** approve, send, cancel, complete. */
export const EventCommand = Type.Object(
  { by: Type.Optional(PersonName), note: Type.Optional(Note) },
  { additionalProperties: false }
)
export type EventCommand = Static<typeof EventCommand>

export const ParticipantAnswer = Type.Object(
  {
    version: Type.Integer({ minimum: 1 }),
    kw: Type.Optional(Unknown(Type.Number({ minimum: 0 }))),
    reason: Type.Optional(Unknown(Note))
  },
  { additionalProperties: false }
)
export type ParticipantAnswer = Static<typeof ParticipantAnswer>

export const ThankParticipant = Type.Object(
  { by: Type.Optional(PersonName), note: Type.Optional(Note) },
  { additionalProperties: false }
)
export type ThankParticipant = Static<typeof ThankParticipant>

export const PlanRequest = Type.Object(
  {
    nodeId: Id,
    /** Without a target every candidate is proposed. */
    targetKw: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    start: Time,
    durationMinutes: Type.Integer({ minimum: 1, maximum: 1440 })
  },
  { additionalProperties: false }
)
export type PlanRequest = Static<typeof PlanRequest>

export const PlanCandidate = Type.Object({
  customerId: Id,
  name: Type.String(),
  meteringPointId: Id,
  presentKw: Unknown(Kw),
  committedKw: Kw,
  /** Expected delivery: committed kW times its past share of what was asked, never above its present load. */
  expectedKw: Kw,
  /** One standard deviation of its past deliveries; null with fewer than two. */
  uncertaintyKw: Unknown(Kw),
  pastEvents: Type.Integer(),
  /** Part of the smallest ranked set that reaches the target. */
  proposed: Type.Boolean(),
  /** Why it is not proposed, in words; null when it is. */
  excluded: Unknown(Type.String())
})
export type PlanCandidate = Static<typeof PlanCandidate>

export const Plan = Type.Object({
  start: Time,
  end: Time,
  targetKw: Unknown(Kw),
  expectedKw: Kw,
  /** What is missing to the target; 0 when reached. */
  shortfallKw: Kw,
  candidates: Type.Array(PlanCandidate)
})
export type Plan = Static<typeof Plan>

/** How a baseline came about: enough to recompute it by hand. */
export const BaselineExplanation = Type.Object({
  method: Type.String(),
  daysUsed: Type.Array(Type.String()),
  daysRejected: Type.Array(Type.Object({ day: Type.String(), reason: Type.String() })),
  /** Same-day factor in force; null where there was no adjustment, and `note` says why. */
  factor: Unknown(Type.Number()),
  factorUncapped: Unknown(Type.Number()),
  factorCapped: Type.Boolean(),
  adjustmentFrom: Unknown(Time),
  adjustmentTo: Unknown(Time),
  note: Unknown(Type.String())
})
export type BaselineExplanation = Static<typeof BaselineExplanation>

/** One participant measured; columns over the settlement slots from before the event to after it. */
export const ParticipantPerformance = Type.Object({
  customerId: Id,
  customerName: Type.String(),
  requestedKw: Kw,
  baseline: Unknown(BaselineExplanation),
  baselineKw: Type.Array(Unknown(Kw)),
  meteredKw: Type.Array(Unknown(Kw)),
  /** Inside the event only: baseline − metered, signed; null outside and where either is unknown. */
  deliveredKw: Type.Array(Unknown(Kw)),
  /** Over the event's known slots; null when none is known. */
  deliveredKwh: Unknown(Type.Number()),
  averageKw: Unknown(Kw),
  /** Delivered ÷ asked. */
  ratio: Unknown(Type.Number()),
  knownSlots: Type.Integer(),
  /** Of the event, so far. */
  slots: Type.Integer()
})
export type ParticipantPerformance = Static<typeof ParticipantPerformance>

export const Performance = Type.Object({
  eventId: Id,
  version: Type.Integer(),
  state: EventState,
  /** Frozen: computed once when the event became final, and kept. */
  isFinal: Type.Boolean(),
  computedAt: Time,
  intervalMinutes: Type.Integer(),
  start: Time,
  end: Time,
  /** Start of each settlement slot. */
  t: Type.Array(EpochMs),
  participants: Type.Array(ParticipantPerformance),
  /** Sums over the participants that are known in a slot; `unknown` counts the others. */
  total: Type.Object({
    requestedKw: Kw,
    baselineKw: Type.Array(Unknown(Kw)),
    meteredKw: Type.Array(Unknown(Kw)),
    deliveredKw: Type.Array(Unknown(Kw)),
    unknown: Type.Array(Type.Integer()),
    deliveredKwh: Unknown(Type.Number()),
    averageKw: Unknown(Kw),
    ratio: Unknown(Type.Number())
  })
})
export type Performance = Static<typeof Performance>

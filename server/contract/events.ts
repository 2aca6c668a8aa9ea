import { type Static, Type } from 'typebox'
import { answerReasons, answerWords } from './answerWords.ts'
import { Id, Kw, Note, PersonName, SignedName, Time, Unknown } from './units.ts'

/**
 *         approve         send         response time before      start        end           data is whole      complete, or
 *                                      the start                                                               settle delay over
 *   draft ──────► approved ──► notified ──────────► standby ──────► active ──────► ended ─────────► provisional ─────────► final
 *     │ └ send, not a large one ──┘ │                  │              │            └────────── no whole data ─────────────┘
 *     └───────────────┴─────────────┴──────────────────┴──────────────┴──► cancelled
 *                                   └─ change, a group let go, called away: a new version in the same state ─┘
 *
 * Who drafted it cannot approve it. Sent within the response time it has no standby. `complete` ends an active event at the
 * next slot boundary, and makes the result of an ended one final. Cancelled while active it is measured up to then. Forward
 * only: no clock and no crash takes an event back. The `state` of a notice is that of its reader: `ended` is its all-clear,
 * `cancelled` too when a higher event calls it away.
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

export const AnswerReason = Type.Enum([...answerReasons])
export type AnswerReason = (typeof answerReasons)[number]

/** What a participant said to a notice, and to which version of it. */
export const Answer = Type.Object({
  answer: AnswerWord,
  version: Type.Integer(),
  at: Time,
  via: Type.Enum(['mqtt', 'http']),
  /** What it will reduce instead, where it said so. */
  kw: Unknown(Kw),
  /** From the list; null for a yes, and where it gave none. */
  reasonCode: Unknown(AnswerReason),
  /** In its own words. */
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
  /** Metered together with the first. */
  furtherMeters: Type.Array(Type.Object({ meteringPointId: Id, meterId: Id })),
  requestedKw: Kw,
  committedKw: Kw,
  /** Its part of the event: called later it starts later, of an earlier release group it ends earlier. */
  start: Time,
  end: Time,
  /** 1 is let go first, so that not all come back at once. */
  releaseGroup: Type.Integer({ minimum: 1 }),
  /** When it was told that it may come back; null before. */
  releasedAt: Unknown(Time),
  /** The event of higher priority that called it away. */
  supersededBy: Unknown(Id),
  /** When it said that it has seen the notice. */
  acknowledgedAt: Unknown(Time),
  /** Its standing answer: the latest accept, decline or opt-out. */
  answer: Unknown(Answer),
  thanks: Unknown(Thanks)
})
export type Participant = Static<typeof Participant>

/** Who made a change that nobody commanded. */
export const CLOCK = 'clock'

export const StateChange = Type.Object({
  version: Type.Integer(),
  state: EventState,
  at: Time,
  /** A person, or CLOCK. */
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
  /** Practised, not meant: marked everywhere, counted apart. */
  isDrill: Type.Boolean(),
  /** Of its programme when it was drafted: the higher calls a customer away from the lower. */
  priority: Type.Integer(),
  /** What it was planned to reach; null where nobody said. */
  targetKw: Unknown(Kw),
  /** Between two release groups; 0: all at once. */
  releaseStepMinutes: Type.Integer(),
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

const CalledCustomer = Type.Object(
  {
    customerId: Id,
    requestedKw: Type.Number({ exclusiveMinimum: 0 }),
    /** Default 1. */
    releaseGroup: Type.Optional(Type.Integer({ minimum: 1, maximum: 50 }))
  },
  { additionalProperties: false }
)

export const NewCurtailmentEvent = Type.Object(
  {
    nodeId: Id,
    findingId: Type.Optional(Unknown(Id)),
    programmeId: Type.Optional(Id),
    start: Time,
    durationMinutes: Type.Integer({ minimum: 1, maximum: 1440 }),
    reason: Type.String({ minLength: 1, maxLength: 1000 }),
    isDrill: Type.Optional(Type.Boolean()),
    targetKw: Type.Optional(Unknown(Type.Number({ exclusiveMinimum: 0 }))),
    /** The last group comes back at the end, each earlier one so long before the next. */
    releaseStepMinutes: Type.Optional(Type.Integer({ minimum: 0, maximum: 240 })),
    participants: Type.Array(CalledCustomer, { minItems: 1, maxItems: 20_000 }),
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

/** A new version of an event that was sent: further customers, another kW before its start, another end. */
export const EventChange = Type.Object(
  {
    /** Who is called as well, or, before the start, for another kW. */
    participants: Type.Optional(Type.Array(CalledCustomer, { minItems: 1, maxItems: 20_000 })),
    end: Type.Optional(Time),
    by: Type.Optional(PersonName),
    note: Type.Optional(Note)
  },
  { additionalProperties: false }
)
export type EventChange = Static<typeof EventChange>

export const ParticipantAnswer = Type.Object(
  {
    version: Type.Integer({ minimum: 1 }),
    kw: Type.Optional(Unknown(Type.Number({ minimum: 0 }))),
    /** One of `answerReasons`, or free words. */
    reason: Type.Optional(Unknown(Note))
  },
  { additionalProperties: false }
)
export type ParticipantAnswer = Static<typeof ParticipantAnswer>

/** Everything the participants of an event have said, oldest first. */
export const AnswerList = Type.Object({
  answers: Type.Array(Type.Object({ customerId: Id, customerName: Type.String(), ...Answer.properties }))
})
export type AnswerList = Static<typeof AnswerList>

export const ThankParticipant = Type.Object(
  { by: Type.Optional(PersonName), note: Type.Optional(Note) },
  { additionalProperties: false }
)
export type ThankParticipant = Static<typeof ThankParticipant>

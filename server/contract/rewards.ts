import { type Static, Type } from 'typebox'
import { FindingKind } from './findings.ts'
import { Id, LocalDate, Note, PersonName, SignedName, Time, Unknown } from './units.ts'

/** The services a utility thanks with. */
export const rewardKinds = ['transformer-test', 'substation-cleaning', 'meter-installation', 'other'] as const
export const RewardKind = Type.Enum([...rewardKinds])
export type RewardKind = (typeof rewardKinds)[number]

/**
 *   offered ──► booked (for a day) ──► done
 *      └───────────┴──► declined
 */
export const rewardStates = ['offered', 'booked', 'done', 'declined'] as const
export const RewardState = Type.Enum([...rewardStates])
export type RewardState = (typeof rewardStates)[number]

export const Reward = Type.Object({
  id: Id,
  customerId: Id,
  customerName: Type.String(),
  /** What it thanks for; null: a whole season. */
  eventId: Unknown(Id),
  /** What at the customer's transformer advised it; null or absent: nothing did. */
  finding: Type.Optional(
    Unknown(Type.Object({ id: Id, kind: FindingKind, nodeId: Id, nodeName: Type.String() }))
  ),
  season: Type.Integer(),
  kind: RewardKind,
  state: RewardState,
  plannedFor: Unknown(LocalDate),
  history: Type.Array(
    Type.Object({
      state: RewardState,
      at: Time,
      by: SignedName,
      note: Note,
      plannedFor: Unknown(LocalDate)
    })
  )
})
export type Reward = Static<typeof Reward>

export const NewReward = Type.Object(
  {
    customerId: Id,
    eventId: Type.Optional(Unknown(Id)),
    /** The finding that advises it: of kind transformer-cooling or oil-sensor, at a transformer of the customer. */
    findingId: Type.Optional(Unknown(Id)),
    season: Type.Optional(Type.Integer({ minimum: 2000, maximum: 2100 })),
    kind: RewardKind,
    note: Type.Optional(Note),
    by: Type.Optional(PersonName)
  },
  { additionalProperties: false }
)
export type NewReward = Static<typeof NewReward>

/** Booking needs the day; done and declined may say a word. */
export const RewardChange = Type.Object(
  {
    state: Type.Enum(['booked', 'done', 'declined']),
    plannedFor: Type.Optional(Unknown(LocalDate)),
    note: Type.Optional(Note),
    by: Type.Optional(PersonName)
  },
  { additionalProperties: false }
)
export type RewardChange = Static<typeof RewardChange>

export const ThankMany = Type.Object(
  {
    items: Type.Array(Type.Object({ eventId: Id, customerId: Id }, { additionalProperties: false }), {
      minItems: 1,
      maxItems: 20_000
    }),
    note: Type.Optional(Note),
    /** Offered to each customer once, for the latest of its events in the list. */
    reward: Type.Optional(Type.Object({ kind: RewardKind, note: Type.Optional(Note) })),
    by: Type.Optional(PersonName)
  },
  { additionalProperties: false }
)
export type ThankMany = Static<typeof ThankMany>

export const ThankedMany = Type.Object({
  thanked: Type.Integer(),
  /** Thanked before: the first thanks stay. */
  before: Type.Integer(),
  refused: Type.Array(Type.Object({ eventId: Id, customerId: Id, reason: Type.String() })),
  rewards: Type.Integer()
})
export type ThankedMany = Static<typeof ThankedMany>

/** Customers that took part and have not been thanked, or whose promised service is overdue. */
export const Forgotten = Type.Object({
  forgotten: Type.Array(
    Type.Object({
      customerId: Id,
      customerName: Type.String(),
      why: Type.Enum(['not-thanked', 'reward-overdue', 'reward-not-booked']),
      events: Type.Integer(),
      deliveredKwh: Unknown(Type.Number()),
      /** The oldest event, or the planned day. */
      since: Time,
      rewardId: Unknown(Id)
    })
  )
})
export type Forgotten = Static<typeof Forgotten>

import { type Static, Type } from 'typebox'
import { Id, Kw, Time, Unknown } from './units.ts'

export const PlanRequest = Type.Object(
  {
    /** Whose customers are asked: the system, a feeder, one transformer. */
    nodeId: Id,
    /** Without a target every candidate is proposed. */
    targetKw: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    /** With which the target is to be reached; default 0.9. */
    probability: Type.Optional(Type.Number({ minimum: 0.5, maximum: 0.999 })),
    /** Default: that of the first enrolment below the node. */
    programmeId: Type.Optional(Id),
    start: Time,
    durationMinutes: Type.Integer({ minimum: 1, maximum: 1440 })
  },
  { additionalProperties: false }
)
export type PlanRequest = Static<typeof PlanRequest>

/** Why somebody is called, or is not. */
export const planReasons = [
  'called',
  'target-reached',
  'already-called',
  'no-meter',
  'no-reading',
  'no-load',
  'at-minimum-load',
  'nothing-expected',
  'not-available',
  'blackout',
  'rest-days',
  'season-events',
  'season-hours',
  'day-events',
  'other-programme',
  'no-consent'
] as const
export const PlanReason = Type.Enum([...planReasons])
export type PlanReason = (typeof planReasons)[number]

/** One customer as the plan sees it; delivery is the mean over the window. */
export const PlanCandidate = Type.Object({
  customerId: Id,
  name: Type.String(),
  meteringPointId: Id,
  presentKw: Unknown(Kw),
  committedKw: Kw,
  /** What it can give at most, by its commitment, its load and the load it keeps. */
  availableKw: Kw,
  /** What to ask of it: never more than is available; 0 where it cannot be called. */
  requestedKw: Kw,
  /** Its load in this window as foretold from its own days; null where it was never assessed. */
  baselineKw: Unknown(Kw),
  /** The mean of what is predicted. */
  expectedKw: Kw,
  p10Kw: Kw,
  p50Kw: Kw,
  p90Kw: Kw,
  /** One standard deviation of its own error, without the common one. */
  uncertaintyKw: Kw,
  /** Its measured past events, drills apart. */
  pastEvents: Type.Integer(),
  eventsThisSeason: Type.Integer(),
  hoursThisSeason: Type.Number(),
  /** Part of the smallest set that reaches the target with the asked probability. */
  proposed: Type.Boolean(),
  reason: PlanReason,
  /** The same in words, with its numbers. */
  explanation: Type.String(),
  /** `explanation` where it is not proposed; null when it is. */
  excluded: Unknown(Type.String())
})
export type PlanCandidate = Static<typeof PlanCandidate>

export const Plan = Type.Object({
  start: Time,
  end: Time,
  programmeId: Id,
  targetKw: Unknown(Kw),
  /** Asked. */
  probability: Type.Number(),
  /** With which the proposed reach the target; null without a target. */
  reachedProbability: Unknown(Type.Number()),
  expectedKw: Kw,
  p10Kw: Kw,
  p50Kw: Kw,
  p90Kw: Kw,
  /** Error that all sites share, as a share of their summed baseline: it does not average out. */
  commonErrorShare: Type.Number(),
  /** Where that comes from: the placebo error of the summed baseline of so many days, or the programme's assumption. */
  commonErrorDays: Type.Integer(),
  /** Proven to be the smallest set; false: within `atMostTooMany` of it. */
  isExact: Type.Boolean(),
  atMostTooMany: Type.Integer(),
  /** What is missing to the target at the asked probability; 0 when reached. */
  shortfallKw: Kw,
  /** What the excluded would add, by reason: where more is to be found. */
  missing: Type.Array(Type.Object({ reason: PlanReason, customers: Type.Integer(), availableKw: Kw })),
  candidates: Type.Array(PlanCandidate)
})
export type Plan = Static<typeof Plan>

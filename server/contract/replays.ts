import { type Static, Type } from 'typebox'
import { Finding, FindingKind } from './findings.ts'
import { ForecastPeak } from './forecasts.ts'
import { Plan, PlanRequest } from './plans.ts'
import { EpochMs, Id, Kw, LocalDate, Time, Unknown } from './units.ts'

/** Rule settings that a replay may try instead of those in force; shares have 1 = at the limit. */
export const ReplayLimits = Type.Object(
  {
    heatThresholdsC: Type.Optional(Type.Array(Type.Number(), { minItems: 3, maxItems: 3 })),
    heatRaiseShare: Type.Optional(Type.Number({ minimum: 0.1, maximum: 3 })),
    heatClearShare: Type.Optional(Type.Number({ minimum: 0.1, maximum: 3 })),
    heatHoldS: Type.Optional(Type.Number({ minimum: 0, maximum: 86_400 })),
    overloadRaiseShare: Type.Optional(Type.Number({ minimum: 0.1, maximum: 3 })),
    overloadClearShare: Type.Optional(Type.Number({ minimum: 0.1, maximum: 3 })),
    overloadHoldS: Type.Optional(Type.Number({ minimum: 0, maximum: 86_400 }))
  },
  { additionalProperties: false }
)
export type ReplayLimits = Static<typeof ReplayLimits>

export const NewReplay = Type.Object(
  {
    /** A local day that is over. */
    day: LocalDate,
    /** Data seconds a second; 0: as fast as the machine. */
    speed: Type.Optional(Type.Number({ minimum: 0, maximum: 86_400 })),
    /** Tried instead of the settings in force. */
    limits: Type.Optional(ReplayLimits)
  },
  { additionalProperties: false }
)
export type NewReplay = Static<typeof NewReplay>

export const ReplayChange = Type.Object(
  {
    speed: Type.Optional(Type.Number({ minimum: 0, maximum: 86_400 })),
    paused: Type.Optional(Type.Boolean()),
    /** Runs to this moment of its day as fast as it can, then goes on at its speed; only ahead. */
    runTo: Type.Optional(Time)
  },
  { additionalProperties: false }
)
export type ReplayChange = Static<typeof ReplayChange>

/**
 *   preparing ──► running ◄──► paused
 *       │            └──► done        failed: `trouble` says why
 */
export const replayStates = ['preparing', 'running', 'paused', 'done', 'failed'] as const
export const ReplayState = Type.Enum([...replayStates])
export type ReplayState = (typeof replayStates)[number]

/** A past day with its own clock, apart from live data. Nothing it does is kept or sent. */
export const Replay = Type.Object({
  id: Id,
  day: LocalDate,
  state: ReplayState,
  trouble: Unknown(Type.String()),
  by: Type.String(),
  createdAt: Time,
  /** The replay's clock: what it shows is what was known at this moment. */
  clock: Time,
  from: Time,
  to: Time,
  speed: Type.Number(),
  limits: ReplayLimits,
  /** Whose customers a plan may call: those enrolled on that day, or, where nobody was, those of today. */
  enrolmentsOf: Type.Enum(['day', 'today']),
  /** SHA-256 (hex) over every finding and forecast so far, in order: the same day and rules, the same digits, at any speed. */
  digest: Unknown(Type.String())
})
export type Replay = Static<typeof Replay>

export const ReplaysAnswer = Type.Object({ replays: Type.Array(Replay) })
export type ReplaysAnswer = Static<typeof ReplaysAnswer>

/** `GET /replays/:id`: what a dispatcher would have seen at `clock`. */
export const ReplayView = Type.Object({
  replay: Replay,
  nodeId: Id,
  /** Of that node, to the clock: minutes. */
  t: Type.Array(EpochMs),
  kw: Type.Array(Unknown(Kw)),
  /** Of each half-hour of the day what was foretold last before it began; from the clock on, the newest issue. */
  forecast: Unknown(
    Type.Object({
      issuedAt: Time,
      t: Type.Array(EpochMs),
      p10Kw: Type.Array(Kw),
      p50Kw: Type.Array(Kw),
      p90Kw: Type.Array(Kw),
      peaks: Type.Array(ForecastPeak)
    })
  ),
  /** Why there is none. */
  forecastReason: Unknown(Type.String()),
  capacityKw: Unknown(Kw),
  /** Every finding of the day so far, oldest first, in its newest words. */
  findings: Type.Array(Finding),
  nodes: Type.Array(
    Type.Object({ id: Id, name: Type.String(), loadKw: Unknown(Kw), loading: Unknown(Type.Number()) })
  )
})
export type ReplayView = Static<typeof ReplayView>

const ReplayedFinding = Type.Pick(Finding, ['id', 'priority', 'raisedAt', 'clearedAt', 'summary'])

/**
 * `GET /replays/:id/comparison?with=<other id>`: the findings of two replays of one day, up to the earlier of their clocks.
 * Two findings are the same when kind and node are, and they stood at the same time.
 */
export const ReplayComparison = Type.Object({
  replay: Replay,
  other: Replay,
  /** Up to which moment of the day both have come. */
  until: Time,
  onlyHere: Type.Array(Finding),
  onlyThere: Type.Array(Finding),
  /** In both, with another time or priority. */
  changed: Type.Array(
    Type.Object({
      kind: FindingKind,
      nodeId: Id,
      nodeName: Type.String(),
      here: ReplayedFinding,
      there: ReplayedFinding
    })
  ),
  /** In both, raised and cleared at the same moments, of the same priority. */
  same: Type.Integer()
})
export type ReplayComparison = Static<typeof ReplayComparison>

/** `POST /replays/:id/plan`: the plan as it would have come out at the replay's clock. */
export { Plan as ReplayPlan, PlanRequest as ReplayPlanRequest }

import { type Static, Type } from 'typebox'
import { BaselineExplanation, BaselineMethodName, PlaceboAccuracy } from './baselines.ts'
import { AnswerWord, EventState } from './events.ts'
import { EpochMs, Id, Kw, Time, Unknown } from './units.ts'

/** What an auditor should look at before the number is signed. */
export const gamingSigns = ['pre-event-inflation', 'rise-after-notice', 'factor-at-cap'] as const
export const GamingSign = Type.Object({ sign: Type.Enum([...gamingSigns]), text: Type.String() })
export type GamingSign = Static<typeof GamingSign>

/** Extra load beside the event, against the baseline: energy, the highest, and the energy as a share of what was delivered. */
export const Extra = Type.Object({
  energyKwh: Type.Number(),
  peakKw: Kw,
  ratio: Unknown(Type.Number())
})
export type Extra = Static<typeof Extra>

/** What the programme's rule gives for a delivery. */
export const Credit = Type.Object({
  energyKwh: Type.Number(),
  averageKw: Kw,
  /** Null where the programme pays nothing: thanks and service. */
  vnd: Unknown(Type.Number())
})
export type Credit = Static<typeof Credit>

/** One participant measured; columns over the settlement slots from before the event to after it. */
export const ParticipantPerformance = Type.Object({
  customerId: Id,
  customerName: Type.String(),
  /** In the version in force at its start: what `ratio` is measured by. */
  requestedKw: Kw,
  committedKw: Kw,
  /** What it accepted to give; null where it did not say. */
  acceptedKw: Unknown(Kw),
  baseline: Unknown(BaselineExplanation),
  baselineKw: Type.Array(Unknown(Kw)),
  meteredKw: Type.Array(Unknown(Kw)),
  /** Inside its part of the event only: baseline − metered, signed; null outside and where either is unknown. */
  deliveredKw: Type.Array(Unknown(Kw)),
  /** Over its known slots; null when none is known. */
  deliveredKwh: Unknown(Type.Number()),
  averageKw: Unknown(Kw),
  /** Delivered ÷ asked. */
  ratio: Unknown(Type.Number()),
  /** The least it delivered in any known slot. */
  sustainedKw: Unknown(Kw),
  /** From its start until it first delivered 90 % of what was asked; null: never, or its readings are too coarse (longer than 5 minutes). */
  timeTo90Minutes: Unknown(Type.Number()),
  /** Firm service level only: the most it drew above it. */
  excessKw: Unknown(Kw),
  /** From notice to start. */
  preload: Unknown(Extra),
  /** In the hours after its end. */
  rebound: Unknown(Extra),
  /** One standard deviation of `averageKw`, from its placebo error; null where it was never tested. */
  uncertaintyKw: Unknown(Kw),
  credit: Unknown(Credit),
  signs: Type.Array(GamingSign),
  knownSlots: Type.Integer(),
  /** Of its part of the event, so far. */
  slots: Type.Integer()
})
export type ParticipantPerformance = Static<typeof ParticipantPerformance>

/** What a result is: an estimate while it runs, then kept: provisional, final. */
export const ResultKind = Type.Enum(['live', 'provisional', 'final'])

export const Performance = Type.Object({
  eventId: Id,
  version: Type.Integer(),
  state: EventState,
  isDrill: Type.Boolean(),
  /** Frozen: computed once when the event became final, and kept. */
  isFinal: Type.Boolean(),
  /** Counts up with every result that was kept, 1 the first; late data makes a new one beside the old. 0: not kept. */
  resultVersion: Type.Integer(),
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
    ratio: Unknown(Type.Number()),
    /** One standard deviation of `averageKw`, with the error that all sites share. */
    uncertaintyKw: Unknown(Kw),
    /** That error as a share of the summed baseline: it does not average out. */
    commonErrorShare: Type.Number(),
    /** Less than two standard deviations: the delivery cannot be told from chance. */
    isDistinguishable: Unknown(Type.Boolean())
  })
})
export type Performance = Static<typeof Performance>

/** The kept results of an event, oldest first. */
export const ResultList = Type.Object({
  results: Type.Array(
    Type.Object({
      resultVersion: Type.Integer(),
      kind: Type.Enum(['provisional', 'final']),
      computedAt: Time,
      /** Over its canonical JSON. */
      sha256: Type.String(),
      deliveredKwh: Unknown(Type.Number()),
      why: Type.String()
    })
  )
})
export type ResultList = Static<typeof ResultList>

/** A kept result computed again from the readings there are now. */
export const Recomputation = Type.Object({
  resultVersion: Type.Integer(),
  keptSha256: Type.String(),
  recomputedSha256: Type.String(),
  isEqual: Type.Boolean(),
  differences: Type.Array(
    Type.Object({
      customerId: Id,
      keptKwh: Unknown(Type.Number()),
      recomputedKwh: Unknown(Type.Number()),
      /** `data`: the readings it rests on are others now. */
      cause: Type.Enum(['data', 'digits'])
    })
  )
})
export type Recomputation = Static<typeof Recomputation>

/** One participant's event by every baseline method side by side: the one it settles by, and what the others would say. */
export const BaselineComparison = Type.Object({
  eventId: Id,
  customerId: Id,
  customerName: Type.String(),
  /** Its part of the event. */
  start: Time,
  end: Time,
  intervalMinutes: Type.Integer(),
  /** Start of each settlement slot. */
  t: Type.Array(EpochMs),
  meteredKw: Type.Array(Unknown(Kw)),
  methods: Type.Array(
    Type.Object({
      method: BaselineMethodName,
      /** The programme settles by it. */
      isSettling: Type.Boolean(),
      /** Why it gives nothing is in its `note`. */
      baseline: BaselineExplanation,
      baselineKw: Type.Array(Unknown(Kw)),
      deliveredKwh: Unknown(Type.Number()),
      averageKw: Unknown(Kw),
      ratio: Unknown(Type.Number()),
      /** How it did on days without event; null where it was never tested. */
      placebo: Unknown(PlaceboAccuracy)
    })
  )
})
export type BaselineComparison = Static<typeof BaselineComparison>

/** One participant of one kept result: what lists, sums and reports read. */
export const Delivery = Type.Object({
  eventId: Id,
  customerId: Id,
  customerName: Type.String(),
  meteringPointId: Id,
  programmeId: Id,
  resultVersion: Type.Integer(),
  isDrill: Type.Boolean(),
  isFinal: Type.Boolean(),
  start: Time,
  end: Time,
  requestedKw: Kw,
  committedKw: Kw,
  acceptedKw: Unknown(Kw),
  averageKw: Unknown(Kw),
  sustainedKw: Unknown(Kw),
  deliveredKwh: Unknown(Type.Number()),
  ratio: Unknown(Type.Number()),
  uncertaintyKw: Unknown(Kw),
  creditKwh: Unknown(Type.Number()),
  creditVnd: Unknown(Type.Number()),
  signs: Type.Integer()
})
export type Delivery = Static<typeof Delivery>

/** A running event against its target, now. */
export const LivePerformance = Type.Object({
  eventId: Id,
  version: Type.Integer(),
  isDrill: Type.Boolean(),
  at: Time,
  /** Asked of those whose part runs now. */
  targetKw: Kw,
  /** Coincident, over the known only; null when nobody is known. */
  deliveredKw: Unknown(Kw),
  /** One standard deviation, with the error that all sites share. */
  uncertaintyKw: Unknown(Kw),
  known: Type.Integer(),
  /** Without a reading inside the event, or without a baseline: apart from the sum. */
  unknown: Type.Integer(),
  /** Asked of the unknown. */
  unknownKw: Kw,
  shortfallKw: Unknown(Kw),
  /** At the end, as it looks now. */
  forecast: Type.Object({
    deliveredKwh: Unknown(Type.Number()),
    averageKw: Unknown(Kw),
    uncertaintyKw: Unknown(Kw)
  }),
  participants: Type.Array(
    Type.Object({
      customerId: Id,
      customerName: Type.String(),
      state: Type.Enum(['not-started', 'delivering', 'short', 'unknown', 'opted-out', 'released']),
      answer: Unknown(AnswerWord),
      requestedKw: Kw,
      baselineKw: Unknown(Kw),
      presentKw: Unknown(Kw),
      deliveredKw: Unknown(Kw),
      shortfallKw: Unknown(Kw)
    })
  ),
  /** Whom to call as well, so that the target is reached; null while it is. */
  callMore: Unknown(
    Type.Object({
      missingKw: Kw,
      isEnough: Type.Boolean(),
      candidates: Type.Array(
        Type.Object({ customerId: Id, name: Type.String(), expectedKw: Kw, requestedKw: Kw })
      )
    })
  )
})
export type LivePerformance = Static<typeof LivePerformance>

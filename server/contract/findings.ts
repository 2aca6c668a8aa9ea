import { type Static, Type } from 'typebox'
import { Id, Kw, Note, PersonName, SignedName, Time, Unknown } from './units.ts'

export const findingKinds = [
  'heat-peak',
  'heat-peak-ahead',
  'overload',
  'silent-meter',
  'transformer-limit',
  'transformer-cooling',
  'oil-sensor'
] as const
export const FindingKind = Type.Enum([...findingKinds])
export type FindingKind = (typeof findingKinds)[number]

/** An enrolled large consumer below the node of a heat peak: whom the dispatcher can call on. */
export const FlaggedConsumer = Type.Object({
  customerId: Id,
  name: Type.String(),
  meteringPointId: Id,
  presentKw: Unknown(Kw),
  committedKw: Kw
})
export type FlaggedConsumer = Static<typeof FlaggedConsumer>

/**
 * What a rule says about a snapshot, kept while it lives.
 *
 *              acknowledge
 *   raised ──────────────► acknowledged
 *     │ clears                 │ clears
 *     ▼                        ▼
 *   cleared (to be acknowledged)  cleared
 */
export const Finding = Type.Object({
  id: Id,
  kind: FindingKind,
  /** The node it is about; for a silent meter the metering point. */
  nodeId: Id,
  nodeName: Type.String(),
  /** 1 act now, 2 act soon, 3 know. */
  priority: Type.Integer({ minimum: 1, maximum: 3 }),
  raisedAt: Time,
  clearedAt: Unknown(Time),
  acknowledged: Unknown(Type.Object({ by: SignedName, at: Time, note: Note })),
  /** Why, in plain English with the numbers, for logs and machines. People read `facts` in their language. */
  summary: Type.String(),
  /**
   * Why, as numbers; which ones depends on the kind:
   * heat-peak: loadKw capacityKw share thresholdShare maxTemperatureC thresholdC grade(35|37|39 °C threshold)
   *   temperatureIsForecast(0|1) reported expected · overload: loadKw limitKw|ratingKva loading thresholdShare ·
   * silent-meter: lastAt(epoch ms or null) silentS reportIntervalS (one finding a parent when many: silentCount expected) ·
   * heat-peak-ahead: day(20260521) peakAt(start of the highest half-hour, epoch ms) peakKw(P50) p10Kw p90Kw capacityKw
   *   probability(that it is passed) isLikely(0|1) maxTemperatureC maxHeatIndexC thresholdC isHot(0|1: a hot day) issuedAt(epoch ms) isStale(0|1:
   *   no new issue came) excessKw(P90 over capacity) coverKw(what the flagged can give) needed(how many of the flagged, the
   *   first of them, cover the excess; null: all of them do not) · when it was gravest: highestProbability thenPeakKw
   *   thenTemperatureC · withdrawn(1 once the weather turned before it came, else 0) turnedAt(epoch ms, when it was raised
   *   or withdrawn last: who acknowledged it before has not seen that) ·
   * transformer-limit: regime(1 normal cyclic, 2 long, 3 short emergency: whose limits are passed) hotSpotC topOilC loadPu
   *   hotSpotLimitC topOilLimitC loadLimitPu minutesLeft(at the present load, to the next limit; null: never) reliefKw
   *   reliefFrom reliefTo(epoch ms) reliefIsEnough(0: no curtailment keeps it within limits) isForecast(0|1) peakHotSpotC peakAt(epoch ms) ·
   * transformer-cooling, oil-sensor: driftK sinceAt(epoch ms) measuredC computedC advice(1 transformer test, 2 substation cleaning).
   */
  facts: Type.Record(Type.String(), Unknown(Type.Number())),
  flagged: Type.Array(FlaggedConsumer)
})
export type Finding = Static<typeof Finding>

/** Newest first within: not yet cleared before cleared. */
export const FindingsAnswer = Type.Object({ findings: Type.Array(Finding) })
export type FindingsAnswer = Static<typeof FindingsAnswer>

export const AcknowledgeFinding = Type.Object(
  { by: Type.Optional(PersonName), note: Type.Optional(Note) },
  { additionalProperties: false }
)
export type AcknowledgeFinding = Static<typeof AcknowledgeFinding>

import { type Static, Type } from 'typebox'
import { Kw, Time, Unknown } from './units.ts'

/** How a baseline is found; the domain names the sources: CAISO, PJM, NYISO, Korea, ERCOT, IESO, CalTRACK, NAESB. */
export const baselineMethodNames = [
  '10of10',
  'high4of5',
  'high5of10',
  'mid6of10',
  'mid8of10',
  'high15of20',
  'same-day',
  'match-day',
  'weather',
  'firm-service-level',
  'meter-before-after'
] as const
export const BaselineMethodName = Type.Enum([...baselineMethodNames])
export type BaselineMethodName = (typeof baselineMethodNames)[number]

/**
 * Same-day adjustment: how the hours before an event correct the days before.
 *
 *   ├── window ──┤                  fromHours 4, toHours 1: the three hours that end one hour before
 *  -4 h         -1 h   0 anchor
 */
export const AdjustmentRule = Type.Object({
  kind: Type.Enum(['multiplicative', 'additive']),
  /** The factor stays within 1 ± cap, the offset within ± cap · baseline; null: no limit. */
  cap: Unknown(Type.Number({ minimum: 0 })),
  fromHours: Type.Number({ exclusiveMinimum: 0, maximum: 24 }),
  toHours: Type.Number({ minimum: 0, maximum: 24 }),
  /** `notice`: a notice of the same day ends the window too, so that nobody can shape it knowingly. */
  anchor: Type.Enum(['start', 'notice']),
  /** Compared with the mean of the picked days, or of all that passed the screen. */
  basis: Type.Enum(['picked', 'passed'])
})
export type AdjustmentRule = Static<typeof AdjustmentRule>

/** Which baseline a programme settles by, and what comes next where it cannot be had. */
export const BaselineRule = Type.Object({
  method: BaselineMethodName,
  adjustment: Unknown(AdjustmentRule),
  /** Tried in this order; after the last the participant is not measurable: thanked, no kW claimed. */
  fallback: Type.Array(BaselineMethodName, { maxItems: 11 })
})
export type BaselineRule = Static<typeof BaselineRule>

/** Why a day is not in a baseline. */
export const dayRejections = [
  'holiday',
  'event',
  'gaps',
  'low-usage',
  'other-day-type',
  'excluded',
  'not-enrolled',
  'not-picked'
] as const

/** How a baseline came about: enough to recompute it by hand. */
export const BaselineExplanation = Type.Object({
  method: BaselineMethodName,
  /** Methods that were tried before it, and why they gave nothing. */
  insteadOf: Type.Array(Type.Object({ method: BaselineMethodName, reason: Type.String() })),
  daysUsed: Type.Array(Type.String()),
  daysRejected: Type.Array(
    Type.Object({ day: Type.String(), cause: Type.Enum([...dayRejections]), reason: Type.String() })
  ),
  /** Same-day factor in force; null where there was none, and `note` says why. */
  factor: Unknown(Type.Number()),
  factorUncapped: Unknown(Type.Number()),
  factorCapped: Type.Boolean(),
  /** Same-day offset, kW, before its cap; null where there was none. */
  offsetKw: Unknown(Kw),
  adjustmentFrom: Unknown(Time),
  adjustmentTo: Unknown(Time),
  note: Unknown(Type.String()),
  /** SHA-256 (hex) over the readings, days and parameters it was computed from: the same hash, the same digits. */
  dataHash: Unknown(Type.String())
})
export type BaselineExplanation = Static<typeof BaselineExplanation>

/** How well a method would have done on days without an event (domain reference 5.1). Shares, not percent. */
export const PlaceboAccuracy = Type.Object({
  method: BaselineMethodName,
  adjustment: Unknown(AdjustmentRule),
  /** √mean(e²) ÷ mean(A), e = baseline − actual by slot. */
  rrmseShare: Unknown(Type.Number()),
  /** Σe ÷ ΣA. */
  biasShare: Unknown(Type.Number()),
  /** Placebo days it was tried on. */
  days: Type.Integer()
})
export type PlaceboAccuracy = Static<typeof PlaceboAccuracy>

/** A: RRMSE ≤ 10 %, B: ≤ 20 %, C: above; C is offered a firm service level. */
export const predictabilityClasses = ['A', 'B', 'C'] as const
export const PredictabilityClass = Type.Enum([...predictabilityClasses])
export type PredictabilityClass = (typeof predictabilityClasses)[number]

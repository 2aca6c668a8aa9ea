/**
 * Our own verdict on a reading, as bits; 0 where nothing was found against it. What was measured is never changed.
 * The bits are the numbers in the stores: once given, a bit keeps its meaning.
 */
export const qualityBits = {
  /** Intervals are missing between this reading and the one before it. */
  gap: 1 << 0,
  /** The same moment was reported before with another value. */
  duplicate: 1 << 1,
  /** The highest of the day stands far above the third highest. */
  spike: 1 << 2,
  /** The day's energy lies far above that of similar days. */
  highUse: 1 << 3,
  /** The day's energy lies far below that of similar days. */
  lowUse: 1 << 4,
  /** Negative where only import is possible. */
  negative: 1 << 5,
  /** Zero for long, though there was use before. */
  zeroRun: 1 << 6,
  /** The same value other than zero again and again. */
  frozen: 1 << 7,
  /** The register went down and did not roll over: reset or exchanged. */
  registerDecrease: 1 << 8,
  /** The register went past its last digit. */
  registerRollover: 1 << 9,
  /** The sender's clock is off. */
  clockSkew: 1 << 10,
  /** The children do not add up to their parent. */
  sumCheck: 1 << 11,
  /** A value lies outside what is physically possible for its class of meter. */
  outOfRange: 1 << 12,
  /** The energy of the intervals is not what the register counted. */
  registerMismatch: 1 << 13,
  /** Not measured: a straight line between the neighbours. */
  estimatedLinear: 1 << 14,
  /** Not measured: like the same slots of similar days, scaled to the register where it is known. */
  estimatedLikeDays: 1 << 15
} as const

export type QualityName = keyof typeof qualityBits

/** Either kind of estimate. */
export const ESTIMATED = qualityBits.estimatedLinear | qualityBits.estimatedLikeDays

/** The names of the bits that are set, in the order of the table. */
export function qualityNames(bits: number): QualityName[] {
  return (Object.keys(qualityBits) as QualityName[]).filter(name => (bits & qualityBits[name]) !== 0)
}

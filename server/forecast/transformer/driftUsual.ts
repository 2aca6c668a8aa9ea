import type { DriftDay, DriftHalf } from './driftDays.ts'

/**
 * What is usual for a transformer, learned from its healthy days: residual = offset + slope × rise, as weighted sums. Old
 * days fade. The constants of a plate are those of its class, and no sensor is exact, so a healthy one has its own line.
 */
export interface DriftUsual {
  days: number
  /** Sums of weight, rise, residual, rise², rise × residual. */
  sums: readonly [number, number, number, number, number]
  /** The highest rise it was learned at, K. */
  highestRiseK: number
}

export const nothingUsual: Readonly<DriftUsual> = { days: 0, sums: [0, 0, 0, 0, 0], highestRiseK: 0 }

/** A day counts half after so many. */
const HALF_LIFE_DAYS = 60
/** The line is bounded: well below computed is harmless and common, above it only a little may pass for usual. */
const OFFSET_K = [-15, 6] as const
const SLOPE = [-0.8, 0.2] as const
/** As much as days of evidence for a slope of zero: spread² of the rise, K². */
const PRIOR = 100
/** Beyond what was learned by more than this the line says nothing. */
const BEYOND = 1.3
const BEYOND_K = 5

export function learnUsual({ days, sums, highestRiseK }: DriftUsual, { low, high }: DriftDay): DriftUsual {
  if (low === null || high === null) return { days, sums, highestRiseK }
  const fading = 0.5 ** (1 / HALF_LIFE_DAYS)
  const [n, x, y, xx, xy] = sums.map(sum => sum * fading) as [number, number, number, number, number]
  const add = (a: number, b: number) => a + b
  return {
    days: days + 1,
    sums: [
      n + 2,
      x + add(low.riseK, high.riseK),
      y + add(low.residualK, high.residualK),
      xx + add(low.riseK ** 2, high.riseK ** 2),
      xy + add(low.riseK * low.residualK, high.riseK * high.residualK)
    ],
    highestRiseK: Math.max(highestRiseK, high.riseK)
  }
}

/** The residual that is usual at this rise, K; bounded. Zero before anything is learned. */
export function usualAt({ sums: [n, x, y, xx, xy] }: DriftUsual, riseK: number): number {
  if (n === 0) return 0
  const bounded = (value: number, [least, most]: readonly [number, number]) =>
    Math.max(least, Math.min(most, value))
  const slope = bounded((xy - (x * y) / n) / (xx - (x * x) / n + PRIOR), SLOPE)
  const offset = bounded((y - slope * x) / n, OFFSET_K)
  return offset + slope * riseK
}

/** Beyond what is usual, K; null where nothing like it was learned. */
export function excessOf(usual: DriftUsual, half: DriftHalf | null): number | null {
  if (half === null || half.riseK > usual.highestRiseK * BEYOND + BEYOND_K) return null
  return half.residualK - usualAt(usual, half.riseK)
}

/**
 * The scale on which loads are modelled: z = ((y/u)^p − 1)/p with u the mean absolute load (Box and Cox 1964), log for
 * p = 0. Half way between adding and multiplying (p = ½) suits most loads and takes zeros; where loads are negative
 * (net export) only p = 1 is possible.
 */
export interface LoadScale {
  readonly power: number
  readonly unitKw: number
}

export function toScale({ power, unitKw }: LoadScale, kw: number): number {
  const ratio = kw / unitKw
  if (power === 1) return ratio - 1
  if (power === 0) return Math.log(Math.max(ratio, LEAST_RATIO))
  return (Math.max(ratio, 0) ** power - 1) / power
}

export function fromScale({ power, unitKw }: LoadScale, z: number): number {
  if (power === 1) return unitKw * (z + 1)
  if (power === 0) return unitKw * Math.exp(z)
  return unitKw * Math.max(0, 1 + power * z) ** (1 / power)
}

/** The powers these loads allow, the usual first: logs only where no load comes near zero. */
export function possiblePowers(loads: Float64Array, unitKw: number): readonly number[] {
  let least = Number.POSITIVE_INFINITY
  for (const kw of loads) if (kw < least) least = kw
  if (least < 0) return [1]
  return least > LOG_FROM_RATIO * unitKw ? [0.5, 0] : [0.5]
}

const LEAST_RATIO = 1e-3
const LOG_FROM_RATIO = 0.02

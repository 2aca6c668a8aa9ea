/** Standard normal: with 90 % probability a value is above −1.2816 deviations. */
export const Z90 = 1.2815515655446004

/** Mean and spread of a quantity; `sd` is one standard deviation. */
export interface Spread {
  mean: number
  sd: number
}

export const density = (x: number): number => Math.exp(-x * x * 0.5) / Math.sqrt(2 * Math.PI)

/**
 * Φ(x): the probability of a standard normal value below x; within 1e-15. A power series near zero, the continued fraction
 * of the tail beyond (Abramowitz and Stegun 26.2.11 and 26.2.14).
 */
export function below(x: number): number {
  if (Number.isNaN(x)) return Number.NaN
  if (x > 8.3) return 1
  if (x < -38) return 0
  if (Math.abs(x) < 3) {
    let term = x
    let sum = x
    for (let i = 3; Math.abs(term) > 1e-17; i += 2) {
      term *= (x * x) / i
      sum += term
    }
    return 0.5 + sum * density(x)
  }
  const a = Math.abs(x)
  let tail = a
  for (let i = 160; i >= 1; i--) tail = a + i / tail
  const beyond = density(a) / tail
  return x < 0 ? beyond : 1 - beyond
}

/** The x with Φ(x) = p, 0 < p < 1. */
export function quantile(p: number): number {
  let low = -38
  let high = 8.3
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2
    if (below(middle) < p) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** P(value ≥ least) of a normal quantity; one without spread is a plain comparison. */
export function probabilityOf({ mean, sd }: Spread, least: number): number {
  if (sd <= 0) return mean >= least ? 1 : 0
  return below((mean - least) / sd)
}

/** Mean and spread of a normal quantity that cannot leave [low, high]: what lies outside stands at the edge. */
export function clipped({ mean, sd }: Spread, low: number, high: number): Spread {
  if (high <= low) return { mean: low, sd: 0 }
  if (sd <= 0) return { mean: Math.min(high, Math.max(low, mean)), sd: 0 }
  const a = (low - mean) / sd
  const b = (high - mean) / sd
  const under = below(a)
  const over = below(-b)
  const inside = 1 - under - over
  const first = low * under + high * over + mean * inside + sd * (density(a) - density(b))
  // The second moment about the low edge, so that little is lost by cancelling.
  const shifted = mean - low
  const width = high - low
  const second =
    width * width * over +
    (shifted * shifted + sd * sd) * inside +
    sd * (shifted * density(a) - (shifted + width) * density(b))
  const variance = second - (first - low) ** 2
  return { mean: Math.min(high, Math.max(low, first)), sd: Math.sqrt(Math.max(0, variance)) }
}

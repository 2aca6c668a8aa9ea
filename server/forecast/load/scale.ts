/**
 * The scale on which loads are modelled: z = ((y/u)^p − 1)/p with u the mean absolute load (Box and Cox 1964), log for
 * p = 0. Half way between adding and multiplying (p = ½) suits most loads and takes zeros; where loads are negative
 * (net export) only p = 1 is possible.
 */
export interface LoadScale {
  readonly power: number
  readonly unitKw: number
  /** What counts least on the log scale, in units. */
  readonly floor: number
}

export function toScale({ power, unitKw, floor }: LoadScale, kw: number): number {
  const ratio = kw / unitKw
  if (power === 1) return ratio - 1
  if (power === 0) return Math.log(Math.max(ratio, floor))
  return power === 0.5 ? 2 * (Math.sqrt(Math.max(ratio, 0)) - 1) : (Math.max(ratio, 0) ** power - 1) / power
}

export function fromScale({ power, unitKw }: LoadScale, z: number): number {
  if (power === 1) return unitKw * (z + 1)
  if (power === 0) return unitKw * Math.exp(z)
  return unitKw * Math.max(0, 1 + power * z) ** (1 / power)
}

/**
 * The scales these loads allow, the usual one first: logs where hardly any load comes near zero (those that do count as
 * the floor), nothing but the straight scale where a load is negative.
 */
export function possibleScales(kw: Float64Array): readonly LoadScale[] {
  const known = kw.filter(Number.isFinite)
  const unitKw = meanSize(known)
  if (known.some(value => value < 0)) return [{ power: 1, unitKw, floor: 0 }]
  const sample = known.filter((_, i) => i % SAMPLED_EVERY === 0).sort()
  const low = (sample[Math.floor(sample.length * LOW_SHARE)] ?? 0) / unitKw
  const half = { power: 0.5, unitKw, floor: 0 }
  return low > LOG_FROM ? [half, { power: 0, unitKw, floor: low * FLOOR_SHARE }] : [half]
}

/** Loads on a scale, row by row of slots, less the mean of each slot, which is returned too. */
export function onScale(
  kw: Float64Array,
  scale: LoadScale,
  slots: number
): { values: Float64Array; means: Float64Array } {
  const means = new Float64Array(slots)
  const counts = new Float64Array(slots)
  const values = new Float64Array(kw.length)
  for (let i = 0, slot = 0; i < kw.length; i++, slot = slot + 1 === slots ? 0 : slot + 1) {
    const z = toScale(scale, kw[i] as number)
    values[i] = z
    if (Number.isNaN(z)) continue
    means[slot] = (means[slot] as number) + z
    counts[slot] = (counts[slot] as number) + 1
  }
  for (let slot = 0; slot < slots; slot++) {
    if ((counts[slot] as number) > 0) means[slot] = (means[slot] as number) / (counts[slot] as number)
  }
  for (let i = 0, slot = 0; i < kw.length; i++, slot = slot + 1 === slots ? 0 : slot + 1) {
    values[i] = (values[i] as number) - (means[slot] as number)
  }
  return { values, means }
}

function meanSize(known: Float64Array): number {
  const sum = known.reduce((total, value) => total + Math.abs(value), 0)
  return sum > 0 ? sum / known.length : 1
}

/** Prime, so that every slot of a day is met. */
const SAMPLED_EVERY = 7
const LOW_SHARE = 0.01
const LOG_FROM = 0.03
const FLOOR_SHARE = 0.5

/** Values on a regular step: value i is the mean over [startMs + i·stepMs, + stepMs); NaN is unknown. */
export interface RegularSeries {
  readonly startMs: number
  readonly stepMs: number
  readonly values: Float64Array
}

const HOUR_MS = 3_600_000

/**
 * Puts stamped values (epoch ms of each interval's start, any order, gaps allowed, null or NaN unknown) on their own
 * regular step: the commonest distance between neighbours, unless given. A moment met twice keeps the last value.
 * Returns the reason when there is no regular step of at most an hour.
 */
export function regularSeries(
  times: ArrayLike<number>,
  values: ArrayLike<number | null>,
  stepMs: number | null = commonestStep(times)
): RegularSeries | { reason: string } {
  if (stepMs === null) return { reason: 'fewer than two moments: no step can be told' }
  if (!(stepMs > 0 && stepMs <= HOUR_MS))
    return { reason: `the step is ${stepMs / 1000} s, not up to an hour` }
  let first = Number.POSITIVE_INFINITY
  let last = Number.NEGATIVE_INFINITY
  for (let i = 0; i < times.length; i++) {
    first = Math.min(first, times[i] as number)
    last = Math.max(last, times[i] as number)
  }
  const column = new Float64Array(Math.round((last - first) / stepMs) + 1).fill(Number.NaN)
  for (let i = 0; i < times.length; i++) {
    const at = ((times[i] as number) - first) / stepMs
    const value = values[i]
    if (!Number.isInteger(at)) return { reason: `row ${i + 1} is off the step of ${stepMs / 1000} s` }
    if (value !== null && value !== undefined && Number.isFinite(value)) column[at] = value
  }
  return { startMs: first, stepMs, values: column }
}

/** The value of the interval that holds a moment; NaN outside or unknown. */
export function valueAt(series: RegularSeries, t: number): number {
  return series.values[Math.floor((t - series.startMs) / series.stepMs)] ?? Number.NaN
}

/** The mean of what is known in [t, t + lengthMs); NaN where nothing is. */
export function meanBetween(series: RegularSeries, t: number, lengthMs: number): number {
  let sum = 0
  let known = 0
  for (let at = t; at < t + lengthMs; at += series.stepMs) {
    const value = valueAt(series, at)
    if (Number.isNaN(value)) continue
    sum += value
    known++
  }
  return known === 0 ? Number.NaN : sum / known
}

/** The mean of several sites, moment by moment, of those known then, on the first one's step. */
export function meanOfSites(sites: readonly [RegularSeries, ...RegularSeries[]]): RegularSeries {
  const [first] = sites
  const values = first.values.map((_, i) => {
    const known = sites.map(site => valueAt(site, first.startMs + i * first.stepMs)).filter(Number.isFinite)
    return known.reduce((sum, value) => sum + value, 0) / known.length
  })
  return { startMs: first.startMs, stepMs: first.stepMs, values }
}

function commonestStep(times: ArrayLike<number>): number | null {
  const counts = new Map<number, number>()
  const sorted = Float64Array.from(times).sort()
  for (let i = 1; i < sorted.length; i++) {
    const step = (sorted[i] as number) - (sorted[i - 1] as number)
    if (step > 0) counts.set(step, (counts.get(step) ?? 0) + 1)
  }
  let best: number | null = null
  for (const [step, count] of counts) if (best === null || count > (counts.get(best) ?? 0)) best = step
  return best
}

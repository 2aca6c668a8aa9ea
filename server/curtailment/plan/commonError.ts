import { ASSUMED_COMMON_ERROR, type CommonError } from '../performance/needs.ts'

/** One pretended event of a site: means over its hours, kW. */
export interface PlaceboMean {
  /** Local date, then which of the hours looked at. */
  key: string
  baselineKw: number
  actualKw: number
}

/** The same of a site as columns; a day is a number that means the same for all sites. */
export interface PlaceboColumns {
  day: Int32Array
  baselineKw: Float32Array
  actualKw: Float32Array
}

/** Fewer common days say nothing about how sites err together. */
const MIN_DAYS = 10
/** A day counts as common when sites with so much of the summed baseline were tested on it. */
const MIN_SHARE = 0.9

/**
 * By which share of their summed baseline sites err together: RRMSE of the sum, over the days on which nearly all were
 * tested,
 *
 *   s = √mean((Σᵢ(Bᵢ − Aᵢ))²) ÷ mean(ΣᵢAᵢ)
 *
 * each day's sums over the sites that were tested on it. What is each site's own averages out within the sum, what they
 * share (a hot day, a holiday nobody entered) stays: for one site it is its whole error, for thousands the common part. Less
 * than ten such days: 5 % of the baseline is assumed, and `days` is 0. `dates`: the local date of each day number, the hours
 * of one date apart.
 */
export function commonErrorOf(sites: readonly PlaceboColumns[], dates: readonly string[]): CommonError {
  const errorKw = new Float64Array(dates.length)
  const actualKw = new Float64Array(dates.length)
  const weight = new Float64Array(dates.length)
  let weights = 0
  for (const { day, ...columns } of sites) {
    if (day.length === 0) continue
    const own = columns.baselineKw.reduce((sum, kw) => sum + Math.max(0, kw), 0) / day.length
    weights += own
    day.forEach((number, i) => {
      const actual = columns.actualKw[i] ?? 0
      errorKw[number] = (errorKw[number] ?? 0) + (columns.baselineKw[i] ?? 0) - actual
      actualKw[number] = (actualKw[number] ?? 0) + actual
      weight[number] = (weight[number] ?? 0) + own
    })
  }
  // Rounding alone must not leave out a day on which all were tested.
  const least = MIN_SHARE * weights * (1 - 1e-9)
  const common = dates.flatMap((_, number) =>
    (weight[number] ?? 0) > 0 && (weight[number] ?? 0) >= least ? number : []
  )
  const days = new Set(common.map(number => dates[number])).size
  const actual = common.reduce((sum, number) => sum + (actualKw[number] ?? 0), 0)
  if (days < MIN_DAYS || actual <= 0) return ASSUMED_COMMON_ERROR
  const squares = common.reduce((sum, number) => sum + (errorKw[number] ?? 0) ** 2, 0)
  return { share: Math.sqrt(squares / common.length) / (actual / common.length), days }
}

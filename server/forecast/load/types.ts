import type { LocalTime } from '../../contract/localTime.ts'
import type { RegularSeries } from './series.ts'

/** Local days and the local dates that are holidays: past ones and the ones ahead. */
export interface LoadCalendar {
  readonly time: LocalTime
  readonly holidays: ReadonlySet<string>
}

/**
 * What a fit reads. Loads that start at or after `knownUntil` are never looked at, so the whole series may be handed
 * over. Temperature is null where none is measured; its own step may differ from the load's.
 */
export interface FitInput {
  readonly load: RegularSeries
  readonly temperature: RegularSeries | null
  readonly calendar: LoadCalendar
  readonly knownUntil: number
}

/**
 * What the forecast rests on: `full` with two years of history; `no-trend` below; `like-days` below eight weeks; `none`
 * below two weeks, where nothing is claimed.
 */
export type ForecastBasis = 'full' | 'no-trend' | 'like-days' | 'none'

/**
 * What a forecast reads: the loads known at its origin (later ones are never looked at) and the temperature up to
 * `until`: measured before the origin, forecast after it.
 */
export interface ForecastInput {
  readonly load: RegularSeries
  readonly temperature: RegularSeries | null
  readonly origin: number
  readonly until: number
  /** The usual error of the temperature forecast, K: widens the bands by what it does to the load. Absent: none. */
  readonly temperatureErrorK?: number
}

/** The peak of one local day ahead: `at` is the start of the interval in which it is expected. */
export interface PeakForecast {
  readonly date: string
  readonly at: number
  readonly p10Kw: number
  readonly p50Kw: number
  readonly p90Kw: number
  /** The quantiles at (i + ½) / length, ascending, kW: what `probabilityAbove` reads. */
  readonly quantilesKw: Float64Array
}

/** Steps from `startMs` on; all columns have the same length and hold numbers, never NaN. */
export interface LoadForecast {
  readonly basis: Exclude<ForecastBasis, 'none'>
  readonly origin: number
  readonly startMs: number
  readonly stepMs: number
  readonly p10Kw: Float64Array
  readonly p50Kw: Float64Array
  readonly p90Kw: Float64Array
  /** 1 where the temperature of the step lies outside the range seen in training: its effect no longer grows. */
  readonly saturated: Uint8Array
  /** 1 where P50 is more than 1.3 × the highest load ever seen. */
  readonly aboveEverSeen: Uint8Array
  readonly peaks: readonly PeakForecast[]
}

/** The probability, 0 … 1, that the day's peak exceeds so many kW. */
export function probabilityAbove(peak: PeakForecast, kw: number): number {
  const { quantilesKw } = peak
  if (quantilesKw.length === 0) return peak.p50Kw > kw ? 1 : 0
  let above = 0
  for (const quantile of quantilesKw) if (quantile > kw) above++
  return above / quantilesKw.length
}

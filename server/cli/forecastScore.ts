import type { DayAhead, TestRows } from './forecastDays.ts'

/** So many of the hottest days, and of the days with the highest peaks. */
export const PICKED_DAYS = 10
const HOTTEST_SHARE = 0.1

/** What a forecast is measured by: the load of each row (NaN unknown) and the days that stand out. */
export interface Scale {
  rows: TestRows
  actualKw: Float64Array
  /** Places of the ten days with the highest temperature, hottest first; null without temperature. */
  hottest: readonly number[] | null
  /** Of the hottest tenth of days. */
  hottestTenth: readonly number[] | null
  /** Of the ten days with the highest load, highest first. */
  peaks: readonly number[]
}

/**
 * Errors in percent of the load; kW. MAPE is null where a load of zero makes it infinite, everything is null where
 * nothing can be compared.
 */
export interface Score {
  scoredIntervals: number
  mapePercent: number | null
  maeKw: number | null
  /** Of the mean size of the load: what stands in for MAPE where loads are zero. */
  maePercentOfMean: number | null
  hottestDaysMapePercent: number | null
  /** Highest forecast of a day against its highest load, at whatever time. */
  hottestDaysPeakMapePercent: number | null
  /** How many of the days with the highest loads are among as many days with the highest forecasts. */
  peakDaysCaught: number | null
  /** How often the load lies from P10 to P90; right is 80. */
  coveragePercent: number | null
  hottestTenthCoveragePercent: number | null
}

export function scaleOf(
  rows: TestRows,
  actualKw: Float64Array,
  highestC: readonly (number | null)[] | null
): Scale {
  const known = rows.days.map((_, day) => day).filter(day => Number.isFinite(peakOf(actualKw, rows, day)))
  const hot = (highestC && known.filter(day => highestC[day] !== null)) ?? []
  const byHeat = descending(hot, day => highestC?.[day] ?? NaN)
  const tenth = Math.max(1, Math.round(HOTTEST_SHARE * hot.length))
  return {
    ...{ rows, actualKw },
    hottest: hot.length > 0 ? byHeat.slice(0, PICKED_DAYS) : null,
    hottestTenth: hot.length > 0 ? byHeat.slice(0, tenth) : null,
    peaks: descending(known, day => peakOf(actualKw, rows, day)).slice(0, PICKED_DAYS)
  }
}

export function scoreOf(scale: Scale, { p50Kw, range }: DayAhead): Score {
  const { rows, actualKw, hottest, hottestTenth, peaks } = scale
  const scored = p50Kw.map((kw, i) => (Number.isFinite(actualKw[i]) ? kw : NaN))
  const all = rows.days.map((_, day) => day)
  const errors = errorsOf(scale, scored, all)
  const peakErrors = hottest?.map(day => {
    const peak = peakOf(actualKw, rows, day)
    return Math.abs(peakOf(scored, rows, day) - peak) / Math.abs(peak)
  })
  return {
    scoredIntervals: errors.count,
    mapePercent: errors.mapePercent,
    maeKw: errors.maeKw,
    maePercentOfMean: errors.maePercentOfMean,
    hottestDaysMapePercent: hottest && errorsOf(scale, scored, hottest).mapePercent,
    hottestDaysPeakMapePercent: peakErrors === undefined ? null : finite(100 * mean(peakErrors)),
    peakDaysCaught: caught(scale, scored, peaks, all),
    coveragePercent: range && coverageOf(scale, range, all),
    hottestTenthCoveragePercent: range && hottestTenth && coverageOf(scale, range, hottestTenth)
  }
}

function errorsOf({ rows, actualKw }: Scale, kw: Float64Array, days: readonly number[]) {
  let [count, shares, error, size] = [0, 0, 0, 0]
  for (const i of rowsOf(rows, days)) {
    const off = Math.abs((kw[i] ?? NaN) - (actualKw[i] ?? NaN))
    if (Number.isNaN(off)) continue
    count++
    error += off
    size += Math.abs(actualKw[i] ?? NaN)
    shares += off === 0 && actualKw[i] === 0 ? NaN : off / Math.abs(actualKw[i] ?? NaN)
  }
  return {
    count,
    mapePercent: finite((100 * shares) / count),
    maeKw: finite(error / count),
    maePercentOfMean: finite((100 * error) / size)
  }
}

function caught(
  { rows }: Scale,
  kw: Float64Array,
  peaks: readonly number[],
  all: readonly number[]
): number | null {
  const told = all.filter(day => Number.isFinite(peakOf(kw, rows, day)))
  if (told.length === 0) return null
  const highest = new Set(descending(told, day => peakOf(kw, rows, day)).slice(0, peaks.length))
  return peaks.filter(day => highest.has(day)).length
}

function coverageOf(
  { rows, actualKw }: Scale,
  { p10Kw, p90Kw }: NonNullable<DayAhead['range']>,
  days: readonly number[]
): number | null {
  let [inside, count] = [0, 0]
  for (const i of rowsOf(rows, days)) {
    const kw = actualKw[i] ?? NaN
    if (!Number.isFinite(kw) || !Number.isFinite(p10Kw[i])) continue
    count++
    if (kw >= (p10Kw[i] ?? NaN) && kw <= (p90Kw[i] ?? NaN)) inside++
  }
  return finite((100 * inside) / count)
}

function* rowsOf(rows: TestRows, days: readonly number[]): Generator<number, void, void> {
  for (const day of days) {
    const { from = 0, to = 0 } = rows.days[day] ?? {}
    for (let i = from; i < to; i++) yield i
  }
}

/** The highest known value of a day; NaN where none is. */
export function peakOf(kw: Float64Array, rows: TestRows, day: number): number {
  let peak = NaN
  for (const i of rowsOf(rows, [day])) {
    const one = kw[i] ?? NaN
    if (Number.isFinite(one) && !(one <= peak)) peak = one
  }
  return peak
}

/** Of equals the earlier first. */
const descending = (days: readonly number[], of: (day: number) => number) =>
  [...days].sort((a, b) => of(b) - of(a) || a - b)

const finite = (value: number) => (Number.isFinite(value) ? value : null)
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

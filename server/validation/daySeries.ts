import { ESTIMATED, qualityBits } from '../contract/quality.ts'
import type { ReadingKind } from '../contract/telemetry.ts'

/** Readings of one source as the store gives them: columns of equal length, ascending by `t` (epoch ms). */
export interface Series {
  t: readonly number[]
  intervalS: readonly number[]
  quality: readonly number[]
  columns: Readonly<Record<string, readonly (number | null)[]>>
}

/** Reads one member of many sources, in [from, to); who has nothing there is absent. */
export interface SeriesSource {
  queryMany(query: {
    kind: ReadingKind
    ids: readonly string[]
    from: number
    to: number
    field: string
  }): Promise<ReadonlyMap<string, Series>>
}

/** One reading of one member. */
export interface Measured {
  t: number
  /** 0: instantaneous. */
  intervalMs: number
  quality: number
  value: number
}

/** What was really measured: no estimate, and nothing that cannot be true. */
export function measured(series: Series | undefined, field: string): Measured[] {
  return known(series, field).filter(({ quality }) => (quality & (ESTIMATED | qualityBits.outOfRange)) === 0)
}

/** Everything that carries the member, estimates too. */
export function known(series: Series | undefined, field: string): Measured[] {
  const column = series?.columns[field]
  if (series === undefined || column === undefined) return []
  return series.t.flatMap((t, i) => {
    const value = column[i] ?? null
    if (value === null) return []
    return [{ t, intervalMs: (series.intervalS[i] ?? 0) * 1000, quality: series.quality[i] ?? 0, value }]
  })
}

const MIN_COVERAGE = 0.9

/**
 * The time-weighted mean over [from, to); null where less than 90 % of it is covered.
 *
 *   mean over an interval   ├── acts ──┤                        until it ends or the next reading begins
 *   sample                  ●── acts ──────●                    until the next, at most twice the usual spacing
 */
export function meanOver(readings: readonly Measured[], from: number, to: number): number | null {
  const longestMs = 2 * usualSpacingMs(readings)
  let sum = 0
  let coveredMs = 0
  for (let i = 0; i < readings.length; i++) {
    const one = readings[i]
    if (one === undefined) continue
    const next = readings[i + 1]?.t ?? Infinity
    const until = Math.min(next, one.t + (one.intervalMs > 0 ? one.intervalMs : longestMs), to)
    const ms = until - Math.max(one.t, from)
    if (ms <= 0) continue
    sum += one.value * ms
    coveredMs += ms
  }
  return coveredMs > 0 && coveredMs >= MIN_COVERAGE * (to - from) ? sum / coveredMs : null
}

/** kWh in [from, to) from kW; null where less than 90 % of it is covered. */
export function energyKwh(readings: readonly Measured[], from: number, to: number): number | null {
  const meanKw = meanOver(readings, from, to)
  return meanKw === null ? null : (meanKw * (to - from)) / 3_600_000
}

/** The median of the gaps after samples. */
function usualSpacingMs(readings: readonly Measured[]): number {
  const gaps: number[] = []
  for (let i = 1; i < readings.length; i++) {
    const before = readings[i - 1]
    if (before?.intervalMs === 0) gaps.push((readings[i]?.t ?? before.t) - before.t)
  }
  gaps.sort((a, b) => a - b)
  return gaps[Math.floor((gaps.length - 1) / 2)] ?? 0
}

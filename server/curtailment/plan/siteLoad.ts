import type { MeterHistory } from '../slots/slots.ts'
import type { HalfHourLoad } from './assessmentNeeds.ts'

export const HALF_HOUR_MS = 1_800_000
const HALF_HOUR_S = 1800
const YEAR_MS = 365 * 86_400_000
/** Shorter, a year cannot be told from it at all. */
const LEAST_MS = 7 * 86_400_000
/** Known half-hours of a span, at least, to call it measured. */
const MIN_KNOWN = 0.9

/** The sum of several metering points, half-hour by half-hour: unknown where one of them is. */
export function summedLoad(points: readonly HalfHourLoad[]): MeterHistory {
  const sums = new Map<number, { kw: number; known: number }>()
  for (const { t, kw } of points) {
    t.forEach((start, i) => {
      const value = kw[i] ?? null
      if (value === null) return
      const sum = sums.get(start)
      if (sum === undefined) sums.set(start, { kw: value, known: 1 })
      else {
        sum.kw += value
        sum.known += 1
      }
    })
  }
  const t = [...sums.keys()].sort((a, b) => a - b)
  return {
    t,
    intervalS: t.map(() => HALF_HOUR_S),
    kw: t.map(start => {
      const sum = sums.get(start)
      return sum?.known === points.length ? sum.kw : null
    })
  }
}

/** Energy of a year as far as it was measured. */
export interface YearlyEnergy {
  /** Of 365 days; null where less than a week is known. */
  kwh: number | null
  /** The days it was measured over, from the first known half-hour on; 365 at most. */
  days: number
  isExtrapolated: boolean
  /** Mean load of the known half-hours, kW. */
  meanKw: number | null
}

/** The year before `now`: measured where it is there, else the mean of what is known, taken for a year. */
export function yearlyEnergy({ t, kw }: MeterHistory, now: number): YearlyEnergy {
  let sum = 0
  let known = 0
  let first = now
  t.forEach((start, i) => {
    const value = kw[i] ?? null
    if (value === null || start < now - YEAR_MS || start >= now) return
    sum += value
    known += 1
    first = Math.min(first, start)
  })
  const spanMs = Math.min(YEAR_MS, now - first)
  const meanKw = known === 0 ? null : sum / known
  const isWhole = spanMs >= YEAR_MS - 2 * HALF_HOUR_MS && known * HALF_HOUR_MS >= MIN_KNOWN * YEAR_MS
  const isEnough = known * HALF_HOUR_MS >= LEAST_MS
  return {
    kwh: meanKw === null || !isEnough ? null : (meanKw * YEAR_MS) / 3_600_000,
    days: Math.floor(spanMs / 86_400_000),
    isExtrapolated: !isWhole,
    meanKw
  }
}

import type { Forecast, ForecastAccuracy, ForecastDayAccuracy } from '../../contract/forecasts.ts'
import { addDays, type LocalTime } from '../../contract/localTime.ts'
import { HALF_HOUR_MS } from '../history/history.ts'

const DAY_MS = 86_400_000
/** Of the steps of a day, so many must be known for its peak to be. */
const PEAK_NEEDS = 0.9

/** The measured load of half-hours; null or absent: unknown. */
export type LoadAt = (t: number) => number | null

/**
 * How good day-ahead issues were, day by day in [from, to] (local dates), as they were issued: of each day the first. Beside
 * them the same half-hours of the day, and of the week, before. Shares, not percent.
 */
export function accuracyOf(needs: {
  nodeId: string
  /** Day-ahead, earliest first. */
  issues: readonly Forecast[]
  loadAt: LoadAt
  time: LocalTime
  from: string
  to: string
}): ForecastAccuracy {
  const { issues, loadAt, time, from, to } = needs
  const first = new Map<string, Forecast>()
  for (const issue of issues) {
    const day = time.date(issue.t[0] ?? Number.NaN)
    if (!first.has(day)) first.set(day, issue)
  }
  const days: ForecastDayAccuracy[] = []
  for (let day = from; day <= to; day = addDays(day, 1)) {
    const issue = first.get(day)
    if (issue !== undefined) days.push(dayAccuracy(day, issue, loadAt, time))
  }
  return {
    nodeId: needs.nodeId,
    days,
    mape: bySteps(days, ({ mape }) => mape),
    peakMape: mean(days.flatMap(({ peakError }) => (peakError === null ? [] : Math.abs(peakError)))),
    coverage: bySteps(days, ({ coverage }) => coverage),
    yesterdayMape: bySteps(days, ({ yesterdayMape }) => yesterdayMape),
    lastWeekMape: bySteps(days, ({ lastWeekMape }) => lastWeekMape)
  }
}

function dayAccuracy(day: string, issue: Forecast, loadAt: LoadAt, time: LocalTime): ForecastDayAccuracy {
  const end = time.dayStart(addDays(day, 1))
  const today = issue.t.findIndex(t => t >= end)
  const t = today < 0 ? issue.t : issue.t.slice(0, today)
  const loads = t.map(loadAt)
  const known = [...t.keys()].filter(i => loads[i] !== null)
  const within = known.filter(i => isWithin(loads[i] ?? null, issue.p10Kw[i], issue.p90Kw[i]))
  const before = (days: number) =>
    errorOf(
      loads,
      t.map(at => loadAt(sameClock(at, days, time)))
    )
  const steps = Math.round((end - time.dayStart(day)) / HALF_HOUR_MS)
  return {
    day,
    issuedAt: issue.issuedAt,
    steps: known.length,
    mape: errorOf(loads, issue.p50Kw.slice(0, t.length)),
    peakError: known.length < PEAK_NEEDS * steps ? null : peakError(loads, issue.p50Kw.slice(0, t.length)),
    coverage: known.length === 0 ? null : within.length / known.length,
    yesterdayMape: before(1),
    lastWeekMape: before(7)
  }
}

/** mean |guess − load| ÷ load where both are known; null when a load was 0, or nothing is known. */
function errorOf(loads: readonly (number | null)[], guesses: readonly (number | null)[]): number | null {
  const errors = loads.flatMap((load, i) => {
    const guess = guesses[i] ?? null
    return load === null || guess === null ? [] : Math.abs(guess - load) / Math.abs(load)
  })
  const found = mean(errors)
  return found === null || !Number.isFinite(found) ? null : found
}

function peakError(loads: readonly (number | null)[], p50Kw: readonly number[]): number | null {
  const highest = Math.max(...loads.map(load => load ?? Number.NEGATIVE_INFINITY))
  return highest > 0 ? (Math.max(...p50Kw) - highest) / highest : null
}

function isWithin(load: number | null, low: number | undefined, high: number | undefined): boolean {
  return load !== null && low !== undefined && high !== undefined && load >= low && load <= high
}

/** The same time by the clock so many days before. */
function sameClock(t: number, days: number, { offsetMs }: LocalTime): number {
  const before = t - days * DAY_MS
  return before + offsetMs(t) - offsetMs(before)
}

function bySteps(
  days: readonly ForecastDayAccuracy[],
  value: (day: ForecastDayAccuracy) => number | null
): number | null {
  let [sum, steps] = [0, 0]
  for (const day of days) {
    const one = value(day)
    if (one === null) continue
    sum += one * day.steps
    steps += day.steps
  }
  return steps === 0 ? null : sum / steps
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
}

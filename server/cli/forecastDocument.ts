import type { ForecastBasis } from '../forecast/load/types.ts'
import { counted } from './command.ts'
import type { ForecastScene } from './forecastComparison.ts'
import type { ModelAhead, Refit } from './forecastModel.ts'
import { peakOf, type Scale } from './forecastScore.ts'
import { type ScoredModel, scoreLines } from './forecastTable.ts'
import { highestTemperatures } from './forecastWeather.ts'
import type { Clock } from './loadClock.ts'

/** What the command prints with --json. Unknown is null; percentages are percent (2.2 is 2.2 %). */
export interface ForecastDocument {
  load: string
  temperature: string | null
  out: string | null
  timeZone: string
  intervalMinutes: number
  holidays: number
  refit: Refit
  train: { from: string; until: string }
  /** `intervalsWithLoad`: those that could be compared. */
  test: { from: string; until: string; days: number; intervals: number; intervalsWithLoad: number }
  daysByBasis: Partial<Record<ForecastBasis, number>>
  /** Intervals whose temperature lies beyond what was seen in training: its effect no longer grows there. */
  saturatedIntervals: number
  /** Intervals forecast over 1.3 × the highest load ever seen. */
  aboveEverSeenIntervals: number
  models: ScoredModel[]
  /** Hottest first. */
  hottestDays: { date: string; highestC: number | null }[]
  /** Highest first, with what was forecast for them. */
  peakDays: { date: string; peakKw: number; forecastPeakKw: number }[]
}

export function documentOf({
  load,
  temperature,
  calendar,
  rows,
  ahead,
  scale,
  models,
  files,
  clock,
  refit,
  trainFrom,
  trainUntil
}: ForecastScene & {
  ahead: ModelAhead
  scale: Scale
  models: ScoredModel[]
  files: Pick<ForecastDocument, 'load' | 'temperature' | 'out'>
  clock: Clock
  refit: Refit
  trainFrom: string
  trainUntil: string
}): ForecastDocument {
  const dateOf = (day: number) => rows.days[day]?.date ?? ''
  const highestC = temperature && highestTemperatures(temperature, calendar.time, rows)
  const { daysByBasis, saturatedIntervals, aboveEverSeenIntervals } = ahead
  return {
    ...{ ...files, timeZone: clock.zone, intervalMinutes: load.stepMs / 60_000 },
    ...{ holidays: calendar.holidays.size, refit, train: { from: trainFrom, until: trainUntil } },
    test: {
      ...{ from: dateOf(0), until: dateOf(rows.days.length - 1), days: rows.days.length },
      ...{ intervals: rows.t.length, intervalsWithLoad: scale.actualKw.filter(Number.isFinite).length }
    },
    ...{ daysByBasis, saturatedIntervals, aboveEverSeenIntervals, models },
    hottestDays: (scale.hottest ?? []).map(day => ({ date: dateOf(day), highestC: highestC?.[day] ?? null })),
    peakDays: scale.peaks.map(day => ({
      date: dateOf(day),
      peakKw: peakOf(scale.actualKw, rows, day),
      forecastPeakKw: peakOf(ahead.p50Kw, rows, day)
    }))
  }
}

const bases: Readonly<Record<ForecastBasis, string>> = {
  full: 'full model',
  'no-trend': 'without trend (under two years of load)',
  'like-days': 'by like days (short history)',
  none: 'nothing claimed'
}

/** The document as a person reads it, in lines. */
export function forecastLines(document: ForecastDocument): string[] {
  const { load, train, test, timeZone, intervalMinutes, refit, models, hottestDays, out } = document
  const { saturatedIntervals, aboveEverSeenIntervals, daysByBasis } = document
  const days = (basis: ForecastBasis, count: number) => `${counted(count, 'day')} ${bases[basis]}`
  const used = Object.entries(daysByBasis).map(([basis, count]) => days(basis as ForecastBasis, count))
  const compared = `${test.intervalsWithLoad} of ${counted(test.intervals, 'interval')} of ${+intervalMinutes.toFixed(2)} min`
  const lines = [
    `${load}, trained on ${train.from} to ${train.until}, ${refit} refit, ${timeZone}`,
    `Test ${test.from} to ${test.until}: ${counted(test.days, 'day')}, load known in ${compared}; ${used.join(', ')}`
  ]
  if (saturatedIntervals > 0)
    lines.push(`${counted(saturatedIntervals, 'interval')} hotter or colder than any seen in training`)
  if (aboveEverSeenIntervals > 0)
    lines.push(`${counted(aboveEverSeenIntervals, 'interval')} above 1.3 times the highest load ever seen`)
  lines.push('', ...scoreLines(models))
  if (hottestDays.length > 0) {
    const told = hottestDays.map(({ date, highestC }) => `${date} (${highestC?.toFixed(1)})`)
    lines.push('', `Hottest days (°C): ${told.join(', ')}`)
  }
  if (out !== null) lines.push('', `Written to ${out}`)
  return lines
}

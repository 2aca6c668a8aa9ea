import { type MeterHistory, meansOver } from '../curtailment/slots/slots.ts'
import type { RegularSeries } from '../forecast/load/series.ts'
import { CommandFailure } from './command.ts'
import { intervalReadings, usualInterval } from './loadIntervals.ts'
import type { Series } from './loadSeries.ts'

const HOUR_MS = 3_600_000
/** More is a mistake in a time, and would fill the memory: 40 years by the minute. */
const MOST_INTERVALS = 40 * 366 * 1440

/**
 * The rows on the step and phase that most of them have; NaN unknown. A stretch at another step, and rows that stand a
 * little off, are averaged over the time they act: an interval known in less than 90 % of its time is unknown.
 */
export function onGrid(series: Series): RegularSeries {
  const stepMs = stepOf(series)
  const { file, t, values } = series
  const phase = commonestPhase(t, stepMs)
  const floor = (at: number) => phase + Math.floor((at - phase) / stepMs) * stepMs
  const startMs = floor(t[0] ?? 0)
  const length = (floor(t.at(-1) ?? 0) - startMs) / stepMs + 1
  if (length > MOST_INTERVALS) {
    const [from, to] = [t[0], t.at(-1)].map(at => new Date(at ?? 0).toISOString().slice(0, 10))
    throw new CommandFailure(
      `${file} has a row every ${minutesText(stepMs)} and goes from ${from} to ${to}: one of its times must be wrong`
    )
  }
  const readings = intervalReadings(series)
  const isPlain = t.every((at, i) => (at - startMs) % stepMs === 0 && readings.intervalS[i] === stepMs / 1000)
  if (!isPlain) return { startMs, stepMs, values: averaged(readings, startMs, stepMs, length) }
  const column = new Float64Array(length).fill(NaN)
  for (let i = 0; i < t.length; i++) column[((t[i] ?? 0) - startMs) / stepMs] = values[i] ?? NaN
  return { startMs, stepMs, values: column }
}

function stepOf(series: Series): number {
  const stepMs = Math.round(usualInterval(series) * 60_000)
  if (stepMs <= HOUR_MS) return stepMs
  throw new CommandFailure(
    `${series.file} has a row every ${minutesText(stepMs)}: a forecast needs one at least every hour`
  )
}

function commonestPhase(t: readonly number[], stepMs: number): number {
  const counts = new Map<number, number>()
  for (const at of t) counts.set(at % stepMs, (counts.get(at % stepMs) ?? 0) + 1)
  let [phase, most] = [0, 0]
  for (const [one, count] of counts) if (count > most) [phase, most] = [one, count]
  return phase
}

function averaged(readings: MeterHistory, startMs: number, stepMs: number, length: number): Float64Array {
  const kw = readings.kw.map(value => (Number.isNaN(value) ? null : value))
  const starts = Float64Array.from({ length }, (_, i) => startMs + i * stepMs)
  return meansOver(
    { ...readings, kw },
    starts,
    starts.map(start => start + stepMs)
  )
}

const minutesText = (ms: number) => `${+(ms / 60_000).toFixed(2)} min`

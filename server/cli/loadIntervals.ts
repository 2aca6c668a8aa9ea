import type { MeterHistory } from '../curtailment/slots/slots.ts'
import { CommandFailure } from './command.ts'
import type { Series } from './loadSeries.ts'

const DAY_MINUTES = 1440

/** So many equal gaps in a row are another interval of the meter; fewer are rows that are missing. */
const STEADY_ROWS = 4

/** The interval between most rows, minutes; the shorter of two that are equally frequent. */
export function usualInterval({ file, t }: Series): number {
  const counts = new Map<number, number>()
  for (let i = 1; i < t.length; i++) {
    const gap = (t[i] ?? 0) - (t[i - 1] ?? 0)
    counts.set(gap, (counts.get(gap) ?? 0) + 1)
  }
  let [usual, most] = [0, 0]
  for (const [gap, count] of counts) {
    if (count > most || (count === most && gap < usual)) [usual, most] = [gap, count]
  }
  const minutes = usual / 60_000
  if (usual === 0) throw new CommandFailure(`${file} has one row only: its interval cannot be known`)
  if (minutes > DAY_MINUTES) throw new CommandFailure(`${file} has less than one row a day`)
  return minutes
}

/**
 * Rows as interval readings: each acts from its time to the next row's, but no longer than the interval of the rows
 * around it, so that a missing row leaves a gap.
 *
 *   15 min ├─┼─┼─┼─┤   missing   ├─┼─┼───────┼───────┼───────┼───────┤   60 min, four times or more
 */
export function intervalReadings(series: Series): MeterHistory {
  const { t, values } = series
  const usualMs = usualInterval(series) * 60_000
  const gaps = t.slice(1).map((time, i) => time - (t[i] ?? 0))
  const steady = steadyGaps(gaps)
  const intervalS = t.map((_, i) => {
    const next = gaps[i]
    if (next !== undefined && (steady[i] || next <= usualMs)) return next / 1000
    const before = gaps[i - 1]
    const nominalMs = before !== undefined && steady[i - 1] ? before : usualMs
    return Math.min(next ?? Infinity, nominalMs) / 1000
  })
  return { t, kw: values, intervalS }
}

/** Whether each gap stands in a row of equal ones. */
function steadyGaps(gaps: readonly number[]): boolean[] {
  const steady: boolean[] = []
  for (let from = 0; from < gaps.length; ) {
    let to = from + 1
    while (to < gaps.length && gaps[to] === gaps[from]) to++
    const isSteady = to - from >= STEADY_ROWS && (gaps[from] ?? 0) <= DAY_MINUTES * 60_000
    for (; from < to; from++) steady.push(isSteady)
  }
  return steady
}

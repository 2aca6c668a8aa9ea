import type { LoadColumns } from '../contract/grid.ts'
import type { LoadSteps, ReadingsStore } from './store.ts'
import { WindowStatistics } from './windowStatistics.ts'
import { windowAt, windowStarts, windowsOver } from './windows.ts'

export interface LoadWindowOptions {
  /** Epoch ms. */
  from: number
  to: number
  /** How many windows at most. */
  points: number
}

/** A part of time, epoch ms. */
interface Span {
  from: number
  to: number
}

const MINUTE_MS = 60_000
const HALF_HOUR_MS = 30 * MINUTE_MS
const DAY_MS = 24 * 60 * MINUTE_MS
/** One question to the store is about so much time: a few thousand rows, so that others get a word in. */
const MINUTES_AT_ONCE_MS = 4 * DAY_MS
const HALF_HOURS_AT_ONCE_MS = 32 * DAY_MS

/**
 * A node's load as at most `points` round windows over [from, to): the mean weighted by time, the exact extremes. Where
 * windows are no shorter than half an hour, out of the half-hours, so that a year is cheap. Half-hours that are not there,
 * the running one, those cut by the range and those of before half-hours were rolled up, come from their minutes, so
 * that both ways give the same. Rejects when the store does.
 *
 *   from                                          to
 *   ├─┼───────┼───────┼ ─ ─ ─ ┼───────┼───────┼────┤
 *   min        half-hours  min          half-hours  min
 */
export async function readLoadWindows(
  store: Pick<ReadingsStore, 'queryLoad'>,
  node: string,
  options: LoadWindowOptions
): Promise<LoadColumns> {
  const windows = createLoadWindows(options)
  const addMinutes = async (span: Span) => {
    for (const { from, to } of pieces(span, MINUTES_AT_ONCE_MS))
      windows.add(await store.queryLoad({ node, from, to, stepS: 60 }))
  }
  if (windows.lengthMs < HALF_HOUR_MS) await addMinutes(options)
  else {
    const isPresent = new Set<number>()
    for (const { from, to } of pieces(wholeHalfHours(options), HALF_HOURS_AT_ONCE_MS)) {
      const halfHours = await store.queryLoad({ node, from, to, stepS: 1800 })
      for (const t of halfHours.t) isPresent.add(t)
      windows.add(halfHours)
    }
    for (const missing of gaps(options, isPresent)) await addMinutes(missing)
  }
  return { node, ...windows.columns() }
}

/**
 * Gathers minutes, half-hours or both into windows. `reported` is the least and `expected` the most of any of them, so
 * that one incomplete minute is not hidden. A window without a known minute is null, so that a line breaks there.
 */
export function createLoadWindows(options: LoadWindowOptions) {
  const windows = windowsOver(options, MINUTE_MS)
  const statistics = new WindowStatistics(windows.count)
  const reported: (number | null)[] = new Array(windows.count).fill(null)
  const expected: number[] = new Array(windows.count).fill(0)
  return {
    lengthMs: windows.lengthMs,
    add(steps: LoadSteps): void {
      for (const [index, t] of steps.t.entries()) {
        const window = windowAt(windows, t)
        if (window < 0 || window >= windows.count) continue
        // A half-hour weighs as much as it has known minutes.
        statistics.add(window, steps.kw[index] ?? null, steps.known[index] ?? 0)
        statistics.widen(window, steps.kwMin[index] ?? null, steps.kwMax[index] ?? null)
        reported[window] = Math.min(reported[window] ?? Number.POSITIVE_INFINITY, steps.reported[index] ?? 0)
        expected[window] = Math.max(expected[window] ?? 0, steps.expected[index] ?? 0)
      }
    },
    columns(): Omit<LoadColumns, 'node'> {
      return {
        windowMs: windows.lengthMs,
        t: windowStarts(windows),
        kw: statistics.means(),
        min: statistics.minima(),
        max: statistics.maxima(),
        reported: reported.map(count => count ?? 0),
        expected
      }
    }
  }
}

function wholeHalfHours({ from, to }: Span): Span {
  return {
    from: Math.ceil(from / HALF_HOUR_MS) * HALF_HOUR_MS,
    to: Math.floor(to / HALF_HOUR_MS) * HALF_HOUR_MS
  }
}

/** What of a range no half-hour covers, ascending. */
function gaps(range: Span, isPresent: ReadonlySet<number>): Span[] {
  const found: Span[] = []
  const add = (from: number, to: number) => {
    const last = found.at(-1)
    if (from >= to) return
    if (last?.to === from) last.to = to
    else found.push({ from, to })
  }
  const whole = wholeHalfHours(range)
  if (whole.from >= whole.to) return [{ from: range.from, to: range.to }]
  add(range.from, whole.from)
  for (let t = whole.from; t < whole.to; t += HALF_HOUR_MS) if (!isPresent.has(t)) add(t, t + HALF_HOUR_MS)
  add(whole.to, range.to)
  return found
}

function* pieces({ from, to }: Span, longestMs: number): Generator<Span> {
  for (let start = from; start < to; start += longestMs)
    yield { from: start, to: Math.min(start + longestMs, to) }
}

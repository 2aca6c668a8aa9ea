import type { ReadingColumns } from '../contract/grid.ts'
import type { Series } from './store.ts'
import { WindowStatistics } from './windowStatistics.ts'
import { type Windows, windowAt, windowStarts, windowsOver } from './windows.ts'

export interface DownsampleOptions {
  /** Epoch ms. */
  from: number
  to: number
  /** How many windows at most. */
  points: number
}

/**
 * Readings as they are while there are at most `points`; else as round windows over [from, to) with, for each field, the
 * mean weighted by time, `<field>_min` and `<field>_max`. A reading counts in every window that its interval touches:
 *
 *   interval_s > 0     ts ├──────────┤                   for its interval
 *   interval_s = 0     ts ●┄┄┄┄┄┄┄● next reading         until the next one, at most to the end of its window
 */
export function downsampleSeries(
  series: Series,
  options: DownsampleOptions
): Omit<ReadingColumns, 'kind' | 'id' | 'flags'> {
  if (series.t.length <= options.points) {
    return {
      windowMs: null,
      t: series.t,
      columns: { interval_s: series.intervalS, quality: series.quality, ...series.columns }
    }
  }
  const windows = windowsOver(options, 1000)
  const columns: ReadingColumns['columns'] = {}
  const spans = spansOf(series, windows)
  for (const [field, values] of Object.entries(series.columns)) {
    const statistics = new WindowStatistics(windows.count)
    for (const { row, window, ms } of spans) statistics.add(window, values[row] ?? null, ms)
    columns[field] = statistics.means()
    columns[`${field}_min`] = statistics.minima()
    columns[`${field}_max`] = statistics.maxima()
  }
  return { windowMs: windows.lengthMs, t: windowStarts(windows), columns }
}

/** That the reading in `row` stands for `ms` milliseconds of a window. */
interface Span {
  row: number
  window: number
  ms: number
}

function spansOf({ t, intervalS }: Series, windows: Windows): Span[] {
  const spans: Span[] = []
  for (const [row, from] of t.entries()) {
    const own = windowAt(windows, from)
    const windowEnd = windows.start + (own + 1) * windows.lengthMs
    const intervalMs = (intervalS[row] ?? 0) * 1000
    const to = intervalMs > 0 ? from + intervalMs : Math.min(t[row + 1] ?? windowEnd, windowEnd)
    const last = Math.min(windows.count - 1, Math.ceil((to - windows.start) / windows.lengthMs) - 1)
    for (let window = Math.max(own, 0); window <= last; window++) {
      const start = windows.start + window * windows.lengthMs
      const ms = Math.min(to, start + windows.lengthMs) - Math.max(from, start)
      if (ms > 0) spans.push({ row, window, ms })
    }
  }
  return spans
}

import type { LoadColumns, ReadingColumns } from '../../server/contract/grid.ts'
import type { ParticipantPerformance, Performance } from '../../server/contract/performance.ts'

/** Columns as the chart takes them: `t` epoch ms ascending and unique, `null` where nothing is known. */
export type Values = readonly (number | null)[]

export interface LoadLines {
  t: number[]
  kw: Values
  min: Values
  max: Values
}

/** Beyond how many usual steps without a value the line breaks. */
const GAP_STEPS = 3.5

function medianStep(t: readonly number[]): number {
  const steps = t.slice(1).map((at, i) => at - (t[i] ?? at))
  return steps.sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0
}

/** A gap stays a gap: puts an unknown row behind each row that the next one follows too late. */
export function breakGaps(t: readonly number[], columns: readonly Values[], stepMs: number) {
  const out = { t: [] as number[], columns: columns.map(() => [] as (number | null)[]) }
  for (const [i, at] of t.entries()) {
    out.t.push(at)
    for (const [c, column] of columns.entries()) out.columns[c]?.push(column[i] ?? null)
    const next = t[i + 1]
    if (stepMs > 0 && next !== undefined && next - at > stepMs * GAP_STEPS) {
      out.t.push(at + stepMs)
      for (const column of out.columns) column.push(null)
    }
  }
  return out
}

/** A node's load, ending in what the live stream says now. */
export function loadLines(columns: LoadColumns, now: { t: number; kw: number | null } | null): LoadLines {
  const isNewer = now !== null && now.t > (columns.t.at(-1) ?? Number.NEGATIVE_INFINITY)
  const live = isNewer ? [now.kw] : []
  const joined = breakGaps(
    [...columns.t, ...(isNewer ? [now.t] : [])],
    [
      [...columns.kw, ...live],
      [...columns.min, ...live],
      [...columns.max, ...live]
    ],
    Math.max(columns.windowMs, 60_000)
  )
  const [kw = [], min = [], max = []] = joined.columns
  return { t: joined.t, kw, min, max }
}

/**
 * A load with what is foretold behind it: `foretold`, and its band as the spread. It begins where the load ends, in the
 * middle of its step.
 */
export function withForecast(
  lines: LoadLines,
  ahead: { t: readonly number[]; p10Kw: Values; p50Kw: Values; p90Kw: Values } | null
): LoadLines & { foretold: Values | null } {
  const last = lines.t.at(-1) ?? Number.NEGATIVE_INFINITY
  const next = ahead?.t.findIndex(at => at > last) ?? -1
  if (ahead === null || next < 0) return { ...lines, foretold: null }
  const first = Math.max(next - 1, 0)
  const more = ahead.t.slice(first).map(at => Math.max(at, last + 1))
  const unknown = (count: number) => new Array<null>(count).fill(null)
  return {
    t: [...lines.t, ...more],
    kw: [...lines.kw, ...unknown(more.length)],
    min: [...lines.min, ...ahead.p10Kw.slice(first)],
    max: [...lines.max, ...ahead.p90Kw.slice(first)],
    foretold: [...unknown(lines.t.length), ...ahead.p50Kw.slice(first)]
  }
}

export interface ReadingLines {
  t: number[]
  value: Values
  min: Values
  max: Values
}

/** One field of a source's readings; min and max differ from the value only where readings were put together. */
export function readingLines(columns: ReadingColumns, field: string): ReadingLines {
  const value = columns.columns[field] ?? []
  const all = [value, columns.columns[`${field}_min`] ?? value, columns.columns[`${field}_max`] ?? value]
  const broken = breakGaps(columns.t, all, Math.max(medianStep(columns.t), columns.windowMs ?? 0))
  const [values = [], min = [], max = []] = broken.columns
  return { t: broken.t, value: values, min, max }
}

/** Two series of different times as columns over all of them; what one does not say at a moment is unknown. */
export function joinByTime(a: { t: readonly number[]; value: Values }, b: typeof a) {
  const t = [...new Set([...a.t, ...b.t])].sort((x, y) => x - y)
  const spread = (s: typeof a) => {
    const at = new Map(s.t.map((moment, i) => [moment, s.value[i] ?? null]))
    return t.map(moment => at.get(moment) ?? null)
  }
  return { t, a: spread(a), b: spread(b) }
}

export interface PerformanceLines {
  /** Start of each settlement slot, and at last the end of the last one. */
  t: number[]
  intervalMs: number
  baseline: Values
  metered: Values
  /** Baseline less what was asked, inside the event. */
  target: Values
  /** Signed; null outside the event. */
  delivered: Values
}

/**
 * The sums of an event so that neighbouring slots can be compared: a slot in which more participants than usual are
 * unknown is unknown as a whole, for a sum over missing meters is not a small load. Where nothing is measured yet the
 * baseline goes on as the sum of those that have been measured at all.
 */
function comparableTotal({ total, participants }: Performance) {
  const usual = total.unknown.filter((_, i) => (total.meteredKw[i] ?? null) !== null).sort((x, y) => x - y)
  const most = usual[Math.floor(usual.length / 2)] ?? 0
  const measured = participants.filter(one => one.meteredKw.some(kw => kw !== null))
  const ahead = (i: number) =>
    measured.reduce<number | null>(
      (sum, one) => {
        const kw = one.baselineKw[i] ?? null
        return sum === null || kw === null ? null : sum + kw
      },
      measured.length > 0 ? 0 : null
    )
  const kept = (values: Values) => values.map((kw, i) => ((total.unknown[i] ?? 0) <= most ? kw : null))
  const isMeasured = (i: number) => (total.meteredKw[i] ?? null) !== null
  return {
    requestedKw: total.requestedKw,
    baselineKw: kept(total.baselineKw).map((kw, i) => (isMeasured(i) ? kw : ahead(i))),
    meteredKw: kept(total.meteredKw),
    deliveredKw: kept(total.deliveredKw)
  }
}

/** One participant's measured event, or (null) the sum of all of them. */
export function performanceLines(
  performance: Performance,
  participant: ParticipantPerformance | null
): PerformanceLines {
  const source = participant ?? comparableTotal(performance)
  const intervalMs = performance.intervalMinutes * 60_000
  const [start, end] = [Date.parse(performance.start), Date.parse(performance.end)]
  const target = performance.t.map((at, i) => {
    const baseline = source.baselineKw[i] ?? null
    return baseline === null || at < start || at >= end ? null : baseline - source.requestedKw
  })
  const lastSlot = performance.t.at(-1)
  const closed = (values: Values) => [...values, null]
  return {
    t: lastSlot === undefined ? [] : [...performance.t, lastSlot + intervalMs],
    intervalMs,
    baseline: closed(source.baselineKw),
    metered: closed(source.meteredKw),
    delivered: closed(source.deliveredKw),
    target: closed(target)
  }
}

export interface Extreme {
  t: number
  value: number
}

/** Where a column is highest within [from, to). */
export function highest(t: readonly number[], values: Values, from: number, to: number): Extreme | null {
  let best: Extreme | null = null
  for (const [i, at] of t.entries()) {
    const value = values[i] ?? null
    if (value !== null && at >= from && at < to && (!best || value > best.value)) best = { t: at, value }
  }
  return best
}

/** The newest known value not after `now`. */
export function lastKnown(t: readonly number[], values: Values, now: number): Extreme | null {
  for (let i = t.length - 1; i >= 0; i--) {
    const at = t[i]
    const value = values[i] ?? null
    if (at !== undefined && at <= now && value !== null) return { t: at, value }
  }
  return null
}

/**
 * The axis of a chart: room above and below what is drawn. Reaches down to zero where that costs little, and
 * up to a limit once the load has come within sight of it.
 */
export function yRange(
  low: number | null,
  high: number | null,
  options: { limits: readonly number[]; fromZero: boolean }
): [number, number] {
  if (low === null || high === null) return [0, 1]
  const near = options.limits.filter(limit => high >= limit * 0.6)
  const top = Math.max(high, ...near)
  const flat = top === low ? 0.1 : 0.005
  const room = Math.max((top - low) * 0.08, Math.abs(top) * flat, 0.05)
  const reachesZero = options.fromZero && low >= 0 && low < top * 0.4
  return [reachesZero ? 0 : low - room, top + room]
}

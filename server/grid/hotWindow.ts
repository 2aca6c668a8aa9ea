import { type LoadRow, loadTree } from './loadTree.ts'
import { emptyMinutes, fillMinutes, MINUTE_MS, type PointMinutes } from './minutes.ts'
import { actingAt, type HoldRule, insertStep, type PowerStep } from './steps.ts'
import type { Topology } from './topology.ts'
import { createWrittenRows } from './writtenRows.ts'

export const HOUR_MS = 3_600_000
const MINUTES_PER_HOUR = 60

interface HotPoint {
  rule: HoldRule
  steps: PowerStep[]
  /** Before this moment steps were let go; what arrives for it must be read from the store again. */
  completeFrom: number
  minutes: PointMinutes
  /** The minutes from here on must be filled again; Infinity: none but those that time adds. */
  changedFrom: number
}

/**
 * The last hours in memory: every measuring point's steps and minutes, and what was written of every node.
 *
 *   from (a full hour)                         filledTo   now
 *   ├── 60 min ──┼── 60 min ──┼── this hour ───────┤ ▒ ├          the running minute ▒ is filled anew each time,
 *                     ▲ changedFrom of a point that a late            held values reach to now, never beyond
 *                       reading of these hours arrived for
 *
 * With a new hour the window moves on; older hours are the business of the dirty blocks.
 */
export interface HotWindow {
  readonly from: number
  /** Keys of the points whose steps must be read from the store first. */
  setTopology(topology: Topology): string[]
  /** Moves the window; the moment from which rows were left behind unwritten, null where none were. */
  advance(now: number): number | null
  /** reseed: it is older than what is kept; full: the point sends more than can be held. */
  insert(key: string, step: PowerStep): 'taken' | 'reseed' | 'full'
  /** Steps out of the store, ascending; those that came in the meantime are laid over them. */
  seed(key: string, steps: PowerStep[], now: number): void
  /** The rows up to now that differ from what was written, and from which minute on they were computed. */
  compute(now: number): { rows: LoadRow[]; from: number }
  confirm(rows: readonly LoadRow[]): void
  /** The rows computed from here on did not reach the store. */
  failed(from: number): void
}

export function createHotWindow({
  hours = 3,
  mostSteps = 40,
  stepLimit = 20_000,
  defaultS = 300
}): HotWindow {
  const minutes = hours * MINUTES_PER_HOUR
  const points = new Map<string, HotPoint>()
  const written = createWrittenRows(minutes)
  let topology: Topology | null = null
  let from = 0
  let filledTo = 0
  let unwrittenFrom = Infinity

  const newPoint = (rule: HoldRule): HotPoint => {
    const minutesOfPoint = emptyMinutes(minutes)
    return { rule, steps: [], completeFrom: -Infinity, minutes: minutesOfPoint, changedFrom: from }
  }

  const setTopology = (next: Topology): string[] => {
    const fresh: string[] = []
    for (const key of points.keys()) if (!next.points.has(key)) points.delete(key)
    for (const { key, reportIntervalS } of next.points.values()) {
      if (points.get(key)?.rule.registryS === reportIntervalS) continue
      points.set(key, newPoint({ registryS: reportIntervalS, defaultS }))
      fresh.push(key)
    }
    topology = next
    written.keep(next.places.filter(place => !place.isHousehold).map(place => place.node.id))
    unwrittenFrom = from
    return fresh
  }

  const advance = (now: number): number | null => {
    const next = Math.floor(now / HOUR_MS) * HOUR_MS - (hours - 1) * HOUR_MS
    if (next <= from) return null
    const leftFrom = Math.min(unwrittenFrom, filledTo, earliestChange(points.values()))
    const isFirst = from === 0
    const shift = Math.min(minutes, (next - from) / MINUTE_MS)
    for (const point of points.values()) {
      shiftLeft(point.minutes.kw, shift)
      shiftLeft(point.minutes.known, shift)
      point.changedFrom = Math.max(point.changedFrom, next)
      point.steps.splice(0, actingAt(point.steps, next))
    }
    written.shift(shift)
    from = next
    filledTo = Math.max(filledTo, next)
    unwrittenFrom = Math.max(unwrittenFrom, next)
    return !isFirst && leftFrom < next ? leftFrom : null
  }

  const insert = (key: string, step: PowerStep) => {
    const point = points.get(key)
    if (point === undefined) return 'taken'
    const minute = Math.max(from, floorMinute(step.at))
    if (minute < point.completeFrom) return 'reseed'
    if (point.steps.length >= stepLimit) return 'full'
    insertStep(point.steps, step, point.rule)
    point.changedFrom = Math.min(point.changedFrom, minute)
    return 'taken'
  }

  const seed = (key: string, steps: PowerStep[], now: number) => {
    const point = points.get(key)
    if (point === undefined) return
    const newer = point.steps
    point.steps = steps
    point.completeFrom = -Infinity
    for (const step of newer) insertStep(point.steps, step, point.rule)
    point.changedFrom = from
    unwrittenFrom = from
    fill(point, now)
  }

  const fill = (point: HotPoint, now: number) => {
    const start = Math.min(point.changedFrom, filledTo)
    if (start >= now) return
    point.changedFrom = Infinity
    fillMinutes(point.minutes, (start - from) / MINUTE_MS, point.steps, start, now)
    const surplus = Math.min(point.steps.length - mostSteps, actingAt(point.steps, floorMinute(now)))
    if (surplus <= 0) return
    point.steps.splice(0, surplus)
    point.completeFrom = point.steps[0]?.at ?? -Infinity
  }

  const compute = (now: number): { rows: LoadRow[]; from: number } => {
    const start = Math.max(from, Math.min(unwrittenFrom, filledTo, earliestChange(points.values())))
    for (const point of points.values()) fill(point, now)
    filledTo = Math.max(filledTo, floorMinute(now))
    unwrittenFrom = filledTo
    if (topology === null || start >= now) return { rows: [], from: start }

    const first = (start - from) / MINUTE_MS
    const count = Math.ceil((now - start) / MINUTE_MS)
    const part = (key: string): PointMinutes | undefined => {
      const all = points.get(key)?.minutes
      if (all === undefined) return undefined
      return { kw: all.kw.subarray(first, first + count), known: all.known.subarray(first, first + count) }
    }
    const rows: LoadRow[] = []
    for (const [place, load] of loadTree(topology.places, part, count))
      if (!place.isHousehold) written.addChanged(rows, place.node.id, load, from, first, count)
    return { rows, from: start }
  }

  return {
    get from() {
      return from
    },
    setTopology,
    advance,
    insert,
    seed,
    compute,
    confirm: rows => written.confirm(rows, from),
    failed: since => {
      unwrittenFrom = Math.max(from, Math.min(unwrittenFrom, since))
    }
  }
}

const floorMinute = (t: number) => Math.floor(t / MINUTE_MS) * MINUTE_MS

function earliestChange(points: Iterable<HotPoint>): number {
  let earliest = Infinity
  for (const { changedFrom } of points) earliest = Math.min(earliest, changedFrom)
  return earliest
}

function shiftLeft(column: Float64Array | Uint8Array, by: number): void {
  column.copyWithin(0, by)
  column.fill(0, column.length - by)
}

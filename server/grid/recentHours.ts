import { HALF_HOUR_MINUTES, HALF_HOUR_MS, halfHourRow } from './halfHours.ts'
import type { LoadRow } from './loadRow.ts'
import { MinuteRows } from './minuteRows.ts'
import { emptySums, MINUTE_MS, minuteAt } from './minutes.ts'
import { differenceOf, type RecentNode, recentNodes, shiftNode } from './recentNode.ts'
import { fillPoint, PointTimes, type RecentPoint, rulesOf, shiftPoint, trimSteps } from './recentPoint.ts'
import type { HoldRule, Steps } from './steps.ts'
import { StepTable } from './stepTable.ts'
import type { Topology } from './topology.ts'
import { UnwrittenMinutes } from './unwrittenMinutes.ts'

export const HOUR_MS = 3_600_000
const MINUTES_PER_HOUR = 60
/** Minutes filled or summed in one go: about a millisecond. */
const CELLS_PER_SLICE = 100_000
/** Places for steps, counted for each point; some need more, most fewer. */
const PLACES_PER_POINT = 24

/** What a measuring point said at one moment; NaN is unknown. */
export interface SaidPower {
  ts: number
  intervalS: number
  kw: number
  kva: number
  kvar: number
}

/**
 * The last hours in memory: the minutes of every measuring point and node, and which of them the store does not hold.
 *
 *   from (a full hour)                          sumFrom   now
 *   ├── 60 min ──┼── 60 min ──┼── this hour ───────┤ ▒ ├          the running minute ▒ is filled anew each time,
 *                     ▲ changedFrom of a point that a late            held values reach to now, never beyond
 *                       reading of these hours arrived for
 *
 * With a new hour the window moves on; older hours are the business of the dirty blocks.
 */
export interface RecentHours {
  readonly from: number
  /** Keys of the points whose steps must be read from the store first. */
  setTopology(topology: Topology): string[]
  /** Moves the window; the moment from which rows were left behind unwritten, null where none were. */
  advance(now: number): number | null
  /**
   * Takes what the registry's n-th point said. reseed: it is older than what is kept; full: the point, or all of them
   * together, send more than can be held.
   */
  insert(n: number, said: SaidPower, now: number): 'taken' | 'reseed' | 'full'
  /** Steps out of the store; those that came in the meantime are laid over them. */
  seed(key: string, steps: Steps, now: number): void
  /**
   * Brings the minutes of points and nodes up to now, in slices of about a millisecond. Returns false when the registry
   * changed meanwhile: then it must be done again.
   */
  compute(now: number): Generator<void, boolean>
  /** The computed minutes that the store does not hold as they are; they count as written once they are handed over. */
  unwritten(most: number): Generator<LoadRow[]>
  /** The half-hours that are over and of which a minute was handed over since. */
  halfHours(most: number): Generator<LoadRow[]>
  /** Minutes, or half-hours, that did not reach the store after all. */
  putBack(rows: readonly LoadRow[], stepS: 60 | 1800): void
  /** Steps held, of all points. */
  readonly steps: number
}

export function createRecentHours({
  hours = 3,
  mostSteps = 8,
  stepLimit = 20_000,
  defaultS = 300
}): RecentHours {
  const minutes = hours * MINUTES_PER_HOUR
  const window = { from: 0, minutes, rows: new MinuteRows(minutes) }
  const sums = emptySums(minutes)
  let points: RecentPoint[] = []
  let byKey = new Map<string, RecentPoint>()
  let times = new PointTimes(0, 0, 0)
  let table = new StepTable([], 0)
  let nodes: RecentNode[] = []
  let marks = new UnwrittenMinutes(0, 2 * hours)
  /** From here on the sums of all nodes must be made again. */
  let sumFrom = 0
  /** Minutes from `from` on whose nodes are computed. */
  let computed = 0
  let isComputing = false
  let version = 0

  /** Steps of a point in these hours, up to where they are trimmed. */
  const usually = ({ registryS }: HoldRule) =>
    Math.min(2 * mostSteps, registryS === null ? 0 : (hours * 3600) / registryS)

  const onDiffer = (leaf: number, minute: number) => marks.set(leaf, minute)

  const setTopology = (next: Topology): string[] => {
    const fresh: string[] = []
    const rules = rulesOf(next, defaultS)
    const before = { times, table }
    times = new PointTimes(rules.length, window.from, 2 * mostSteps)
    table = new StepTable(rules, 4 * stepLimit + PLACES_PER_POINT * rules.length, usually)
    points = [...next.points.keys()].map((key, n) => {
      const rule = rules[n] ?? { registryS: null, defaultS }
      const known = byKey.get(key)
      const isKnown = known?.rule.registryS === rule.registryS
      if (isKnown && table.of(n).putAll(before.table.of(known.n))) {
        times.copy(n, before.times, known.n)
        known.n = n
        known.leaves = []
        return known
      }
      fresh.push(key)
      return { n, key, rule, kw: null, counts: null, leaves: [] }
    })
    byKey = new Map(points.map(point => [point.key, point]))
    const nodesBefore = new Map(nodes.map(node => [node.place.node.id, node]))
    const marksBefore = marks
    nodes = recentNodes(next, points, nodesBefore, minutes)
    marks = new UnwrittenMinutes(nodes.length, 2 * hours)
    for (const node of nodes) {
      const before = nodesBefore.get(node.place.node.id)
      // Where the very same minutes go on, what the store holds of them is known.
      if (before?.load === node.load) marks.copy(node.place.index, marksBefore, before.place.index)
    }
    sumFrom = window.from
    computed = 0
    version += 1
    return fresh
  }

  const advance = (now: number): number | null => {
    const next = Math.floor(now / HOUR_MS) * HOUR_MS - (hours - 1) * HOUR_MS
    const { from } = window
    if (next <= from) return null
    const shift = Math.min(minutes, (next - from) / MINUTE_MS)
    const leftFrom = from === 0 ? Infinity : earliestLeft(shift / HALF_HOUR_MINUTES, next)
    for (const point of points) {
      shiftPoint(point, table.of(point.n), times, window, shift, next)
      table.fit()
    }
    for (const node of nodes) shiftNode(node, shift)
    marks.shift(shift / HALF_HOUR_MINUTES)
    window.from = next
    sumFrom = Math.max(sumFrom, next)
    computed = Math.max(0, computed - shift)
    return leftFrom < next ? leftFrom : null
  }

  /** The earliest moment before `next` from which something of the first half-hours was not written. */
  const earliestLeft = (halfHours: number, next: number): number => {
    let earliest = sumFrom
    for (const column of [times.changedFrom, times.differsFrom])
      for (const at of column) earliest = Math.min(earliest, at)
    for (const { place } of nodes) {
      if (place.isHousehold) continue
      for (let h = 0; h < halfHours && window.from + h * HALF_HOUR_MS < earliest; h += 1) {
        if (marks.isAnyIn(place.index, h) || marks.isTouched(place.index, h))
          earliest = window.from + h * HALF_HOUR_MS
      }
    }
    return earliest < next ? Math.max(earliest, window.from) : earliest
  }

  const insert = (n: number, said: SaidPower, now: number) => {
    const point = points[n]
    if (point === undefined) return 'taken'
    const minute = Math.max(window.from, Math.floor(said.ts / MINUTE_MS) * MINUTE_MS)
    if (minute < (times.completeFrom[n] ?? -Infinity)) return 'reseed'
    const steps = table.of(n)
    if (steps.count >= stepLimit) return 'full'
    if (!steps.put(said.ts, said.intervalS, said.kw, said.kva, said.kvar)) return 'full'
    if (minute < (times.changedFrom[n] ?? 0)) times.changedFrom[n] = minute
    if (steps.count >= (times.trimAt[n] ?? 0) && !isComputing) fillAndTrim(point, steps, now)
    return 'taken'
  }

  const seed = (key: string, stored: Steps, now: number) => {
    const point = byKey.get(key)
    if (point === undefined) return
    const steps = table.of(point.n)
    stored.putAll(steps)
    times.completeFrom[point.n] = -Infinity
    times.changedFrom[point.n] = window.from
    fillAndTrim(point, stored, now)
    const { count } = stored
    steps.replaceWith(stored)
    if (stored.count < count) times.completeFrom[point.n] = stored.at(0)
  }

  const fillAndTrim = (point: RecentPoint, steps: Steps, now: number): number => {
    const cells = fillPoint(point, steps, times, window, now, onDiffer)
    if (steps.count > mostSteps) trimSteps(point.n, steps, times, mostSteps, now)
    return cells
  }

  function* compute(now: number): Generator<void, boolean> {
    const started = version
    let cells = 0
    let isDone = false
    isComputing = true
    try {
      for (const point of points) {
        cells += 10 + fillAndTrim(point, table.of(point.n), now)
        if (cells < CELLS_PER_SLICE) continue
        cells = 0
        yield
        if (version !== started) return false
      }
      for (let i = nodes.length - 1; i >= 0; i -= 1) {
        const node = nodes[i]
        if (node === undefined) continue
        cells += 10 + differenceOf(node, times.differsFrom, sums, window.from, sumFrom, now, onDiffer)
        if (cells < CELLS_PER_SLICE) continue
        cells = 0
        yield
        if (version !== started) return false
      }
      isDone = true
    } finally {
      isComputing = false
      if (!isDone) sumFrom = window.from
    }
    times.differsFrom.fill(Infinity)
    for (const node of nodes) node.differsFrom = Infinity
    computed = Math.max(0, Math.ceil((now - window.from) / MINUTE_MS))
    sumFrom = Math.max(window.from, Math.floor(now / MINUTE_MS) * MINUTE_MS)
    return true
  }

  function* unwritten(most: number): Generator<LoadRow[]> {
    const { from } = window
    const taken = marks
    let rows: LoadRow[] = []
    for (const { place, load } of nodes) {
      if (place.isHousehold) continue
      for (let i = 0; i < computed; i += 1) {
        if (i % HALF_HOUR_MINUTES === 0 && !taken.isAnyIn(place.index, i / HALF_HOUR_MINUTES)) {
          i += HALF_HOUR_MINUTES - 1
          continue
        }
        if (!taken.take(place.index, i)) continue
        rows.push({ node: place.node.id, t: from + i * MINUTE_MS, ...minuteAt(load, i) })
        if (rows.length < most) continue
        yield rows
        rows = []
      }
    }
    if (rows.length > 0) yield rows
  }

  function* halfHours(most: number): Generator<LoadRow[]> {
    const { from } = window
    const taken = marks
    let rows: LoadRow[] = []
    for (const { place, load } of nodes) {
      if (place.isHousehold) continue
      for (let h = 0; (h + 1) * HALF_HOUR_MS <= sumFrom - from; h += 1) {
        if (!taken.takeTouched(place.index, h)) continue
        rows.push(halfHourRow(place.node.id, from + h * HALF_HOUR_MS, load, h * HALF_HOUR_MINUTES))
        if (rows.length < most) continue
        yield rows
        rows = []
      }
    }
    if (rows.length > 0) yield rows
  }

  const putBack: RecentHours['putBack'] = (rows, stepS) => {
    const index = new Map(nodes.map(({ place }) => [place.node.id, place.index]))
    for (const { node, t } of rows) {
      const at = index.get(node)
      const place = (t - window.from) / (stepS * 1000)
      if (at === undefined || place < 0) continue
      if (stepS === 60) marks.set(at, place)
      else marks.touch(at, place)
    }
  }

  return {
    get from() {
      return window.from
    },
    setTopology,
    advance,
    insert,
    seed,
    compute,
    unwritten,
    halfHours,
    putBack,
    get steps() {
      return table.held
    }
  }
}

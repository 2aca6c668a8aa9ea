import type { MinuteRows } from './minuteRows.ts'
import { fillMinutes, MINUTE_MS } from './minutes.ts'
import type { HoldRule, Steps } from './steps.ts'
import type { Topology } from './topology.ts'

/** One measuring point in the recent hours. */
export interface RecentPoint {
  /** Its place in the registry of the day and in the columns of PointTimes. */
  n: number
  readonly key: string
  readonly rule: HoldRule
  /** Its minutes, NaN where unknown; null until one is known. */
  kw: Float64Array | null
  readonly counts: null
  /** Nodes that are this point and nothing else, by their index. */
  leaves: number[]
}

/** How each of the registry's points is held; those that report alike share one. */
export function rulesOf({ points }: Topology, defaultS: number): HoldRule[] {
  const rules = new Map<number | null, HoldRule>()
  return [...points.values()].map(({ reportIntervalS: registryS }) => {
    const rule = rules.get(registryS) ?? { registryS, defaultS }
    rules.set(registryS, rule)
    return rule
  })
}

/** What changes with every reading, as columns by the number of the point: epoch ms. */
export class PointTimes {
  /** Before this steps were let go; what arrives for it must be read from the store again. */
  readonly completeFrom: Float64Array
  /** The minutes from here on must be filled, the last of them again and again while it runs. */
  readonly changedFrom: Float64Array
  /** From here on minutes differ from those that are in the sums of the nodes; Infinity: none do. */
  readonly differsFrom: Float64Array
  /** With so many steps those no longer needed are let go. */
  readonly trimAt: Uint32Array

  /** As for points that nobody has heard of. */
  constructor(points: number, from: number, trimAt: number) {
    this.completeFrom = new Float64Array(points).fill(-Infinity)
    this.changedFrom = new Float64Array(points).fill(from)
    this.differsFrom = new Float64Array(points).fill(Infinity)
    this.trimAt = new Uint32Array(points).fill(trimAt)
  }

  /** Takes over what another table holds of one of its points. */
  copy(n: number, from: PointTimes, itsN: number): void {
    this.completeFrom[n] = from.completeFrom[itsN] ?? -Infinity
    this.changedFrom[n] = from.changedFrom[itsN] ?? 0
    this.differsFrom[n] = from.differsFrom[itsN] ?? Infinity
    this.trimAt[n] = from.trimAt[itsN] ?? 0
  }
}

/** The part of time that the minutes of a point show. */
export interface PointWindow {
  /** Start of minute 0. */
  from: number
  minutes: number
  rows: MinuteRows
}

let filled = new Float64Array(0)

/**
 * Fills the minutes that changed and those that time added, up to `now`. Tells the leaves of each minute that differs.
 * Returns how many minutes were filled.
 */
export function fillPoint(
  point: RecentPoint,
  steps: Steps,
  { changedFrom, differsFrom }: PointTimes,
  { from, minutes, rows }: PointWindow,
  now: number,
  onDiffer: (leaf: number, minute: number) => void
): number {
  const { n } = point
  const start = Math.max(from, changedFrom[n] ?? from)
  if (start >= now) return 0
  changedFrom[n] = Math.floor(now / MINUTE_MS) * MINUTE_MS
  if (point.kw === null) {
    if (steps.count === 0) return 0
    point.kw = rows.take()
  }
  const { kw } = point
  const first = (start - from) / MINUTE_MS
  const count = Math.ceil((now - start) / MINUTE_MS)
  if (filled.length < minutes) filled = new Float64Array(minutes)
  fillMinutes(filled, 0, steps, start, now)
  for (let i = 0; i < count; i += 1) {
    const value = filled[i] ?? NaN
    const before = kw[first + i] ?? NaN
    if (value === before || (Number.isNaN(value) && Number.isNaN(before))) continue
    kw[first + i] = value
    differsFrom[n] = Math.min(differsFrom[n] ?? Infinity, start + i * MINUTE_MS)
    for (const leaf of point.leaves) onDiffer(leaf, first + i)
  }
  return count
}

/** Lets go of all but the newest steps, as far as filled minutes no longer need them. */
export function trimSteps(n: number, steps: Steps, times: PointTimes, most: number, now: number): void {
  const runningMinute = Math.floor(now / MINUTE_MS) * MINUTE_MS
  const surplus = Math.max(0, Math.min(steps.count - most, steps.actingAt(runningMinute)))
  if (surplus > 0) {
    steps.drop(surplus)
    times.completeFrom[n] = steps.at(0)
  }
  times.trimAt[n] = Math.max(2 * most, 2 * steps.count)
}

/** Forgets the minutes and steps before `next`, which lies `shift` minutes further on. */
export function shiftPoint(
  point: RecentPoint,
  steps: Steps,
  times: PointTimes,
  { rows }: PointWindow,
  shift: number,
  next: number
): void {
  if (point.kw !== null) {
    point.kw.copyWithin(0, shift)
    point.kw.fill(NaN, point.kw.length - shift)
    if (steps.count === 0 && point.kw.every(Number.isNaN)) {
      rows.giveBack(point.kw)
      point.kw = null
    }
  }
  const { n } = point
  times.changedFrom[n] = Math.max(times.changedFrom[n] ?? next, next)
  times.differsFrom[n] = Math.max(times.differsFrom[n] ?? Infinity, next)
  steps.drop(steps.actingAt(next))
}

import { fillMinutes, MINUTE_MS } from './minutes.ts'
import { type HoldRule, Steps } from './steps.ts'

/** One measuring point in the recent hours. */
export interface RecentPoint {
  readonly key: string
  readonly rule: HoldRule
  steps: Steps
  /** Its minutes, NaN where unknown; null until one is known. */
  kw: Float64Array | null
  readonly counts: null
  /** Before this moment steps were let go; what arrives for it must be read from the store again. */
  completeFrom: number
  /** The minutes from here on must be filled, the last of them again and again while it runs. */
  changedFrom: number
  /** From here on minutes differ from those that are in the sums of the nodes; Infinity: none do. */
  differsFrom: number
  /** With so many steps those no longer needed are let go. */
  trimAt: number
  /** Nodes that are this point and nothing else, by their index. */
  leaves: number[]
}

/** The part of time that the minutes of a point show. */
export interface PointWindow {
  /** Start of minute 0. */
  from: number
  minutes: number
}

export function newPoint(key: string, rule: HoldRule, from: number, trimAt: number): RecentPoint {
  return {
    key,
    rule,
    steps: new Steps(rule),
    kw: null,
    counts: null,
    completeFrom: -Infinity,
    changedFrom: from,
    differsFrom: Infinity,
    trimAt,
    leaves: []
  }
}

let filled = new Float64Array(0)

/**
 * Fills the minutes that changed and those that time added, up to `now`. Tells the leaves of each minute that differs.
 * Returns how many minutes were filled.
 */
export function fillPoint(
  point: RecentPoint,
  { from, minutes }: PointWindow,
  now: number,
  onDiffer: (leaf: number, minute: number) => void
): number {
  const start = Math.max(from, point.changedFrom)
  if (start >= now) return 0
  point.changedFrom = Math.floor(now / MINUTE_MS) * MINUTE_MS
  if (point.kw === null) {
    if (point.steps.count === 0) return 0
    point.kw = new Float64Array(minutes).fill(NaN)
  }
  const { kw } = point
  const first = (start - from) / MINUTE_MS
  const count = Math.ceil((now - start) / MINUTE_MS)
  if (filled.length < minutes) filled = new Float64Array(minutes)
  fillMinutes(filled, 0, point.steps, start, now)
  for (let i = 0; i < count; i += 1) {
    const value = filled[i] ?? NaN
    const before = kw[first + i] ?? NaN
    if (value === before || (Number.isNaN(value) && Number.isNaN(before))) continue
    kw[first + i] = value
    point.differsFrom = Math.min(point.differsFrom, start + i * MINUTE_MS)
    for (const leaf of point.leaves) onDiffer(leaf, first + i)
  }
  return count
}

/** Lets go of all but the newest steps, as far as filled minutes no longer need them. Returns how many went. */
export function trimPoint(point: RecentPoint, most: number, now: number): number {
  const { steps } = point
  const runningMinute = Math.floor(now / MINUTE_MS) * MINUTE_MS
  const surplus = Math.max(0, Math.min(steps.count - most, steps.actingAt(runningMinute)))
  if (surplus > 0) {
    steps.drop(surplus)
    point.completeFrom = steps.at(0)
  }
  point.trimAt = Math.max(2 * most, 2 * steps.count)
  return surplus
}

/** Forgets the minutes and steps before `next`, which lies `shift` minutes further on. */
export function shiftPoint(point: RecentPoint, shift: number, next: number): number {
  if (point.kw !== null) {
    point.kw.copyWithin(0, shift)
    point.kw.fill(NaN, point.kw.length - shift)
    if (point.steps.count === 0 && point.kw.every(Number.isNaN)) point.kw = null
  }
  point.changedFrom = Math.max(point.changedFrom, next)
  if (point.differsFrom < next) point.differsFrom = next
  const past = point.steps.actingAt(next)
  point.steps.drop(past)
  point.steps.shrink()
  return past
}

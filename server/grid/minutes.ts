import { actingAt, type Step } from './steps.ts'

/**
 * The arithmetic of the one-minute roll-ups: pure, by data time.
 *
 *   steps of a point     ├─ 40 kW ─┤┄┄ held ┄┄├─ 60 kW ─┄┄┄┄┄┄┄┤   (stale: unknown)
 *   minutes              │    40    │  50  │    60    │   60   │  ?
 *                                     a minute's value is the time-weighted mean over its known part
 */
export const MINUTE_MS = 60_000

/** Minute values of one measuring point; kw counts only where `known` is 1. */
export interface PointMinutes {
  kw: Float64Array
  known: Uint8Array
}

/** Minute values of one node; kw counts only where reported is above 0. */
export interface LoadMinutes {
  kw: ArrayLike<number>
  reported: ArrayLike<number>
  expected: ArrayLike<number>
}

export function emptyMinutes(minutes: number): PointMinutes {
  return { kw: new Float64Array(minutes), known: new Uint8Array(minutes) }
}

/**
 * Fills the minutes of [from, to) with what the steps say; `from` is the start of a minute, `first` its place in
 * `into`. The last minute may be cut short by `to`: then its mean is over the part before. Steps ascend by `at`; those
 * that acted before `from` belong to them.
 */
export function fillMinutes(
  into: PointMinutes,
  first: number,
  steps: readonly Step[],
  from: number,
  to: number
): void {
  const end = first + Math.ceil((to - from) / MINUTE_MS)
  into.kw.fill(0, first, end)
  into.known.fill(0, first, end)
  const weight = new Float64Array(Math.max(0, end - first))

  for (let i = actingAt(steps, from); i < steps.length; i += 1) {
    const step = steps[i]
    if (step === undefined || step.at >= to) break
    const until = Math.min(step.until, steps[i + 1]?.at ?? Infinity, to)
    if (step.kw !== null && until > from)
      spread(into.kw, first, weight, step.kw, Math.max(step.at, from) - from, until - from)
  }
  for (let i = 0; i < weight.length; i += 1) {
    const known = weight[i] ?? 0
    if (known <= 0) continue
    into.kw[first + i] = (into.kw[first + i] ?? 0) / known
    into.known[first + i] = 1
  }
}

/**
 * A node's minutes: in each the first of its own points that is known, else the sum of the children that are. A node
 * with neither counts as one that did not report.
 */
export function sumMinutes(
  own: readonly PointMinutes[],
  children: readonly LoadMinutes[],
  minutes: number
): LoadMinutes {
  const [only] = own
  if (children.length === 0 && own.length < 2)
    return only === undefined
      ? { kw: zeros(minutes), reported: zeros(minutes), expected: ones(minutes) }
      : { kw: only.kw, reported: only.known, expected: ones(minutes) }

  const total = children.length === 0 ? unreported(minutes) : sumOfChildren(children, minutes)
  for (const point of own.toReversed()) overlay(total, point, minutes)
  return total
}

interface Writable {
  kw: Float64Array
  reported: Uint32Array
  expected: Uint32Array
}

function unreported(minutes: number): Writable {
  return {
    kw: new Float64Array(minutes),
    reported: new Uint32Array(minutes),
    expected: new Uint32Array(minutes).fill(1)
  }
}

function sumOfChildren(children: readonly LoadMinutes[], minutes: number): Writable {
  const kw = new Float64Array(minutes)
  const reported = new Uint32Array(minutes)
  const expected = new Uint32Array(minutes)
  for (const child of children) {
    for (let i = 0; i < minutes; i += 1) {
      const count = child.reported[i] ?? 0
      expected[i] = (expected[i] ?? 0) + (child.expected[i] ?? 0)
      if (count === 0) continue
      reported[i] = (reported[i] ?? 0) + count
      kw[i] = (kw[i] ?? 0) + (child.kw[i] ?? 0)
    }
  }
  return { kw, reported, expected }
}

function overlay(total: Writable, point: PointMinutes, minutes: number): void {
  for (let i = 0; i < minutes; i += 1) {
    if (point.known[i] !== 1) continue
    total.kw[i] = point.kw[i] ?? 0
    total.reported[i] = 1
    total.expected[i] = 1
  }
}

/** Adds kw × (share of each minute) over [startMs, endMs) after `from`; a whole minute has the weight of exactly 1. */
function spread(
  kwSums: Float64Array,
  first: number,
  weight: Float64Array,
  kw: number,
  startMs: number,
  endMs: number
): void {
  for (let minute = Math.floor(startMs / MINUTE_MS); minute * MINUTE_MS < endMs; minute += 1) {
    const begin = Math.max(startMs, minute * MINUTE_MS)
    const share = (Math.min(endMs, (minute + 1) * MINUTE_MS) - begin) / MINUTE_MS
    kwSums[first + minute] = (kwSums[first + minute] ?? 0) + kw * share
    weight[minute] = (weight[minute] ?? 0) + share
  }
}

const zeros = (minutes: number) => new Uint8Array(minutes)
const ones = (minutes: number) => new Uint8Array(minutes).fill(1)

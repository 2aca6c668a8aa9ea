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
  /** null: nobody reported in any of the minutes. */
  known: { kw: Float64Array; reported: Uint8Array | Uint32Array } | null
  /** A number where it is the same in every minute. */
  expected: Uint32Array | number
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
    return { known: only === undefined ? null : { kw: only.kw, reported: only.known }, expected: 1 }
  const sum = children.length === 0 ? { known: null, expected: 1 } : sumOfChildren(children, minutes)
  return own.length === 0 ? sum : overlaid(sum, own, minutes)
}

/** Row values of one minute of a node. */
export function minuteAt({ known, expected }: LoadMinutes, i: number) {
  const reported = known?.reported[i] ?? 0
  return {
    kw: reported === 0 ? null : (known?.kw[i] ?? null),
    reported,
    expected: typeof expected === 'number' ? expected : (expected[i] ?? 0)
  }
}

function sumOfChildren(children: readonly LoadMinutes[], minutes: number): LoadMinutes {
  let known: { kw: Float64Array; reported: Uint32Array } | null = null
  let expectedAlways = 0
  let expected: Uint32Array | null = null
  for (const child of children) {
    if (typeof child.expected === 'number') expectedAlways += child.expected
    else {
      expected ??= new Uint32Array(minutes)
      for (let i = 0; i < minutes; i += 1) expected[i] = (expected[i] ?? 0) + (child.expected[i] ?? 0)
    }
    if (child.known === null) continue
    known ??= { kw: new Float64Array(minutes), reported: new Uint32Array(minutes) }
    addKnown(known, child.known, minutes)
  }
  return {
    known,
    expected: expected === null ? expectedAlways : expected.map(count => count + expectedAlways)
  }
}

function addKnown(
  total: { kw: Float64Array; reported: Uint32Array },
  { kw, reported }: NonNullable<LoadMinutes['known']>,
  minutes: number
): void {
  for (let i = 0; i < minutes; i += 1) {
    const count = reported[i] ?? 0
    if (count === 0) continue
    total.reported[i] = (total.reported[i] ?? 0) + count
    total.kw[i] = (total.kw[i] ?? 0) + (kw[i] ?? 0)
  }
}

/** Where one of a node's own points is known it stands for all below it, as one of one. */
function overlaid(sum: LoadMinutes, own: readonly PointMinutes[], minutes: number): LoadMinutes {
  const kw = Float64Array.from(sum.known?.kw ?? new Float64Array(minutes))
  const reported = Uint32Array.from(sum.known?.reported ?? new Uint32Array(minutes))
  const expected =
    typeof sum.expected === 'number' ? new Uint32Array(minutes).fill(sum.expected) : sum.expected
  for (const point of own.toReversed()) {
    for (let i = 0; i < minutes; i += 1) {
      if (point.known[i] !== 1) continue
      kw[i] = point.kw[i] ?? 0
      reported[i] = 1
      expected[i] = 1
    }
  }
  return { known: { kw, reported }, expected }
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

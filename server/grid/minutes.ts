import type { Steps } from './steps.ts'

/**
 * The arithmetic of the one-minute roll-ups: pure, by data time.
 *
 *   steps of a point     ├─ 40 kW ─┤┄┄ held ┄┄├─ 60 kW ─┄┄┄┄┄┄┄┤   (stale: unknown)
 *   minutes              │    40    │  50  │    60    │   60   │  ?
 *                                     a minute's value is the time-weighted mean over its known part
 *
 * Columns of kW hold NaN where nothing is known.
 */
export const MINUTE_MS = 60_000

/** Minute values of one node: kW of every minute, and how many of its points reported. */
export interface LoadMinutes {
  /** null: unknown in all of them. */
  kw: Float64Array | null
  /** null for a node without children: expected is 1, reported whether kW is known. */
  counts: { reported: Uint32Array; expected: Uint32Array } | null
}

/** The sum over children in the making; kW counts only where reported is above 0. */
export interface MinuteSums {
  kw: Float64Array
  reported: Uint32Array
  expected: Uint32Array
}

export function emptySums(minutes: number): MinuteSums {
  return {
    kw: new Float64Array(minutes),
    reported: new Uint32Array(minutes),
    expected: new Uint32Array(minutes)
  }
}

/** The known share of each minute that is being filled. */
let weights = new Float64Array(256)

/**
 * Fills the minutes of [from, to) with what the steps say; `from` is the start of a minute, `first` its place in
 * `into`. The last minute may be cut short by `to`: then its mean is over the part before. Steps that acted before
 * `from` belong to them.
 */
export function fillMinutes(into: Float64Array, first: number, steps: Steps, from: number, to: number): void {
  const minutes = Math.max(0, Math.ceil((to - from) / MINUTE_MS))
  if (weights.length < minutes) weights = new Float64Array(minutes)
  weights.fill(0, 0, minutes)
  into.fill(0, first, first + minutes)

  for (let i = steps.actingAt(from); i < steps.count; i += 1) {
    const at = steps.at(i)
    if (at >= to) break
    const next = i + 1 < steps.count ? steps.at(i + 1) : Infinity
    const kw = steps.kw(i)
    const until = Math.min(steps.until(i), next, to)
    if (!Number.isNaN(kw) && until > from) spread(into, first, kw, Math.max(at, from) - from, until - from)
  }
  for (let i = 0; i < minutes; i += 1) {
    const known = weights[i] ?? 0
    if (known !== 1) into[first + i] = known > 0 ? (into[first + i] ?? 0) / known : NaN
  }
}

/** Adds kw × (share of each minute) over [startMs, endMs) after `from`; a whole minute has the weight of exactly 1. */
function spread(kwSums: Float64Array, first: number, kw: number, startMs: number, endMs: number): void {
  for (let minute = Math.floor(startMs / MINUTE_MS); minute * MINUTE_MS < endMs; minute += 1) {
    const begin = Math.max(startMs, minute * MINUTE_MS)
    const share = (Math.min(endMs, (minute + 1) * MINUTE_MS) - begin) / MINUTE_MS
    kwSums[first + minute] = (kwSums[first + minute] ?? 0) + kw * share
    weights[minute] = (weights[minute] ?? 0) + share
  }
}

/** Adds minutes [first, end) of a child. */
export function addChild(sums: MinuteSums, child: LoadMinutes, first: number, end: number): void {
  const { kw, reported, expected } = sums
  for (let i = first; i < end; i += 1) {
    const childKw = child.kw?.[i] ?? NaN
    expected[i] = (expected[i] ?? 0) + (child.counts?.expected[i] ?? 1)
    if (Number.isNaN(childKw)) continue
    reported[i] = (reported[i] ?? 0) + (child.counts?.reported[i] ?? 1)
    kw[i] = (kw[i] ?? 0) + childKw
  }
}

/** Makes unknown what nobody reported. */
export function finishSums({ kw, reported }: MinuteSums, first: number, end: number): void {
  for (let i = first; i < end; i += 1) if (reported[i] === 0) kw[i] = NaN
}

/**
 * Where one of a node's own points is known it stands for all below it, as one of one; of several the first that is.
 */
export function layOwnOver(
  sums: MinuteSums,
  own: readonly { kw: Float64Array | null }[],
  first: number,
  end: number
): void {
  for (let point = own.length - 1; point >= 0; point -= 1) {
    const kw = own[point]?.kw ?? null
    if (kw === null) continue
    for (let i = first; i < end; i += 1) {
      const ownKw = kw[i] ?? NaN
      if (Number.isNaN(ownKw)) continue
      sums.kw[i] = ownKw
      sums.reported[i] = 1
      sums.expected[i] = 1
    }
  }
}

/** Row values of one minute of a node. */
export function minuteAt({ kw, counts }: LoadMinutes, i: number) {
  const value = kw?.[i] ?? NaN
  const isKnown = !Number.isNaN(value)
  return {
    kw: isKnown ? value : null,
    reported: counts === null ? Number(isKnown) : (counts.reported[i] ?? 0),
    expected: counts === null ? 1 : (counts.expected[i] ?? 0)
  }
}

/** What a meter said over a time: columns of equal length. `intervalS` 0 is an instantaneous sample; kW import positive. */
export interface MeterHistory {
  t: readonly number[]
  intervalS: readonly number[]
  kw: readonly (number | null)[]
}

/** Below this share of covered time the mean of a slot is unknown. */
const MIN_COVERAGE = 0.9

/** How many gaps on each side tell the nominal spacing of a sample. */
const NEIGHBOURS = 4

/**
 * The time-weighted mean kW of each slot; null where readings cover less than 90 % of it. Slots ascend and do not overlap
 * but may have gaps between them. The order of the readings does not matter, nor do repetitions.
 *
 *   interval reading     ts ├──── acts over ────┤ ts + interval      a coarser one is a step over several slots
 *   instantaneous        ts ●──── holds ────● next sample            at most twice the nominal spacing
 *
 * The nominal spacing is the median of the gaps around the sample, so that a change from 5-minute to 15-second data is
 * no outage. A sample without a neighbour holds nothing. Where readings overlap the finer one acts (a sample counts as
 * fine as its nominal spacing); of equally fine ones the one that starts later.
 */
export function slotMeans(
  readings: MeterHistory,
  slots: readonly { start: number; end: number }[]
): (number | null)[] {
  const starts = Float64Array.from(slots, slot => slot.start)
  const ends = Float64Array.from(slots, slot => slot.end)
  return Array.from(meansOver(readings, starts, ends), kw => (Number.isNaN(kw) ? null : kw))
}

/** The same over columns of slots, for many meters with the same slots; NaN where unknown. */
export function meansOver(readings: MeterHistory, starts: Float64Array, ends: Float64Array): Float64Array {
  const sums = new Float64Array(starts.length)
  const covered = new Float64Array(starts.length)
  let at = 0
  const act = (from: number, to: number, kw: number) => {
    while ((ends[at] ?? Infinity) <= from) at++
    for (let i = at; i < starts.length; i++) {
      const start = starts[i] ?? 0
      if (start >= to) break
      const ms = Math.min(to, ends[i] ?? 0) - Math.max(from, start)
      sums[i] = (sums[i] ?? 0) + kw * ms
      covered[i] = (covered[i] ?? 0) + ms
    }
  }
  if (isPlain(readings)) {
    const { t, intervalS, kw } = readings
    for (let i = 0; i < t.length; i++) {
      const value = kw[i]
      const from = t[i]
      if (from === undefined || value === undefined || value === null) continue
      act(from, from + (intervalS[i] ?? 0) * 1000, value)
    }
  } else eachPiece(pieces(readings), act)
  for (let i = 0; i < sums.length; i++) {
    const ms = covered[i] ?? 0
    const isKnown = ms > 0 && ms >= MIN_COVERAGE * ((ends[i] ?? 0) - (starts[i] ?? 0))
    sums[i] = isKnown ? (sums[i] ?? 0) / ms : NaN
  }
  return sums
}

/** Interval readings in order, none over another, every value finite or unknown: what nearly every meter sends. */
function isPlain({ t, intervalS, kw }: MeterHistory): boolean {
  let end = -Infinity
  for (let i = 0; i < t.length; i++) {
    const start = t[i]
    const lengthS = intervalS[i]
    const value = kw[i]
    if (start === undefined || lengthS === undefined || !(lengthS > 0) || !(start >= end)) return false
    if (value !== undefined && value !== null && !Number.isFinite(value)) return false
    end = start + lengthS * 1000
  }
  return true
}

/** A stretch over which one reading speaks; `grainMs` is how fine the reading is. */
interface Piece {
  start: number
  end: number
  grainMs: number
  kw: number
}

/** Calls back for every stretch of time with the reading in force, ascending, without overlap. */
function eachPiece(sorted: readonly Piece[], tell: (from: number, to: number, kw: number) => void): void {
  let active: Piece[] = []
  let next = 0
  let t = -Infinity
  while (next < sorted.length || active.length > 0) {
    const piece = sorted[next]
    if (active.length === 0 && piece !== undefined) {
      // Nearly every reading stands alone.
      if (piece.end <= (sorted[next + 1]?.start ?? Infinity)) {
        if (piece.end > piece.start) tell(piece.start, piece.end, piece.kw)
        next++
        continue
      }
      t = piece.start
    }
    for (let one = sorted[next]; one !== undefined && one.start <= t; one = sorted[++next]) active.push(one)
    active = active.filter(({ end }) => end > t)
    const best = active.reduce<Piece | null>((a, b) => (a === null || isStronger(b, a) ? b : a), null)
    if (best === null) continue
    const until = Math.min(best.end, sorted[next]?.start ?? Infinity)
    tell(t, until, best.kw)
    t = until
  }
}

/** Finer, then later; the value decides only between two readings of one moment, so that order never does. */
function isStronger(a: Piece, b: Piece): boolean {
  return (a.grainMs - b.grainMs || b.start - a.start || b.kw - a.kw) < 0
}

/** Every known reading as a stretch of time, ascending by start. */
function pieces({ t, intervalS, kw }: MeterHistory): Piece[] {
  const found: Piece[] = []
  const samples: Piece[] = []
  let isAscending = true
  let last = -Infinity
  for (let i = 0; i < t.length; i++) {
    const start = t[i]
    const value = kw[i]
    if (start === undefined || value === undefined || value === null || !Number.isFinite(value)) continue
    const lengthMs = (intervalS[i] ?? 0) * 1000
    const piece = { start, end: start + lengthMs, grainMs: lengthMs, kw: value }
    if (lengthMs === 0) samples.push(piece)
    found.push(piece)
    if (start < last) isAscending = false
    last = start
  }
  if (!isAscending) {
    found.sort((a, b) => a.start - b.start)
    samples.sort((a, b) => a.start - b.start)
  }
  hold(samples)
  return found
}

/** Lets every instantaneous sample act until the next one, at most twice its nominal spacing. */
function hold(samples: readonly Piece[]): void {
  const distinct = samples.filter((sample, i) => sample.start !== samples[i - 1]?.start)
  const gaps = distinct.slice(1).map((sample, i) => sample.start - (distinct[i]?.start ?? sample.start))
  let at = 0
  for (const sample of samples) {
    if (sample.start !== distinct[at]?.start) at++
    const nominalMs = medianGap(gaps, at)
    sample.grainMs = nominalMs
    sample.end = sample.start + Math.min(gaps[at] ?? Infinity, 2 * nominalMs)
  }
}

function medianGap(gaps: readonly number[], at: number): number {
  const from = Math.max(0, at - NEIGHBOURS)
  const to = Math.min(gaps.length, at + NEIGHBOURS + 1)
  const first = gaps[from]
  if (first === undefined) return 0
  let same = true
  for (let i = from + 1; i < to && same; i++) same = gaps[i] === first
  if (same) return first
  const around = gaps.slice(from, to).sort((a, b) => a - b)
  return around[Math.floor((around.length - 1) / 2)] ?? 0
}

import { heldUntil, reportIntervalOf } from './hold.ts'

/** How one measuring point's values are held. */
export interface HoldRule {
  registryS: number | null
  defaultS: number
}

/** No value acts longer than this, whatever interval it claims: it bounds how far back a roll-up must read. */
const LONGEST_ACT_MS = 8 * 24 * 3_600_000

/** Until when (epoch ms) a reading's value acts at the longest, where no other takes over. */
export function actsUntil(at: number, intervalS: number, { registryS, defaultS }: HoldRule): number {
  const reportS = reportIntervalOf(registryS, intervalS, defaultS)
  return Math.min(heldUntil(at, intervalS, reportS), at + LONGEST_ACT_MS)
}

/** Columns of a step: its start (epoch ms), its interval (s), kW (NaN: not measured). */
const AT = 0
const INTERVAL_S = 1
const KW = 2
const COLUMNS = 3
const FEWEST = 8

/**
 * What one measuring point said about its power, ascending by time: each value acts from its moment until the next one
 * begins. Of one moment the later arrival wins member by member. 24 bytes a step, 40 where kVA stands for kW.
 */
export class Steps {
  count = 0
  readonly rule: HoldRule
  private columns = new Float64Array(0)
  /** kVA and kvar of each step; null until a step needs them: a known kW is never erased and always decides. */
  private apparent: Float64Array<ArrayBuffer> | null = null

  constructor(rule: HoldRule) {
    this.rule = rule
  }

  at(i: number): number {
    return this.columns[i * COLUMNS + AT] ?? NaN
  }

  /** Until when (epoch ms) step i acts at the longest. */
  until(i: number): number {
    return actsUntil(this.at(i), this.columns[i * COLUMNS + INTERVAL_S] ?? 0, this.rule)
  }

  /** kW as measured, else √(kva² − kvar²); NaN when neither is possible: the load is unknown from there on. */
  kw(i: number): number {
    const kw = this.columns[i * COLUMNS + KW] ?? NaN
    if (this.apparent === null || !Number.isNaN(kw)) return kw
    const square = (this.apparent[2 * i] ?? NaN) ** 2 - (this.apparent[2 * i + 1] ?? NaN) ** 2
    return square >= 0 ? Math.sqrt(square) : NaN
  }

  /** Puts a step in its place; NaN is unknown, and erases nothing that is known of the same moment. */
  put(at: number, intervalS: number, kw: number, kva: number, kvar: number): void {
    const i = this.placeFor(at)
    const isNew = i >= this.count || this.at(i) !== at
    if (isNew) this.open(i)
    const { columns } = this
    columns[i * COLUMNS + AT] = at
    columns[i * COLUMNS + INTERVAL_S] = intervalS
    if (isNew || !Number.isNaN(kw)) columns[i * COLUMNS + KW] = kw
    if (this.apparent === null && (!Number.isNaN(kw) || (Number.isNaN(kva) && Number.isNaN(kvar)))) return
    this.apparent ??= new Float64Array((2 * columns.length) / COLUMNS).fill(NaN)
    if (isNew || !Number.isNaN(kva)) this.apparent[2 * i] = kva
    if (isNew || !Number.isNaN(kvar)) this.apparent[2 * i + 1] = kvar
  }

  /** Lays another's steps over these: theirs came later. */
  putAll(later: Steps): void {
    for (let i = 0; i < later.count; i += 1) {
      const kva = later.apparent?.[2 * i] ?? NaN
      const kvar = later.apparent?.[2 * i + 1] ?? NaN
      const intervalS = later.columns[i * COLUMNS + INTERVAL_S] ?? 0
      this.put(later.at(i), intervalS, later.columns[i * COLUMNS + KW] ?? NaN, kva, kvar)
    }
  }

  /** Forgets the first `count` steps. */
  drop(count: number): void {
    if (count <= 0) return
    this.columns.copyWithin(0, count * COLUMNS, this.count * COLUMNS)
    this.apparent?.copyWithin(0, 2 * count, 2 * this.count)
    this.count -= count
  }

  /** Gives back the room that is not used. */
  shrink(): void {
    if (this.columns.length > 2 * COLUMNS * Math.max(FEWEST, this.count)) this.resize(this.count)
  }

  /** The index of the first step not before `at`, looked for from the end: readings mostly come in order. */
  placeFor(at: number): number {
    let low = 0
    let high = this.count
    if (high === 0 || this.at(high - 1) < at) return high
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.at(middle) < at) low = middle + 1
      else high = middle
    }
    return low
  }

  /** The index of the step that acts at `t`: the last that began at or before it; 0 when none did. */
  actingAt(t: number): number {
    const i = this.placeFor(t)
    return i < this.count && this.at(i) === t ? i : Math.max(0, i - 1)
  }

  /** Makes room for a step at place i. */
  private open(i: number): void {
    if ((this.count + 1) * COLUMNS > this.columns.length) {
      // By halves, not doubled: most points hold a few steps, and there are many points.
      this.resize(Math.max(FEWEST, this.count + (this.count >> 1)))
    }
    if (i < this.count) {
      this.columns.copyWithin((i + 1) * COLUMNS, i * COLUMNS, this.count * COLUMNS)
      this.apparent?.copyWithin(2 * (i + 1), 2 * i, 2 * this.count)
    }
    this.count += 1
  }

  private resize(room: number): void {
    const columns = new Float64Array(room * COLUMNS)
    columns.set(this.columns.subarray(0, this.count * COLUMNS))
    this.columns = columns
    if (this.apparent === null) return
    const apparent = new Float64Array(room * 2)
    apparent.set(this.apparent.subarray(0, this.count * 2))
    this.apparent = apparent
  }
}

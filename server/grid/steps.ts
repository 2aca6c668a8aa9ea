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

/** Numbers of a step: its start (epoch ms), how long it acts at the longest (ms), kW (NaN: not measured). */
const AT = 0
const ACTS_MS = 1
const KW = 2
export const STEP_NUMBERS = 3

export const FEWEST_STEPS = 8
const NOTHING = new Float64Array(0)

/**
 * What one measuring point said about its power, ascending by time: each value acts from its moment until the next one
 * begins. Of one moment the later arrival wins member by member. 24 bytes a step, 40 where kVA stands for kW.
 */
export class Steps {
  count = 0
  rule: HoldRule
  /** Its steps stand in the places from `first` on, `count` of them, and may take `room`. */
  protected numbers: Float64Array = NOTHING
  protected first = 0
  protected room = 0
  /** kVA and kvar of each place; null until a step needs them: a known kW is never erased and always decides. */
  protected apparent: Float64Array | null = null

  constructor(rule: HoldRule) {
    this.rule = rule
  }

  at(i: number): number {
    return this.numbers[(this.first + i) * STEP_NUMBERS + AT] ?? NaN
  }

  /** Until when (epoch ms) step i acts at the longest. */
  until(i: number): number {
    const start = (this.first + i) * STEP_NUMBERS
    return (this.numbers[start + AT] ?? NaN) + (this.numbers[start + ACTS_MS] ?? NaN)
  }

  /** kW as measured, else √(kva² − kvar²); NaN when neither is possible: the load is unknown from there on. */
  kw(i: number): number {
    const place = this.first + i
    const kw = this.numbers[place * STEP_NUMBERS + KW] ?? NaN
    if (this.apparent === null || !Number.isNaN(kw)) return kw
    const square = (this.apparent[2 * place] ?? NaN) ** 2 - (this.apparent[2 * place + 1] ?? NaN) ** 2
    return square >= 0 ? Math.sqrt(square) : NaN
  }

  /**
   * Puts a step in its place; NaN is unknown, and erases nothing that is known of the same moment. False when there is
   * no room for another.
   */
  put(at: number, intervalS: number, kw: number, kva: number, kvar: number): boolean {
    return this.lay(at, actsUntil(at, intervalS, this.rule) - at, kw, kva, kvar)
  }

  /** Lays another's steps over these: theirs came later. False when there was no room for all of them. */
  putAll(later: Steps): boolean {
    for (let i = 0; i < later.count; i += 1) {
      const place = later.first + i
      const kva = later.apparent?.[2 * place] ?? NaN
      const kvar = later.apparent?.[2 * place + 1] ?? NaN
      const kw = later.numbers[place * STEP_NUMBERS + KW] ?? NaN
      if (!this.lay(later.at(i), later.until(i) - later.at(i), kw, kva, kvar)) return false
    }
    return true
  }

  /** Forgets the first `count` steps. */
  drop(count: number): void {
    if (count > 0) this.move(this.first + count, this.first, this.count - count)
    this.count -= Math.max(0, count)
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

  /** Takes more room; false when there is none. */
  protected grow(): boolean {
    const { numbers } = this
    this.room = Math.max(FEWEST_STEPS, this.room + (this.room >> 1))
    this.numbers = new Float64Array(STEP_NUMBERS * this.room)
    this.numbers.set(numbers)
    if (this.apparent !== null) {
      const before = this.apparent
      this.apparent = new Float64Array(2 * this.room).fill(NaN)
      this.apparent.set(before)
    }
    return true
  }

  /** Makes places for kVA and kvar, all unknown. */
  protected openApparent(): Float64Array {
    return new Float64Array(2 * this.room).fill(NaN)
  }

  /** Moves steps from place to place. */
  protected move(from: number, to: number, count: number): void {
    const start = from * STEP_NUMBERS
    this.numbers.copyWithin(to * STEP_NUMBERS, start, start + count * STEP_NUMBERS)
    this.apparent?.copyWithin(2 * to, 2 * from, 2 * (from + count))
  }

  private lay(at: number, actsMs: number, kw: number, kva: number, kvar: number): boolean {
    const i = this.placeFor(at)
    const isNew = i >= this.count || this.at(i) !== at
    if (isNew && !this.open(i)) return false
    const place = this.first + i
    const start = place * STEP_NUMBERS
    this.numbers[start + AT] = at
    this.numbers[start + ACTS_MS] = actsMs
    if (isNew || !Number.isNaN(kw)) this.numbers[start + KW] = kw
    if (this.apparent === null && (!Number.isNaN(kw) || (Number.isNaN(kva) && Number.isNaN(kvar))))
      return true
    this.apparent ??= this.openApparent()
    if (isNew || !Number.isNaN(kva)) this.apparent[2 * place] = kva
    if (isNew || !Number.isNaN(kvar)) this.apparent[2 * place + 1] = kvar
    return true
  }

  /** Makes room for a step before step i. */
  private open(i: number): boolean {
    if (this.count === this.room && !this.grow()) return false
    if (i < this.count) this.move(this.first + i, this.first + i + 1, this.count - i)
    this.count += 1
    return true
  }
}

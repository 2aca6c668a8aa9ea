/**
 * What is remembered of each source, one after the other in one memory, so that a reading touches two cache lines:
 *
 *   byte   0        8          16                    48                       72              88     96
 *          │ ts     │ register │ times, limits: 8×4  │ last values: 6×4       │ earlier: 4×4  │ 4×2  │
 *
 * NaN: not known yet. Times beside `ts` are in whole seconds, 0: none.
 */
export const STATE_BYTES = 96

const DOUBLES = STATE_BYTES / 8
const WORDS = STATE_BYTES / 4
const HALVES = STATE_BYTES / 2
/** Members that are compared when a moment is reported again. */
export const COMPARED = 6
/** Moments before the newest whose power is still known. */
export const EARLIER = 2

const TS = 0
const REGISTER_KWH = 1
const REGISTER_AT_S = 4
const ZERO_SINCE_S = 5
const POWER_SINCE_S = 6
const OIL_SINCE_S = 7
const INTERVAL_S = 8
const LAG_MS = 9
const CAPACITY = 10
const REPORT_S = 11
const VALUES = 12
const EARLIER_TS = 18
const EARLIER_POWER = 20
const POWER_RUN = 44
const OIL_RUN = 45
const GENERATION = 46
const PROFILE = 47

const LONGEST_RUN = 65_535

/** Read and written by the number of the source. */
export class SourceStates {
  readonly most: number
  private readonly memory: ArrayBuffer
  private readonly doubles: Float64Array
  private readonly floats: Float32Array
  private readonly words: Uint32Array
  private readonly halves: Uint16Array

  constructor(most: number) {
    this.most = most
    this.memory = new ArrayBuffer(most * STATE_BYTES)
    this.doubles = new Float64Array(this.memory)
    this.floats = new Float32Array(this.memory)
    this.words = new Uint32Array(this.memory)
    this.halves = new Uint16Array(this.memory)
  }

  /** Nothing known. */
  reset(source: number): void {
    const word = source * WORDS
    this.words.fill(0, word, word + WORDS)
    this.doubles[source * DOUBLES + TS] = NaN
    this.doubles[source * DOUBLES + REGISTER_KWH] = NaN
    this.floats.fill(NaN, word + INTERVAL_S, word + EARLIER_TS)
    this.floats.fill(NaN, word + EARLIER_POWER, word + EARLIER_POWER + EARLIER)
  }

  /** Epoch ms of the newest reading. */
  ts(source: number): number {
    return this.doubles[source * DOUBLES + TS] ?? NaN
  }
  setTs(source: number, ts: number): void {
    this.doubles[source * DOUBLES + TS] = ts
  }

  registerKwh(source: number): number {
    return this.doubles[source * DOUBLES + REGISTER_KWH] ?? NaN
  }
  registerAtS(source: number): number {
    return this.words[source * WORDS + REGISTER_AT_S] ?? 0
  }
  setRegister(source: number, kwh: number, atS: number): void {
    this.doubles[source * DOUBLES + REGISTER_KWH] = kwh
    this.words[source * WORDS + REGISTER_AT_S] = atS
  }

  zeroSinceS(source: number): number {
    return this.words[source * WORDS + ZERO_SINCE_S] ?? 0
  }
  setZeroSinceS(source: number, atS: number): void {
    this.words[source * WORDS + ZERO_SINCE_S] = atS
  }

  intervalS(source: number): number {
    return this.floats[source * WORDS + INTERVAL_S] ?? NaN
  }
  setIntervalS(source: number, intervalS: number): void {
    this.floats[source * WORDS + INTERVAL_S] = intervalS
  }

  /** How long after its moment the newest reading arrived. */
  lagMs(source: number): number {
    return this.floats[source * WORDS + LAG_MS] ?? NaN
  }
  setLagMs(source: number, lagMs: number): void {
    this.floats[source * WORDS + LAG_MS] = lagMs
  }

  /** One of the compared members of the newest reading. */
  value(source: number, place: number): number {
    return this.floats[source * WORDS + VALUES + place] ?? NaN
  }
  setValue(source: number, place: number, value: number): void {
    this.floats[source * WORDS + VALUES + place] = value
  }

  /** The power of the moment `ts` before the newest; NaN where it is not known any more. */
  earlierPower(source: number, ts: number): number {
    const low = ts >>> 0
    const word = source * WORDS
    for (let place = 0; place < EARLIER; place++) {
      if (this.words[word + EARLIER_TS + place] === low)
        return this.floats[word + EARLIER_POWER + place] ?? NaN
    }
    return NaN
  }
  /** The newest becomes an earlier one. */
  pushEarlier(source: number, ts: number, power: number): void {
    const word = source * WORDS
    this.words[word + EARLIER_TS + 1] = this.words[word + EARLIER_TS] ?? 0
    this.floats[word + EARLIER_POWER + 1] = this.floats[word + EARLIER_POWER] ?? NaN
    this.words[word + EARLIER_TS] = ts >>> 0
    this.floats[word + EARLIER_POWER] = power
  }

  /** Since when the same power, or oil temperature, was read again and again. */
  runSinceS(source: number, isOil: boolean): number {
    return this.words[source * WORDS + (isOil ? OIL_SINCE_S : POWER_SINCE_S)] ?? 0
  }
  beginRun(source: number, isOil: boolean, atS: number): void {
    this.halves[source * HALVES + (isOil ? OIL_RUN : POWER_RUN)] = 1
    this.words[source * WORDS + (isOil ? OIL_SINCE_S : POWER_SINCE_S)] = atS
  }
  lengthenRun(source: number, isOil: boolean): number {
    const place = source * HALVES + (isOil ? OIL_RUN : POWER_RUN)
    const run = Math.min(LONGEST_RUN, (this.halves[place] ?? 0) + 1)
    this.halves[place] = run
    return run
  }

  /** What the registry and the limits say of it, as of the generation of the registry that is noted with it. */
  generation(source: number): number {
    return this.halves[source * HALVES + GENERATION] ?? 0
  }
  profile(source: number): number {
    return this.halves[source * HALVES + PROFILE] ?? 0
  }
  capacity(source: number): number {
    return this.floats[source * WORDS + CAPACITY] ?? NaN
  }
  reportS(source: number): number {
    return this.floats[source * WORDS + REPORT_S] ?? NaN
  }
  setFacts(
    source: number,
    facts: { generation: number; profile: number; capacity: number; reportS: number }
  ): void {
    this.halves[source * HALVES + GENERATION] = facts.generation
    this.halves[source * HALVES + PROFILE] = facts.profile
    this.floats[source * WORDS + CAPACITY] = facts.capacity
    this.floats[source * WORDS + REPORT_S] = facts.reportS
  }

  /** What so many sources take. */
  bytes(count: number): number {
    return count * STATE_BYTES
  }

  saved(count: number): Buffer {
    return Buffer.from(this.memory, 0, count * STATE_BYTES)
  }

  /** Takes what `saved` gave for `count` sources; the registry is asked anew. */
  restore(saved: Buffer, from: number, count: number): void {
    saved.copy(Buffer.from(this.memory), 0, from, from + count * STATE_BYTES)
    for (let source = 0; source < count; source++) this.halves[source * HALVES + GENERATION] = 0
  }
}

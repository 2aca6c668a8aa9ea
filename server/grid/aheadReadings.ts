import { longer } from './sourceTable.ts'
import type { SourceReading } from './sourceValues.ts'

const MOST_PER_SOURCE = 256
const MOST_IN_ALL = 100_000
const COLUMNS = 8

/** Readings that wait for their time, in the order in which they came. */
export class AheadReadings {
  /** Readings that found no room. */
  dropped = 0
  private count = 0
  private sources = new Int32Array(0)
  /** COLUMNS numbers each. */
  private values = new Float64Array(0)
  private perSource = new Map<number, number>()
  private earliest = Infinity

  put(source: number, reading: SourceReading): void {
    const held = this.perSource.get(source) ?? 0
    if (held >= MOST_PER_SOURCE || this.count >= MOST_IN_ALL) {
      this.dropped += 1
      return
    }
    this.perSource.set(source, held + 1)
    if (this.count === this.sources.length) {
      const room = Math.max(64, 2 * this.count)
      this.sources = longer(this.sources, room)
      this.values = longer(this.values, room * COLUMNS)
    }
    const { ts, intervalS, arrivedAt, kw, kva, kvar, temperatureC, humidityPct } = reading
    this.sources[this.count] = source
    const at = this.count * COLUMNS
    this.values[at] = ts
    this.values[at + 1] = intervalS
    this.values[at + 2] = arrivedAt
    this.values[at + 3] = kw
    this.values[at + 4] = kva
    this.values[at + 5] = kvar
    this.values[at + 6] = temperatureC
    this.values[at + 7] = humidityPct
    this.count += 1
    this.earliest = Math.min(this.earliest, ts)
  }

  /** True when a reading's time has come. */
  isDue(now: number): boolean {
    return this.earliest <= now
  }

  /** Hands over, in the order in which they came, those whose time has come; `reading` is valid only during the call. */
  takeDue(now: number, take: (source: number, reading: SourceReading) => void): void {
    const { sources, values } = this
    const reading: SourceReading = { ...NOTHING }
    let kept = 0
    this.earliest = Infinity
    for (let i = 0; i < this.count; i += 1) {
      const source = sources[i] ?? 0
      const at = i * COLUMNS
      const ts = values[at] ?? NaN
      if (ts > now) {
        sources[kept] = source
        values.copyWithin(kept * COLUMNS, at, at + COLUMNS)
        kept += 1
        this.earliest = Math.min(this.earliest, ts)
        continue
      }
      reading.ts = ts
      reading.intervalS = values[at + 1] ?? NaN
      reading.arrivedAt = values[at + 2] ?? NaN
      reading.kw = values[at + 3] ?? NaN
      reading.kva = values[at + 4] ?? NaN
      reading.kvar = values[at + 5] ?? NaN
      reading.temperatureC = values[at + 6] ?? NaN
      reading.humidityPct = values[at + 7] ?? NaN
      this.release(source)
      take(source, reading)
    }
    this.count = kept
  }

  private release(source: number): void {
    const held = (this.perSource.get(source) ?? 1) - 1
    if (held === 0) this.perSource.delete(source)
    else this.perSource.set(source, held)
  }
}

const NOTHING: SourceReading = {
  ts: NaN,
  intervalS: NaN,
  arrivedAt: NaN,
  kw: NaN,
  kva: NaN,
  kvar: NaN,
  temperatureC: NaN,
  humidityPct: NaN
}

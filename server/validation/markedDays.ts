import { addDays, type LocalTime } from '../contract/localTime.ts'
import { type ReadingKind, readingKinds } from '../contract/telemetry.ts'
import type { ReadingBatch } from '../log/readingBatch.ts'
import { SourceIndex } from './sourceIndex.ts'

export interface SourceRef {
  kind: ReadingKind
  id: string
}

/** A local day of some sources. */
export interface MarkedDay {
  /** `YYYY-MM-DD` */
  date: string
  sources: SourceRef[]
}

interface Marks {
  /** A bit for each source by its number. */
  bits: Uint8Array
  firstAt: number
  lastAt: number
}

/** When the day was first and last marked since it was taken: epoch ms. */
export interface Waiting {
  firstAt: number
  lastAt: number
}

const POWER_KINDS = readingKinds.map(kind => kind === 'meter' || kind === 'transformer')

/**
 * Which sources have something new in which local day: a bit each. Holds at most so many sources and days; what does
 * not find room is counted.
 */
export class MarkedDays {
  dropped = 0
  private readonly local: LocalTime
  private readonly index: SourceIndex
  private readonly mostDays: number
  private readonly days = new Map<string, Marks>()
  /** The day of the last reading: most readings are of the same. */
  private span = { from: Infinity, to: -Infinity }
  private marks: Marks | null = null

  constructor(limits: { local: LocalTime; mostSources: number; mostDays: number }) {
    this.local = limits.local
    this.mostDays = limits.mostDays
    this.index = new SourceIndex(limits.mostSources)
  }

  get size(): number {
    return this.days.size
  }

  /** `now`: epoch ms; -Infinity for what is due at once, unless it was marked since. */
  mark(batch: ReadingBatch, now: number): void {
    for (let row = 0; row < batch.count; row++) {
      if (POWER_KINDS[batch.kind[row] ?? 0] !== true) continue
      const source = this.index.find(batch, row)
      if (source === -1) {
        this.dropped++
        continue
      }
      const ts = batch.ts[row] ?? 0
      const marks = ts >= this.span.from && ts < this.span.to ? this.marks : this.turnTo(ts, now)
      if (marks === null) {
        this.dropped++
        continue
      }
      if (source >> 3 >= marks.bits.length) marks.bits = grown(marks.bits, source >> 3)
      marks.bits[source >> 3] = (marks.bits[source >> 3] ?? 0) | (1 << (source & 7))
      marks.lastAt = Math.max(marks.lastAt, now)
    }
  }

  /** The newest day that is due, which then is not marked any more; null when none is. */
  take(isDue: (date: string, wait: Waiting) => boolean): MarkedDay | null {
    const date = [...this.days]
      .filter(([day, marks]) => isDue(day, marks))
      .map(([day]) => day)
      .toSorted()
      .at(-1)
    const marks = date === undefined ? undefined : this.days.get(date)
    if (date === undefined || marks === undefined) return null
    this.days.delete(date)
    this.forgetTurn()
    return { date, sources: this.sourcesOf(marks.bits) }
  }

  private turnTo(ts: number, now: number): Marks | null {
    const date = this.local.date(ts)
    let marks = this.days.get(date) ?? null
    if (marks === null) {
      if (this.days.size >= this.mostDays) return null
      marks = { bits: new Uint8Array(128), firstAt: now, lastAt: now }
      this.days.set(date, marks)
    }
    const from = this.local.dayStart(date)
    this.span = { from, to: this.local.dayStart(addDays(date, 1)) }
    this.marks = marks
    return marks
  }

  private forgetTurn(): void {
    this.span = { from: Infinity, to: -Infinity }
    this.marks = null
  }

  private sourcesOf(bits: Uint8Array): SourceRef[] {
    const sources: SourceRef[] = []
    for (let source = 0; source < Math.min(bits.length * 8, this.index.count); source++) {
      if (((bits[source >> 3] ?? 0) & (1 << (source & 7))) === 0) continue
      sources.push({ kind: readingKinds[this.index.kind(source)] ?? 'meter', id: this.index.id(source) })
    }
    return sources
  }
}

function grown(bits: Uint8Array, byte: number): Uint8Array {
  const larger = new Uint8Array(Math.max(bits.length * 2, byte + 1))
  larger.set(bits)
  return larger
}

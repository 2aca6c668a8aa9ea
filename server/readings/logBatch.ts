import type { Position } from '../log/ingestLog.ts'
import { ReadingBatch } from '../log/readingBatch.ts'

/** A part of the log as one write to the store; filled, stored and filled again. */
export class LogBatch {
  readonly readings: ReadingBatch
  /** When each row arrived: epoch ms. */
  readonly arrivedAt: Float64Array
  /** Copies of the lines that cannot be read. */
  unreadable: { body: Buffer; reason: string }[] = []
  /** What to commit once all of it is stored, and all before it. */
  next: Position = { segment: 0, offset: 0 }
  /** When the newest frame up to `next` arrived: epoch ms; null: what it was cut from goes on in the next batch. */
  receivedAt: number | null = null

  constructor(rows: number) {
    this.readings = new ReadingBatch({ capacity: rows })
    this.arrivedAt = new Float64Array(rows)
  }

  clear(): void {
    this.readings.clear()
    this.unreadable = []
    this.receivedAt = null
  }
}

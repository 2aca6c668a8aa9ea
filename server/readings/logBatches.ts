import type { Frame, Position } from '../log/ingestLog.ts'
import { ReadingBatch } from '../log/readingBatch.ts'
import type { EndedFrames } from './feed.ts'

/** The log as a follower reads it, in any thread. */
export interface FollowedLog {
  /** Durable frames from a position on, about `maxBytes` of them but at least one; [] at the end. */
  read(from: Position, maxBytes: number): Promise<Frame[]>
  /** Where the next frame will begin. */
  readonly end: Position
  /** Called whenever more has become durable; returns how to end that. */
  onAppend(listener: () => void): () => void
  bytesAfter(position: Position): number
}

/** A run of the log as one write to the store; filled, stored and filled again. */
export class LogBatch {
  readonly readings: ReadingBatch
  /** Copies of the lines that cannot be read. */
  unreadable: { body: Buffer; reason: string }[] = []
  /** What to commit once all of it is stored, and all before it. */
  next: Position = { segment: 0, offset: 0 }
  /** null when no frame ends in it. */
  ended: EndedFrames | null = null
  /** When its newest frame arrived: epoch ms. */
  receivedAt = 0

  constructor(rows: number) {
    this.readings = new ReadingBatch({ capacity: rows })
  }

  clear(): void {
    this.readings.clear()
    this.unreadable = []
    this.ended = null
    this.receivedAt = 0
  }
}

const READ_BYTES = 1_000_000
const MOST_UNREADABLE = 1_000
/** Frames that arrived further apart than this are not validated together. */
const LONGEST_MS = 5_000
const LINE_FEED = 0x0a

/**
 * Cuts the log into batches, in order. A frame may begin in one batch and go on in the next; it counts as passed with
 * the one in which it ends:
 *
 *   frames    │ a ├──────┤ b ├──────┤ c ├──────────┤ d …
 *   batches   ├─────────────────┤├───────────────┤├──
 *   next           a             │      b        │
 */
export class LogBatches {
  private readonly log: Pick<FollowedLog, 'read'>
  private frames: Frame[] = []
  private place = 0
  /** Where the frame under way begins, and how far into its body. */
  position: Position
  private offset = 0

  constructor(log: Pick<FollowedLog, 'read'>, from: Position) {
    this.log = log
    this.position = from
  }

  /** Fills a batch until it is full or the log ends. False when there was nothing at all. Rejects when the log does. */
  async fill(batch: LogBatch): Promise<boolean> {
    batch.clear()
    batch.next = this.position
    let isAny = false
    let firstAt = 0
    for (;;) {
      const frame = this.frames[this.place] ?? (await this.readOn())
      if (frame === undefined) return isAny
      const isEmpty = batch.readings.count === 0
      if (isEmpty) firstAt = frame.receivedAt
      else if (Math.abs(frame.receivedAt - firstAt) > LONGEST_MS) return true
      const isWhole = frame.kind !== 'readings' || this.take(frame.body, batch)
      isAny = true
      batch.receivedAt = Math.max(batch.receivedAt, frame.receivedAt)
      if (!isWhole) return true
      this.place++
      this.offset = 0
      this.position = frame.next
      batch.next = frame.next
      batch.ended = { rows: batch.readings.count, upTo: frame.next }
    }
  }

  /** What was read may no longer be valid, because somebody else has read: it is read again. */
  forget(): void {
    this.frames = []
    this.place = 0
  }

  private async readOn(): Promise<Frame | undefined> {
    this.frames = await this.log.read(this.position, READ_BYTES)
    this.place = 0
    return this.frames[0]
  }

  /** True when the body is taken to its end. */
  private take(body: Buffer, { readings, unreadable }: LogBatch): boolean {
    while (this.offset < body.length && unreadable.length < MOST_UNREADABLE) {
      const row = readings.count
      try {
        this.offset = readings.add(body, this.offset)
        if (this.offset < body.length) return false
      } catch (error) {
        // The lines before the bad one are taken.
        const start = this.offset + bytesBetween(readings, row, readings.count)
        const end = body.indexOf(LINE_FEED, start)
        this.offset = end === -1 ? body.length : end + 1
        const reason = error instanceof Error ? error.message : String(error)
        unreadable.push({ body: Buffer.from(body.subarray(start, this.offset)), reason })
      }
    }
    return this.offset >= body.length
  }
}

function bytesBetween({ lineStart }: ReadingBatch, row: number, end: number): number {
  return (lineStart[end] ?? 0) - (lineStart[row] ?? 0)
}

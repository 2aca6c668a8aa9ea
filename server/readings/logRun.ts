import type { Frame, Position } from '../log/ingestLog.ts'
import { GroupOrder } from './groupOrder.ts'
import { lineKey } from './lineKey.ts'
import type { LogBatch } from './logBatch.ts'

const LINE_FEED = 0x0a
/** What no line holds. */
const NUL = 0x00
const FIRST_BYTES = 256 * 1024
/** A batch with so many unreadable lines is full. */
const MOST_UNREADABLE = 1_000

/**
 * A stretch of the log as its lines. They can be put in order so that those of one source and day lie together: a store
 * does less work for a reading where one write holds several of each source (InfluxDB 1.6.7 a third less with five).
 *
 *   log      M1 M2 M3 … M1 M2 M3 … M1 M2 M3 …
 *   batches  M1 M1 M1 M2 M2 M2 … │ … M3 M3 M3 …
 */
export class LogRun {
  /** Where it begins and ends; what lies between is passed with its last line. */
  from: Position = { segment: 0, offset: 0 }
  next: Position = { segment: 0, offset: 0 }
  /** Lines. */
  count = 0
  /** When its newest frame arrived: epoch ms. */
  receivedAt = 0
  private readonly mostBytes: number
  private bytes: Buffer = Buffer.alloc(0)
  private length = 0
  private taken = 0
  /** By line, as the log has them: where it begins, and its place in `arrivals`. */
  private starts = new Uint32Array(0)
  private frame = new Uint32Array(0)
  private keys = new Uint32Array(0)
  /** The lines in the order in which they are taken. */
  private order = new Uint32Array(0)
  private readonly groups = new GroupOrder()
  /** When each frame arrived: epoch ms. */
  private arrivals: number[] = []

  constructor(mostBytes: number) {
    this.mostBytes = mostBytes
  }

  /** How many bytes of frames it can still take; the first may be larger. */
  get room(): number {
    return this.mostBytes - this.length
  }

  get isAny(): boolean {
    return this.from.segment !== this.next.segment || this.from.offset !== this.next.offset
  }

  /** No line is left. */
  get isTaken(): boolean {
    return this.taken === this.count
  }

  /** Starts anew at a place in the log. */
  clear(from: Position): void {
    this.from = from
    this.next = from
    this.count = 0
    this.receivedAt = 0
    this.length = 0
    this.taken = 0
    this.arrivals = []
    // What one large frame needed is not kept.
    if (this.bytes.length > 2 * this.mostBytes) this.bytes = Buffer.alloc(0)
  }

  /** Takes the frame that follows; false when there is no room for it. */
  add({ kind, body, receivedAt, next }: Frame): boolean {
    if (kind === 'readings') {
      if (this.length > 0 && body.length > this.room) return false
      this.copy(body)
      this.arrivals.push(receivedAt)
    }
    this.next = next
    this.receivedAt = Math.max(this.receivedAt, receivedAt)
    return true
  }

  /** To be called once all frames are there: puts together what is of one source and day. */
  group(): void {
    const { bytes, starts, keys, count, length } = this
    for (let line = 0; line < count; line++)
      keys[line] = lineKey(bytes, starts[line] ?? 0, line + 1 < count ? (starts[line + 1] ?? 0) : length)
    this.groups.fill(this.order, keys, count)
  }

  /** Passes over so many lines. */
  leaveOut(lines: number): void {
    this.taken = Math.min(this.count, this.taken + lines)
  }

  /** Moves lines into a batch until it is full or none are left. */
  take({ readings, arrivedAt, unreadable }: LogBatch): void {
    const { bytes, starts, frame, arrivals, order, count } = this
    while (this.taken < count && unreadable.length < MOST_UNREADABLE) {
      const line = order[this.taken] ?? 0
      const start = starts[line] ?? 0
      const row = readings.count
      try {
        if (readings.addLine(bytes, start) === start) return
        arrivedAt[row] = arrivals[frame[line] ?? 0] ?? NaN
      } catch (error) {
        const end = line + 1 < count ? (starts[line + 1] ?? 0) : this.length
        const ownEnd = bytes[end - 2] === NUL ? end - 2 : end
        const reason = error instanceof Error ? error.message : String(error)
        unreadable.push({ body: Buffer.from(bytes.subarray(start, ownEnd)), reason })
      }
      this.taken++
    }
  }

  private copy(body: Buffer): void {
    // Room to end a line that has no end, in such a way that it cannot be taken for a whole one.
    const needed = this.length + body.length + 2
    if (this.bytes.length < needed) this.grow(needed)
    const first = this.length
    this.length += body.copy(this.bytes, first)
    if (body.length > 0 && this.bytes[this.length - 1] !== LINE_FEED) {
      this.bytes[this.length++] = NUL
      this.bytes[this.length++] = LINE_FEED
    }
    for (let start = first; start < this.length; start = this.bytes.indexOf(LINE_FEED, start) + 1) {
      if (this.count === this.starts.length) this.growColumns()
      this.starts[this.count] = start
      this.frame[this.count] = this.arrivals.length
      this.order[this.count] = this.count
      this.count++
    }
  }

  private grow(needed: number): void {
    const longer = Buffer.allocUnsafeSlow(
      needed > FIRST_BYTES ? Math.max(needed, this.mostBytes + 2) : FIRST_BYTES
    )
    this.bytes.copy(longer, 0, 0, this.length)
    this.bytes = longer
  }

  private growColumns(): void {
    const { starts, frame, order } = this
    const places = Math.max(4096, 2 * starts.length)
    this.starts = new Uint32Array(places)
    this.starts.set(starts)
    this.frame = new Uint32Array(places)
    this.frame.set(frame)
    this.order = new Uint32Array(places)
    this.order.set(order)
    this.keys = new Uint32Array(places)
  }
}

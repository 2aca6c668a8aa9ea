import { HEADER_BYTES, putFrame, sealFrame } from './frame.ts'

/** Where lines of readings are written: at `bytes[length]`, and then `length` is moved behind them. */
export interface LineRoom {
  readonly bytes: Buffer
  length: number
}

/** The kind of a frame of lines. */
export const LINES = 0

const FIRST_BYTES = 64 * 1024
/** Memory that has grown beyond it is let go after use. */
const KEPT_BYTES = 4 * 1024 * 1024
/** A frame of lines is ended at about this length … */
const FRAME_BYTES = 64 * 1024
/** … and when lines come that were received this much later than its first. */
const FRAME_MS = 1000

/**
 * Frames that will become durable together, already in the form they have on disk. At most the last one is open: a
 * frame of lines that still grows, whose header is written when it is sealed.
 *
 *   │header│body…│header│body…│ (16) │ line line line ▏ room →
 *                             open                  length
 *
 * Its memory is used again after `clear`.
 */
export class Group implements LineRoom {
  bytes: Buffer<ArrayBuffer> = Buffer.allocUnsafeSlow(FIRST_BYTES)
  length = 0
  /** When its newest frame was received. */
  newestAt = 0
  private open = -1
  private openAt = 0
  private durable: PromiseWithResolvers<void> | null = null

  get isEmpty(): boolean {
    return this.length === 0 || (this.open === 0 && this.length === HEADER_BYTES)
  }

  /** Makes room for lines of up to `bytes` bytes at `length`. */
  makeRoom(bytes: number, receivedAt: number): void {
    const held = this.length - this.open - HEADER_BYTES
    const age = receivedAt - this.openAt
    if (this.open === -1 || held + bytes > FRAME_BYTES || age >= FRAME_MS || age < -FRAME_MS) {
      this.seal()
      this.reserve(HEADER_BYTES + bytes)
      this.open = this.length
      this.openAt = receivedAt
      this.length += HEADER_BYTES
    } else if (this.length + bytes > this.bytes.length) this.reserve(bytes)
  }

  add(kind: number, receivedAt: number, body: Buffer): void {
    this.seal()
    this.reserve(HEADER_BYTES + body.length)
    this.length = putFrame(this.bytes, this.length, kind, receivedAt, body)
    this.newestAt = Math.max(this.newestAt, receivedAt)
  }

  /** Ends the open frame; one without a line goes. */
  seal(): void {
    if (this.open === -1) return
    if (this.length === this.open + HEADER_BYTES) this.length = this.open
    else {
      sealFrame(this.bytes, this.open, this.length, LINES, this.openAt)
      this.newestAt = Math.max(this.newestAt, this.openAt)
    }
    this.open = -1
  }

  /** Settled by `resolve` and `reject`; one promise for all that ask. */
  whenDurable(): Promise<void> {
    this.durable ??= Promise.withResolvers<void>()
    return this.durable.promise
  }

  resolve(): void {
    this.durable?.resolve()
    this.durable = null
  }

  reject(error: Error): void {
    this.durable?.reject(error)
    this.durable = null
  }

  clear(): void {
    if (this.bytes.length > KEPT_BYTES) this.resize(FIRST_BYTES)
    this.length = 0
    this.newestAt = 0
    this.open = -1
  }

  private reserve(bytes: number): void {
    const needed = this.length + bytes
    if (needed <= this.bytes.length) return
    this.resize(Math.max(needed, this.bytes.length * 2))
  }

  /** The memory it leaves is free at once: whenever the disk stalls, 15 MB of it would wait for the collector. */
  private resize(bytes: number): void {
    this.bytes = Buffer.from(this.bytes.buffer.transfer(bytes))
  }
}

import { statSync } from 'node:fs'
import { type Cursor, DurableCursor } from './cursor.ts'
import { type Frame, frameContent } from './frameKinds.ts'
import type { LogPositions } from './logPositions.ts'
import { ReadMemory, SegmentReader, type Stretch } from './segmentReader.ts'
import { nullIfMissing, type Position, segmentNumbers, segmentPath } from './segments.ts'

/** Reads what is durable of an ingest log: on any thread, beside its owner. */
export interface LogReader {
  /** Up to here the log is durable. */
  readonly end: Position
  /**
   * Durable frames from a position on, near `maxBytes` of them, fewer where a segment ends, but at least one; [] at the
   * end. A position whose segment is gone means the oldest frame kept.
   */
  read(from: Position, maxBytes: number): Promise<Frame[]>
  /** Called whenever more has become durable; returns how to end that. */
  onAppend(listener: () => void): () => void
  bytesAfter(position: Position): number
  /** One of the cursors the log was opened with; to be moved by one follower only. */
  openCursor(name: string): Promise<Cursor>
  stop(): Promise<void>
}

export interface LogReaderOptions {
  /** Told of every damaged place that nobody has come upon before. */
  warn?: (message: string) => void
  /**
   * Every read uses the memory of the one before it, so that bodies are valid until the next read only: for a single
   * follower that has done with its frames by then.
   */
  reuseMemory?: boolean
}

/** Who waits for more looks at least this often. */
const LONGEST_WAIT_MS = 10_000

/** Follows the log in a folder up to `positions.end`; nothing is opened before the first read. */
export function openLogReader(
  directory: string,
  positions: LogPositions,
  options: LogReaderOptions = {}
): LogReader {
  return new SegmentedLogReader(directory, positions, options)
}

class SegmentedLogReader implements LogReader {
  private readonly directory: string
  private readonly positions: LogPositions
  private readonly warn: (message: string) => void
  private readonly memory: ReadMemory | null
  private readonly listeners = new Set<() => void>()
  private readonly cursors = new Map<string, Cursor>()
  /** Sizes of segments that nobody writes to any more. */
  private readonly sizes = new Map<number, number>()
  private segment: SegmentReader | null = null
  private reading: Promise<unknown> = Promise.resolve()
  private watching: Promise<void> | null = null
  private stopped = false

  constructor(directory: string, positions: LogPositions, { warn, reuseMemory }: LogReaderOptions) {
    this.directory = directory
    this.positions = positions
    this.warn = warn ?? (message => console.warn(message))
    this.memory = reuseMemory === true ? new ReadMemory() : null
  }

  get end(): Position {
    return this.positions.end
  }

  read(from: Position, maxBytes: number): Promise<Frame[]> {
    const read = this.reading.then(() => this.framesFrom(from, maxBytes))
    this.reading = read.catch(() => undefined)
    return read
  }

  onAppend(listener: () => void): () => void {
    this.listeners.add(listener)
    this.watching ??= this.watch()
    return () => this.listeners.delete(listener)
  }

  bytesAfter({ segment, offset }: Position): number {
    const { end } = this
    if (segment > end.segment) return 0
    if (segment === end.segment) return Math.max(0, end.offset - offset)
    let bytes = Math.max(0, this.sizeOf(segment) - offset) + end.offset
    for (let number = segment + 1; number < end.segment; number++) bytes += this.sizeOf(number)
    return bytes
  }

  async openCursor(name: string): Promise<Cursor> {
    const cursor = this.cursors.get(name) ?? new DurableCursor(this.directory, name, this.positions)
    if (this.positions.cursor(name) === null) throw new Error(`the log of cursor ${name} is not open`)
    this.cursors.set(name, cursor)
    return cursor
  }

  async stop(): Promise<void> {
    this.stopped = true
    this.listeners.clear()
    this.positions.wake()
    await this.watching
    await this.reading
    await this.segment?.close()
    this.segment = null
  }

  private async framesFrom(from: Position, maxBytes: number): Promise<Frame[]> {
    const { end } = this
    let { segment: number, offset } = from
    while (!this.stopped) {
      const segment = await this.open(number, end)
      if (segment === null) return []
      if (segment.number > number) offset = 0
      number = segment.number
      const limit = number === end.segment ? end.offset : await segment.size()
      const stretch = await segment.stretch(offset, limit, Math.max(1, maxBytes))
      if (stretch === null) {
        if (number === end.segment) return []
        number++
        offset = 0
        continue
      }
      const frames = this.named(stretch, { segment: number, offset })
      if (frames.length > 0) return frames
      offset = stretch.next
    }
    return []
  }

  /** The frames of a stretch whose kind we know. */
  private named({ frames, damagedBytes }: Stretch, at: Position): Frame[] {
    if (damagedBytes > 0 && this.positions.noteDamage(at, damagedBytes))
      this.warn(
        `ingest log: segment ${at.segment} is damaged at byte ${at.offset}; ${damagedBytes} bytes passed over`
      )
    const named: Frame[] = []
    for (const frame of frames) {
      const content = frameContent(frame)
      if (content !== null)
        named.push({ ...content, next: { segment: at.segment, offset: at.offset + frame.end } })
    }
    return named
  }

  /** The segment of this number, or the oldest one after it; null behind the end. Kept open. */
  private async open(number: number, end: Position): Promise<SegmentReader | null> {
    if (number > end.segment) return null
    if (this.segment?.number === number) return this.segment
    const close = this.segment?.close()
    this.segment = null
    await close
    this.segment = await SegmentReader.open(this.directory, number, this.memory).catch(nullIfMissing)
    if (this.segment !== null) return this.segment
    const next = (await segmentNumbers(this.directory)).find(candidate => candidate > number)
    return next === undefined ? null : this.open(next, end)
  }

  /** 0 for one that is gone. */
  private sizeOf(number: number): number {
    const known = this.sizes.get(number)
    if (known !== undefined) return known
    const size = statSync(segmentPath(this.directory, number), { throwIfNoEntry: false })?.size ?? 0
    if (this.sizes.size > MOST_SIZES) this.sizes.clear()
    this.sizes.set(number, size)
    return size
  }

  private async watch(): Promise<void> {
    let seen = this.end
    while (!this.stopped && this.listeners.size > 0) {
      await this.positions.waitForAppend(seen, LONGEST_WAIT_MS)
      const { end } = this
      if (end.segment === seen.segment && end.offset === seen.offset) continue
      seen = end
      for (const listener of this.listeners) listener()
    }
    this.watching = null
  }
}

const MOST_SIZES = 100_000

import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Cursor, DurableCursor, readCursor } from './cursor.ts'
import { GroupWriter, type SegmentFile } from './groupWriter.ts'
import { recoverTail } from './recovery.ts'
import { readFrames } from './segmentReader.ts'
import {
  countDeletable,
  deleteOldest,
  listSegments,
  type Position,
  type Segment,
  totalBytes
} from './segments.ts'

export type { Cursor } from './cursor.ts'
export type { Position } from './segments.ts'

const frameKinds = ['readings', 'answer', 'status'] as const

/** readings: lines (`lines.ts`) · answer: JSON {customerId, message} · status: JSON {id, online, ts}. */
export type FrameKind = (typeof frameKinds)[number]

export interface Frame {
  kind: FrameKind
  /** Epoch milliseconds. */
  receivedAt: number
  body: Buffer
  /** Where the frame after it begins: what a follower commits once it is done with this one. */
  next: Position
}

export interface IngestLog {
  /** Resolves when durable. While the quota is reached or the disk is full it waits; it never drops. */
  append(kind: FrameKind, receivedAt: number, body: Buffer): Promise<void>
  /** Durable frames from a position on, about `maxBytes` of them but at least one; [] at the end. */
  read(from: Position, maxBytes: number): Promise<Frame[]>
  /** The same name gives the same cursor; a new one starts at the oldest frame kept. */
  openCursor(name: string): Promise<Cursor>
  /** Called whenever more has become durable; returns how to end that. */
  onAppend(listener: () => void): () => void
  bytesAfter(position: Position): number
  /** `blocked` says why appends do not become durable; `damagedBytes` counts what reads had to pass over. */
  status(): { bytes: number; blocked: string | null; damagedBytes: number }
  stop(): Promise<void>
}

export interface IngestLogOptions {
  now: () => number
  /** Told of every irregularity: a torn tail, damage, a cursor that had to be moved. */
  warn?: (message: string) => void
  /** A segment is closed at about this size. */
  segmentBytes?: number
  /** At this size appends wait until a cursor frees space. At least two segments. */
  quotaBytes?: number
  /** How long a segment is kept after every cursor has passed it. */
  keepMs?: number
  memoryBytes?: number
  retryMs?: number
  trimEveryMs?: number
  openFile?: (path: string) => Promise<SegmentFile>
}

const MIB = 1024 * 1024
const defaults = {
  segmentBytes: 64 * MIB,
  quotaBytes: 8192 * MIB,
  keepMs: 3_600_000,
  memoryBytes: 32 * MIB,
  retryMs: 1000,
  trimEveryMs: 60_000,
  warn: (message: string) => console.warn(message)
}

/** Opens the log in a folder, created if missing: the durable truth between the broker and the stores. */
export async function openIngestLog(directory: string, options: IngestLogOptions): Promise<IngestLog> {
  const settings = { ...defaults, ...options }
  if (settings.quotaBytes < 2 * settings.segmentBytes)
    throw new RangeError('the quota of the ingest log is less than two of its segments')
  await mkdir(join(directory, 'cursors'), { recursive: true })
  const segments = await listSegments(directory)
  const last = segments.at(-1)
  const { sealed } = last ? await recoverTail(directory, last, settings.warn) : { sealed: false }
  const log = new SegmentedLog(directory, segments, settings)
  await log.start(sealed)
  return log
}

type Settings = typeof defaults & IngestLogOptions

class SegmentedLog implements IngestLog {
  private readonly directory: string
  private readonly segments: Segment[]
  private readonly settings: Settings
  private readonly writer: GroupWriter
  private readonly cursors = new Map<string, DurableCursor>()
  /** Cursors of earlier runs that nobody has opened in this one. */
  private readonly unopened = new Map<string, Position>()
  private readonly listeners = new Set<() => void>()
  private readonly damage = new Map<string, number>()
  private trimming: Promise<void> = Promise.resolve()
  private trimTimer: NodeJS.Timeout | null = null

  constructor(directory: string, segments: Segment[], settings: Settings) {
    this.directory = directory
    this.segments = segments
    this.settings = settings
    this.writer = new GroupWriter({
      directory,
      segments,
      segmentBytes: settings.segmentBytes,
      memoryBytes: settings.memoryBytes,
      retryMs: settings.retryMs,
      openFile: settings.openFile,
      reasonToWait: () => this.quotaReason(),
      onDurable: () => {
        for (const listener of this.listeners) listener()
      }
    })
  }

  async start(sealed: boolean): Promise<void> {
    await this.writer.start(sealed)
    for (const file of await readdir(join(this.directory, 'cursors'))) {
      const position = file.endsWith('.cursor') ? await readCursor(this.cursorPath(file.slice(0, -7))) : null
      if (position !== null) this.unopened.set(file.slice(0, -7), position)
    }
    this.trimTimer = setInterval(() => this.trim(), this.settings.trimEveryMs)
    this.trimTimer.unref()
  }

  append(kind: FrameKind, receivedAt: number, body: Buffer): Promise<void> {
    return this.writer.append(frameKinds.indexOf(kind), receivedAt, body)
  }

  async read(from: Position, maxBytes: number): Promise<Frame[]> {
    const frames = await readFrames(this.directory, this.segments, from, maxBytes, (at, bytes) =>
      this.noteDamage(at, bytes)
    )
    return frames.flatMap(({ kind, receivedAt, body, next }) => {
      const name = frameKinds[kind]
      return name === undefined ? [] : [{ kind: name, receivedAt, body, next }]
    })
  }

  async openCursor(name: string): Promise<Cursor> {
    const open = this.cursors.get(name)
    if (open !== undefined) return open
    if (!/^[a-z0-9-]{1,64}$/.test(name)) throw new RangeError(`not a cursor name: ${name}`)
    const stored = await readCursor(this.cursorPath(name))
    const position = stored === null ? this.oldest() : this.withinLog(name, stored)
    const cursor =
      this.cursors.get(name) ?? new DurableCursor(this.cursorPath(name), position, () => this.trim())
    this.cursors.set(name, cursor)
    this.unopened.delete(name)
    if (stored === null) await cursor.commit(position)
    return cursor
  }

  onAppend(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  bytesAfter({ segment: number, offset }: Position): number {
    return this.segments.reduce((sum, segment) => {
      if (segment.number < number) return sum
      return sum + (segment.number === number ? Math.max(0, segment.bytes - offset) : segment.bytes)
    }, 0)
  }

  status(): { bytes: number; blocked: string | null; damagedBytes: number } {
    let damagedBytes = 0
    for (const bytes of this.damage.values()) damagedBytes += bytes
    return { bytes: totalBytes(this.segments), blocked: this.writer.blocked, damagedBytes }
  }

  async stop(): Promise<void> {
    if (this.trimTimer !== null) clearInterval(this.trimTimer)
    this.listeners.clear()
    await this.trimming
    await this.writer.stop()
  }

  private cursorPath(name: string): string {
    return join(this.directory, 'cursors', `${name}.cursor`)
  }

  private oldest(): Position {
    return { segment: this.segments[0]?.number ?? 1, offset: 0 }
  }

  /** A stored position that fits no segment we have means the oldest frame kept: reading twice is harmless, missing is not. */
  private withinLog(name: string, position: Position): Position {
    const last = this.segments.at(-1)
    const isBehindEnd =
      last === undefined ||
      position.segment > last.number ||
      (position.segment === last.number && position.offset > last.bytes)
    if (isBehindEnd) {
      this.settings.warn(
        `cursor ${name} stood behind the end of the log: it starts again at the oldest frame`
      )
      return this.oldest()
    }
    if (position.segment < this.oldest().segment) {
      this.settings.warn(
        `cursor ${name} stood before the oldest frame kept: what was deleted is not seen by it`
      )
      return this.oldest()
    }
    return position
  }

  private quotaReason(): string | null {
    const { quotaBytes } = this.settings
    if (totalBytes(this.segments) < quotaBytes) return null
    return `the ingest log has reached its quota of ${Math.round(quotaBytes / MIB)} MiB because a store is behind; nothing is acknowledged until it catches up`
  }

  private noteDamage(at: Position, bytes: number): void {
    const place = `${at.segment}:${at.offset}`
    if (this.damage.has(place)) return
    this.damage.set(place, bytes)
    this.settings.warn(
      `ingest log: segment ${at.segment} is damaged at byte ${at.offset}; ${bytes} bytes passed over`
    )
  }

  /** A cursor nobody opened in this run holds its segments too, but only until the quota is reached. */
  private trim(): void {
    this.trimming = this.trimming
      .then(async () => {
        const pressed = this.quotaReason() !== null
        const positions = [...this.cursors.values()].map(cursor => cursor.position)
        if (positions.length === 0) return
        if (!pressed) positions.push(...this.unopened.values())
        const { keepMs, now } = this.settings
        const count = countDeletable(this.segments, positions, { now: now(), keepMs, pressed })
        await deleteOldest(this.directory, this.segments, count)
        if (count > 0) this.writer.freed()
      })
      .catch((error: Error) => this.settings.warn(`ingest log: cannot delete old segments: ${error.message}`))
  }
}

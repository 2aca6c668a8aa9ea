import { readCursors, saveCursor } from './cursor.ts'
import { sealedFrames } from './frame.ts'
import { type FrameContent, type FrameKind, frameContent, kindNumber } from './frameKinds.ts'
import type { LineRoom } from './group.ts'
import { GroupWriter } from './groupWriter.ts'
import type { LogPositions } from './logPositions.ts'
import { LogSpace } from './logSpace.ts'
import { openSegments } from './recovery.ts'
import type { SegmentFile } from './segmentAppender.ts'
import { type Position, type Segment, totalBytes } from './segments.ts'

export type { Cursor } from './cursor.ts'
export type { Frame, FrameContent, FrameKind } from './frameKinds.ts'
export type { LineRoom } from './group.ts'
export type { Position } from './segments.ts'

/** What has become durable with one fdatasync. The bodies are valid during the call only. */
export interface DurableGroup {
  group: number
  from: Position
  next: Position
  /** [] for a group that was asked for and stayed empty. */
  frames: readonly FrameContent[]
}

export interface IngestLogStatus {
  bytes: number
  /** Why nothing becomes durable; null while all is well. */
  blocked: string | null
  /** What reads had to pass over since the start. */
  damagedBytes: number
  /** How much each follower has still to read. */
  behindBytes: Record<string, number>
  /** Groups since the start, and how long their write and fdatasync took; null before the first. */
  commits: { count: number; p50Ms: number | null; p99Ms: number | null }
}

/** The durable truth between the broker and the stores, as its one owner sees it; others read it by a `LogReader`. */
export interface IngestLog {
  /**
   * Room for lines of up to `bytes` bytes in the group being gathered: write them at `bytes[length]`, move `length`
   * behind them, all before anything else runs. Ask again for the next message. At most 16 MiB; never drops; while
   * `status().blocked` says so nothing becomes durable, and the caller has to stop at a bound of `heldBytes`.
   */
  room(bytes: number, receivedAt: number): LineRoom
  /** Resolves when durable. */
  append(kind: FrameKind, receivedAt: number, body: Buffer): Promise<void>
  /** All that was written so far is durable once this number, or a higher one, is reported. It always will be, also when nothing more is written. */
  readonly group: number
  /** Gathered or being written, not durable. */
  readonly heldBytes: number
  /** Told of every group in order; returns how to end that. */
  onDurable(listener: (done: DurableGroup) => void): () => void
  /** Why nothing will become durable any more: writing has failed. */
  readonly failure: Error | null
  onFailure(listener: (error: Error) => void): () => void
  status(): IngestLogStatus
  stop(): Promise<void>
}

export interface IngestLogOptions {
  /** Its cursors are opened with the log: what they have not passed is kept, whoever follows it, and whenever. */
  positions: LogPositions
  now: () => number
  /** Told of every irregularity: a torn tail, damage, a cursor that had to be moved. */
  warn?: (message: string) => void
  /** A segment is closed at about this size. */
  segmentBytes?: number
  /** At this size nothing becomes durable until a follower frees space. At least two segments. */
  quotaBytes?: number
  /** Nor while less than this share of the disk is free. */
  minFreeShare?: number
  /** How long a segment is kept after every cursor has passed it. */
  keepMs?: number
  retryMs?: number
  lookEveryMs?: number
  openFile?: (path: string) => Promise<SegmentFile>
  freeShare?: (directory: string) => Promise<number>
}

const MIB = 1024 * 1024
const defaults = {
  segmentBytes: 64 * MIB,
  quotaBytes: 8192 * MIB,
  minFreeShare: 0.02,
  keepMs: 3_600_000,
  retryMs: 500,
  lookEveryMs: 5_000,
  warn: (message: string) => console.warn(message)
}

/** Opens the log in a folder, created if missing, and puts its end and its cursors into the positions. */
export async function openIngestLog(directory: string, options: IngestLogOptions): Promise<IngestLog> {
  const settings = { ...defaults, ...options }
  const { positions, warn, openFile, segmentBytes, retryMs } = settings
  if (settings.quotaBytes < 2 * segmentBytes)
    throw new RangeError('the quota of the ingest log is less than two of its segments')
  const { segments, sealed } = await openSegments(directory, warn)
  const unopened = await openCursors(directory, segments, positions, warn)
  const space = new LogSpace({ ...settings, directory, segments, unopened })
  const writer = new GroupWriter({ directory, segments, segmentBytes, retryMs, gate: space, openFile })
  await writer.start(sealed)
  positions.end = writer.end
  await space.start()
  return new SegmentedLog(segments, positions, writer, space)
}

/** Puts the cursors of this run into the positions; returns where the others, of earlier runs, stand. */
async function openCursors(
  directory: string,
  segments: readonly Segment[],
  positions: LogPositions,
  warn: (message: string) => void
): Promise<Position[]> {
  const stored = await readCursors(directory)
  for (const name of positions.names) {
    const position = stored.get(name) ?? null
    stored.delete(name)
    const start = withinLog(segments, position, reason => warn(`cursor ${name} ${reason}`))
    if (position === null) await saveCursor(directory, name, start)
    positions.setCursor(name, start)
  }
  return [...stored.values()].flatMap(position => position ?? [])
}

/** A stored position that fits no segment we have means the oldest frame kept: reading twice is harmless, missing is not. */
function withinLog(
  segments: readonly Segment[],
  position: Position | null,
  warn: (reason: string) => void
): Position {
  const oldest = { segment: segments[0]?.number ?? 1, offset: 0 }
  if (position === null) return oldest
  const last = segments.at(-1) ?? { number: 0, bytes: 0 }
  if (position.segment > last.number || (position.segment === last.number && position.offset > last.bytes)) {
    warn('stood behind the end of the log: it starts again at the oldest frame')
    return oldest
  }
  if (position.segment < oldest.segment) {
    warn('stood before the oldest frame kept: what was deleted is not seen by it')
    return oldest
  }
  return position
}

class SegmentedLog implements IngestLog {
  private readonly segments: readonly Segment[]
  private readonly positions: LogPositions
  private readonly writer: GroupWriter
  private readonly space: LogSpace

  constructor(segments: readonly Segment[], positions: LogPositions, writer: GroupWriter, space: LogSpace) {
    this.segments = segments
    this.positions = positions
    this.writer = writer
    this.space = space
    writer.onDurable(({ next }) => {
      positions.end = next
    })
  }

  room(bytes: number, receivedAt: number): LineRoom {
    return this.writer.room(bytes, receivedAt)
  }

  append(kind: FrameKind, receivedAt: number, body: Buffer): Promise<void> {
    return this.writer.append(kindNumber(kind), receivedAt, body)
  }

  get group(): number {
    return this.writer.group
  }

  get heldBytes(): number {
    return this.writer.heldBytes
  }

  get failure(): Error | null {
    return this.writer.failure
  }

  onDurable(listener: (done: DurableGroup) => void): () => void {
    return this.writer.onDurable(({ group, from, next, bytes }) =>
      listener({ group, from, next, frames: contentsOf(bytes) })
    )
  }

  onFailure(listener: (error: Error) => void): () => void {
    return this.writer.onFailure(listener)
  }

  status(): IngestLogStatus {
    const { positions, writer } = this
    const { commits } = writer
    return {
      bytes: totalBytes(this.segments),
      blocked: writer.blocked,
      damagedBytes: positions.damagedBytes,
      behindBytes: Object.fromEntries(
        positions.names.map(name => [name, this.bytesAfter(positions.cursor(name))])
      ),
      commits: { count: commits.count, p50Ms: commits.quantile(0.5), p99Ms: commits.quantile(0.99) }
    }
  }

  async stop(): Promise<void> {
    await this.writer.stop()
    await this.space.stop()
  }

  private bytesAfter(position: Position | null): number {
    if (position === null) return 0
    return this.segments.reduce((sum, { number, bytes }) => {
      if (number < position.segment) return sum
      return sum + (number === position.segment ? Math.max(0, bytes - position.offset) : bytes)
    }, 0)
  }
}

function contentsOf(bytes: Buffer): FrameContent[] {
  const contents: FrameContent[] = []
  for (const frame of sealedFrames(bytes)) {
    const content = frameContent(frame)
    if (content !== null) contents.push(content)
  }
  return contents
}

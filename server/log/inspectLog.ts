import { readCursors } from './cursor.ts'
import type { RawFrame } from './frame.ts'
import { type FrameKind, frameContent } from './frameKinds.ts'
import { ReadingBatch } from './readingBatch.ts'
import { SegmentReader, scanSegment } from './segmentReader.ts'
import { listSegments, nullIfMissing, type Position, type Segment, totalBytes } from './segments.ts'

/** A log as its files show it, also beside its owner: nothing is written, nothing repaired. */
export interface LogSummary {
  segments: number
  bytes: number
  /** When the oldest and the newest frame arrived, epoch ms; null where there is none. */
  oldestAt: number | null
  newestAt: number | null
  /** Behind the last whole frame: being written just now, or torn. */
  tailBytes: number
  /** `position` null: the file cannot be read as one. */
  cursors: { name: string; position: Position | null; behindBytes: number | null }[]
}

export async function summarizeLog(directory: string): Promise<LogSummary> {
  const segments = (await listSegments(directory).catch(nullIfMissing)) ?? []
  const { end, tailBytes, newestAt } = await findEnd(directory, segments)
  const cursors = [...(await readCursors(directory))].map(([name, position]) => ({
    name,
    position,
    behindBytes: position === null ? null : bytesBetween(segments, position, end)
  }))
  return {
    segments: segments.length,
    bytes: totalBytes(segments),
    oldestAt: await oldestTime(directory, segments),
    newestAt,
    tailBytes,
    cursors
  }
}

/** The end of the whole frames of a log that nobody owns just now. */
export async function endOfLog(directory: string): Promise<Position> {
  return (await findEnd(directory, (await listSegments(directory).catch(nullIfMissing)) ?? [])).end
}

async function findEnd(directory: string, segments: readonly Segment[]) {
  let end: Position | null = null
  let tailBytes = 0
  let newestAt: number | null = null
  for (const { number } of segments.toReversed()) {
    let offset = 0
    for await (const { frames, damagedBytes, next, isTail } of scanSegment(directory, number)) {
      if (isTail && end === null) tailBytes = damagedBytes
      else offset = next
      newestAt = frames.at(-1)?.receivedAt ?? newestAt
    }
    end ??= { segment: number, offset }
    if (newestAt !== null) break
  }
  return { end: end ?? { segment: 0, offset: 0 }, tailBytes, newestAt }
}

async function oldestTime(directory: string, segments: readonly Segment[]): Promise<number | null> {
  for (const { number } of segments) {
    const reader = await SegmentReader.open(directory, number, null).catch(nullIfMissing)
    if (reader === null) continue
    try {
      const size = await reader.size()
      for (let at = 0; at < size; ) {
        const stretch = await reader.stretch(at, size, 1)
        const [frame] = stretch?.frames ?? []
        if (frame !== undefined) return frame.receivedAt
        at = stretch?.next ?? size
      }
    } finally {
      await reader.close()
    }
  }
  return null
}

function bytesBetween(segments: readonly Segment[], from: Position, end: Position): number {
  return segments.reduce((sum, { number, bytes }) => {
    if (number < from.segment || number > end.segment) return sum
    const start = number === from.segment ? from.offset : 0
    return sum + Math.max(0, (number === end.segment ? end.offset : bytes) - start)
  }, 0)
}

/** What is wrong with a place of the log. */
export interface LogTrouble {
  at: Position
  bytes: number
  reason: string
}

export interface LogCheck {
  frames: Record<FrameKind | 'unknown', number>
  lines: number
  bytes: number
  /** Behind the last whole frame: being written just now, or torn; no trouble. */
  tailBytes: number
  troubles: number
}

/** Looks at every frame and every line of a log; tells of each trouble as it is found. */
export async function checkLog(
  directory: string,
  onTrouble: (trouble: LogTrouble) => void
): Promise<LogCheck> {
  const segments = (await listSegments(directory).catch(nullIfMissing)) ?? []
  const last = segments.at(-1)?.number
  const frames = { readings: 0, answer: 0, status: 0, unknown: 0 }
  const check: LogCheck = { frames, lines: 0, bytes: 0, tailBytes: 0, troubles: 0 }
  const batch = new ReadingBatch()
  const trouble = (at: Position, bytes: number, reason: string): void => {
    check.troubles++
    onTrouble({ at, bytes, reason })
  }
  const checkFrame = (frame: RawFrame, at: Position): void => {
    const content = frameContent(frame)
    frames[content?.kind ?? 'unknown']++
    const { body } = frame
    try {
      if (content?.kind === 'readings') check.lines += countLines(batch, body)
      else if (content !== null) JSON.parse(body.toString())
    } catch (error) {
      trouble(at, body.length, (error as Error).message)
    }
  }
  for (const { number } of segments) {
    for await (const stretch of scanSegment(directory, number)) {
      const { at, damagedBytes, next, isTail } = stretch
      check.bytes += next - at
      if (isTail && number === last) check.tailBytes = damagedBytes
      else if (damagedBytes > 0)
        trouble({ segment: number, offset: at }, damagedBytes, 'no frame with the right checksum')
      let offset = at
      for (const frame of stretch.frames) {
        checkFrame(frame, { segment: number, offset })
        offset = at + frame.end
      }
    }
  }
  return check
}

/** Throws a SyntaxError that shows the first bad line. */
function countLines(batch: ReadingBatch, body: Buffer): number {
  let lines = 0
  for (let from = 0; from < body.length; lines += batch.count) {
    batch.clear()
    from = batch.add(body, from)
  }
  return lines
}

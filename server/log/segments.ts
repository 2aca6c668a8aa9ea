import { readdir, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { syncDirectory } from './durableFile.ts'

/** One file of a log. */
export interface Segment {
  /** Counts up from 1 and is never used again. */
  number: number
  /** Durable bytes. */
  bytes: number
  /** When its newest frame was received, epoch ms; after a restart the file's modification time. */
  newestAt: number
}

/** A place in a log: where a frame begins, or the end of what is there. */
export interface Position {
  segment: number
  offset: number
}

/** Whether the log comes by `a` before it comes by `b`. */
export const isBefore = (a: Position, b: Position): boolean =>
  a.segment < b.segment || (a.segment === b.segment && a.offset < b.offset)

export function segmentPath(directory: string, number: number): string {
  return join(directory, `${String(number).padStart(10, '0')}.seg`)
}

/** The numbers of the segments found in a folder, oldest first. */
export async function segmentNumbers(directory: string): Promise<number[]> {
  const names = (await readdir(directory)).filter(name => /^\d{10}\.seg$/.test(name))
  return names.map(name => Number.parseInt(name, 10)).sort((a, b) => a - b)
}

/** The segments found in a folder, oldest first. One that is deleted meanwhile is left out. */
export async function listSegments(directory: string): Promise<Segment[]> {
  const found: Segment[] = []
  for (const number of await segmentNumbers(directory)) {
    const file = await stat(segmentPath(directory, number)).catch(nullIfMissing)
    if (file !== null) found.push({ number, bytes: file.size, newestAt: file.mtimeMs })
  }
  return found
}

export function totalBytes(segments: readonly Segment[]): number {
  return segments.reduce((sum, segment) => sum + segment.bytes, 0)
}

/** Deletes the first `count` segments of the list and their files. */
export async function deleteOldest(directory: string, segments: Segment[], count: number): Promise<void> {
  if (count === 0) return
  for (const segment of segments.splice(0, count)) {
    await unlink(segmentPath(directory, segment.number)).catch(nullIfMissing)
  }
  await syncDirectory(directory)
}

export function nullIfMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null
  throw error
}

/**
 * How many of the oldest segments may go: those that every position has passed and that are older than `keepMs`.
 * Under pressure (the quota is reached) age does not matter. The last segment always stays: it is written to.
 */
export function countDeletable(
  segments: readonly Segment[],
  positions: readonly Position[],
  { now, keepMs, pressed }: { now: number; keepMs: number; pressed: boolean }
): number {
  let count = 0
  for (const segment of segments.slice(0, -1)) {
    const passed = positions.every(
      ({ segment: at, offset }) => at > segment.number || (at === segment.number && offset >= segment.bytes)
    )
    if (!passed || (!pressed && now - segment.newestAt <= keepMs)) break
    count++
  }
  return count
}

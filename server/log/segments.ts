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

export function segmentPath(directory: string, number: number): string {
  return join(directory, `${String(number).padStart(10, '0')}.seg`)
}

/** The segments found in a folder, oldest first. */
export async function listSegments(directory: string): Promise<Segment[]> {
  const names = (await readdir(directory)).filter(name => /^\d{10}\.seg$/.test(name)).sort()
  return Promise.all(
    names.map(async name => {
      const { size, mtimeMs } = await stat(join(directory, name))
      return { number: Number.parseInt(name, 10), bytes: size, newestAt: mtimeMs }
    })
  )
}

export function totalBytes(segments: readonly Segment[]): number {
  return segments.reduce((sum, segment) => sum + segment.bytes, 0)
}

/** Deletes the first `count` segments of the list and their files. */
export async function deleteOldest(directory: string, segments: Segment[], count: number): Promise<void> {
  if (count === 0) return
  for (const segment of segments.splice(0, count)) {
    await unlink(segmentPath(directory, segment.number)).catch(ignoreMissing)
  }
  await syncDirectory(directory)
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
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

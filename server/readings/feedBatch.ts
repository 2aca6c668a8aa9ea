import type { Frame, Position } from '../log/ingestLog.ts'
import { ReadingBatch } from '../log/readingBatch.ts'

/** A run of frames as one write to the store. */
export interface Batch {
  readings: ReadingBatch
  /** Frames of readings that cannot be read back. */
  unreadable: { body: Buffer; reason: string }[]
  /** What to commit once all of it is stored. */
  next: Position
  /** When its newest frame arrived: epoch ms. */
  receivedAt: number
}

/**
 * The readings of the frames from the first on, up to about `maxReadings`: whole frames, at least one. Frames of other
 * kinds are passed over. null without frames.
 */
export function takeBatch(frames: readonly Frame[], maxReadings: number): Batch | null {
  let batch: Batch | null = null
  for (const frame of frames) {
    if (batch !== null && batch.readings.count >= maxReadings) break
    batch ??= {
      readings: new ReadingBatch({ capacity: 3 * maxReadings }),
      unreadable: [],
      next: frame.next,
      receivedAt: frame.receivedAt
    }
    batch.next = frame.next
    batch.receivedAt = Math.max(batch.receivedAt, frame.receivedAt)
    if (frame.kind === 'readings') addReadings(batch, frame.body)
  }
  return batch
}

function addReadings(batch: Batch, body: Buffer): void {
  try {
    batch.readings.add(body)
  } catch (error) {
    batch.unreadable.push({ body, reason: error instanceof Error ? error.message : String(error) })
  }
}

import type { Reading } from '../contract/telemetry.ts'
import type { Frame, Position } from '../log/ingestLog.ts'
import { decodeReadings } from '../log/lines.ts'

/** A run of frames as one write to the store. */
export interface Batch {
  readings: Reading[]
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
    if (batch !== null && batch.readings.length >= maxReadings) break
    batch ??= { readings: [], unreadable: [], next: frame.next, receivedAt: frame.receivedAt }
    batch.next = frame.next
    batch.receivedAt = Math.max(batch.receivedAt, frame.receivedAt)
    if (frame.kind === 'readings') addReadings(batch, frame.body)
  }
  return batch
}

function addReadings(batch: Batch, body: Buffer): void {
  try {
    for (const reading of decodeReadings(body)) batch.readings.push(reading)
  } catch (error) {
    batch.unreadable.push({ body, reason: error instanceof Error ? error.message : String(error) })
  }
}

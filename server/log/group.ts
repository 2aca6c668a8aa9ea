import { HEADER_BYTES, putFrame } from './frame.ts'

/** Frames that will become durable together, already in the form they have on disk. */
export interface Group {
  /** Longer than `length`: it grows by doubling. */
  bytes: Buffer
  length: number
  /** When its newest frame was received. */
  newestAt: number
  durable: PromiseWithResolvers<void>
}

const FIRST_BYTES = 64 * 1024

/** `bytes` is memory to be used again, if there is any. */
export function newGroup(bytes: Buffer | null): Group {
  return {
    bytes: bytes ?? Buffer.allocUnsafe(FIRST_BYTES),
    length: 0,
    newestAt: 0,
    durable: Promise.withResolvers<void>()
  }
}

export function addFrame(group: Group, kind: number, receivedAt: number, body: Buffer): void {
  const needed = group.length + HEADER_BYTES + body.length
  if (needed > group.bytes.length) {
    const larger = Buffer.allocUnsafe(Math.max(needed, group.bytes.length * 2))
    group.bytes.copy(larger, 0, 0, group.length)
    group.bytes = larger
  }
  group.length = putFrame(group.bytes, group.length, kind, receivedAt, body)
  group.newestAt = Math.max(group.newestAt, receivedAt)
}

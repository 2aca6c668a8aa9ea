import { open } from 'node:fs/promises'
import { findFrame, frameBytes, framesIn, HEADER_BYTES, type RawFrame } from './frame.ts'
import { type Position, type Segment, segmentPath } from './segments.ts'

export interface FrameRead extends RawFrame {
  next: Position
}

async function readBytes(path: string, offset: number, length: number): Promise<Buffer> {
  const handle = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), 0, length, offset)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

/**
 * Reads durable frames from `from` on, at least one if there is any, and stops near `maxBytes`. A damaged place is
 * reported and passed over to the next whole frame, in this segment or a later one. A position whose segment is gone
 * means the oldest that is kept.
 */
export async function readFrames(
  directory: string,
  segments: readonly Segment[],
  from: Position,
  maxBytes: number,
  onDamage: (at: Position, bytes: number) => void
): Promise<FrameRead[]> {
  const found: FrameRead[] = []
  let { segment: number, offset } = from
  let budget = maxBytes
  while (budget > 0) {
    const segment = segments.find(candidate => candidate.number >= number)
    if (segment === undefined) break
    if (segment.number > number) offset = 0
    number = segment.number
    const left = segment.bytes - offset
    if (left <= 0) {
      number++
      offset = 0
      continue
    }
    const path = segmentPath(directory, number)
    const wanted = Math.min(left, budget)
    const bytes = await readBytes(path, offset, wanted)
    const { frames, used, stop } = framesIn(bytes)
    for (const frame of frames)
      found.push({ ...frame, next: { segment: number, offset: offset + frame.end } })
    offset += used
    budget -= used
    const isShort = bytes.length < wanted
    if (stop === 'end' && !isShort) continue
    if (stop === 'cut' && !isShort && wanted < left) {
      if (found.length > 0) break
      budget = frameBytes(bytes) ?? HEADER_BYTES
      continue
    }
    const remaining = segment.bytes - offset
    const skipped = findFrame(await readBytes(path, offset, remaining), 1) ?? remaining
    onDamage({ segment: number, offset }, skipped)
    offset += skipped
  }
  return found
}

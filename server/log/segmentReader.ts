import { type FileHandle, open } from 'node:fs/promises'
import { findFrame, frameBytes, framesIn, HEADER_BYTES, type RawFrame } from './frame.ts'
import { nullIfMissing, segmentPath } from './segments.ts'

/** What stands at one place of a segment: whole frames, or bytes that are none up to the next whole frame. */
export interface Stretch {
  /** Their bodies lie in the reader's memory, or in memory of their own; see `SegmentReader`. */
  frames: RawFrame[]
  /** Bytes passed over because they are no whole frame; 0 where there are frames. */
  damagedBytes: number
  /** Offset behind the frames or behind the damage. */
  next: number
}

/** Memory for reads; grown as needed, given back beyond a bound. */
const KEPT_BYTES = 4 * 1024 * 1024

/** An open segment. With `reuse` each stretch lies in the memory of the one before it. */
export class SegmentReader {
  readonly number: number
  private readonly handle: FileHandle
  private readonly memory: ReadMemory | null

  private constructor(number: number, handle: FileHandle, memory: ReadMemory | null) {
    this.number = number
    this.handle = handle
    this.memory = memory
  }

  /** Rejects with ENOENT when there is no such segment. */
  static async open(directory: string, number: number, memory: ReadMemory | null): Promise<SegmentReader> {
    return new SegmentReader(number, await open(segmentPath(directory, number), 'r'), memory)
  }

  async size(): Promise<number> {
    return (await this.handle.stat()).size
  }

  /** What stands at `offset`, below `limit`: near `maxBytes` of frames, at least one. null at the limit. */
  async stretch(offset: number, limit: number, maxBytes: number): Promise<Stretch | null> {
    let wanted = Math.min(limit - offset, maxBytes)
    while (wanted > 0) {
      const bytes = await this.bytes(offset, wanted)
      const { frames, used, stop } = framesIn(bytes)
      if (used > 0) return { frames, damagedBytes: 0, next: offset + used }
      const longer = Math.min(limit - offset, frameBytes(bytes) ?? HEADER_BYTES)
      if (stop !== 'cut' || bytes.length < wanted || longer <= wanted) break
      wanted = longer
    }
    return wanted <= 0 ? null : this.damage(offset, limit)
  }

  async close(): Promise<void> {
    await this.handle.close()
  }

  /** From a bad place to the next whole frame, or to the limit. */
  private async damage(offset: number, limit: number): Promise<Stretch> {
    const rest = await readInto(this.handle, Buffer.allocUnsafeSlow(limit - offset), offset)
    const damagedBytes = findFrame(rest, 1) ?? limit - offset
    return { frames: [], damagedBytes, next: offset + damagedBytes }
  }

  private bytes(offset: number, length: number): Promise<Buffer> {
    const memory = this.memory?.take(length) ?? Buffer.allocUnsafeSlow(length)
    return readInto(this.handle, memory, offset)
  }
}

async function readInto(handle: FileHandle, memory: Buffer, offset: number): Promise<Buffer> {
  let done = 0
  while (done < memory.length) {
    const { bytesRead } = await handle.read(memory, done, memory.length - done, offset + done)
    if (bytesRead === 0) break
    done += bytesRead
  }
  return memory.subarray(0, done)
}

/** Memory that is read into again and again. */
export class ReadMemory {
  private bytes: Buffer = Buffer.alloc(0)

  take(length: number): Buffer {
    if (length > KEPT_BYTES) return Buffer.allocUnsafeSlow(length)
    if (length > this.bytes.length) this.bytes = Buffer.allocUnsafeSlow(length)
    return this.bytes.subarray(0, length)
  }
}

const SCAN_BYTES = 1024 * 1024

/**
 * Everything in a segment's file, whether durable yet or not; nothing when there is no file. `isTail`: bytes that are no
 * whole frame, and no whole frame after them. Bodies are valid until the next stretch, but for `memory` null.
 */
export async function* scanSegment(
  directory: string,
  number: number,
  memory: ReadMemory | null = new ReadMemory()
): AsyncGenerator<Stretch & { at: number; isTail: boolean }> {
  const reader = await SegmentReader.open(directory, number, memory).catch(nullIfMissing)
  if (reader === null) return
  try {
    const size = await reader.size()
    for (let at = 0; at < size; ) {
      const stretch = await reader.stretch(at, size, SCAN_BYTES)
      if (stretch === null) return
      const isTail = stretch.damagedBytes > 0 && stretch.next === size
      yield { ...stretch, at, isTail }
      at = stretch.next
    }
  } finally {
    await reader.close()
  }
}

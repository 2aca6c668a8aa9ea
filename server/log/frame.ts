import { crc32 } from 'node:zlib'

/**
 * One frame on disk, little endian; `length` counts the body, `crc32` covers everything after itself:
 *
 *   0       4        8            14     15     16
 *   │ crc32 │ length │ receivedAt │ kind │ mark │ body …
 */
export const HEADER_BYTES = 16
export const MAX_BODY_BYTES = 16 * 1024 * 1024
const MARK = 0x9d

export interface RawFrame {
  kind: number
  /** Epoch milliseconds. */
  receivedAt: number
  /** A view into the bytes it was read from. */
  body: Buffer
  /** Offset just behind the frame. */
  end: number
}

/** Writes one frame at `offset` and returns the offset behind it; `target` must have room. */
export function putFrame(
  target: Buffer,
  offset: number,
  kind: number,
  receivedAt: number,
  body: Buffer
): number {
  const end = offset + HEADER_BYTES + body.length
  body.copy(target, offset + HEADER_BYTES)
  sealFrame(target, offset, end, kind, receivedAt)
  return end
}

/** Writes the header of a frame whose body already stands behind it, up to `end`. */
export function sealFrame(
  target: Buffer,
  offset: number,
  end: number,
  kind: number,
  receivedAt: number
): void {
  target.writeUInt32LE(end - offset - HEADER_BYTES, offset + 4)
  target.writeUIntLE(receivedAt, offset + 8, 6)
  target[offset + 14] = kind
  target[offset + 15] = MARK
  target.writeUInt32LE(crc32(target.subarray(offset + 4, end)), offset)
}

/** The frames of bytes that this process has just sealed itself: nothing is checked. */
export function* sealedFrames(bytes: Buffer): Generator<RawFrame> {
  for (let offset = 0; offset < bytes.length; ) {
    const end = offset + HEADER_BYTES + bytes.readUInt32LE(offset + 4)
    yield frameOf(bytes, offset, end)
    offset = end
  }
}

function frameOf(bytes: Buffer, offset: number, end: number): RawFrame {
  return {
    kind: bytes[offset + 14] ?? 0,
    receivedAt: bytes.readUIntLE(offset + 8, 6),
    body: bytes.subarray(offset + HEADER_BYTES, end),
    end
  }
}

/** The frame at `offset`; `cut` when the bytes end before the frame does, `damaged` when it is not a frame. */
export function frameAt(bytes: Buffer, offset: number): RawFrame | 'cut' | 'damaged' {
  if (bytes.length - offset < HEADER_BYTES) return 'cut'
  const length = bytes.readUInt32LE(offset + 4)
  if (bytes[offset + 15] !== MARK || length > MAX_BODY_BYTES) return 'damaged'
  const end = offset + HEADER_BYTES + length
  if (end > bytes.length) return 'cut'
  if (crc32(bytes.subarray(offset + 4, end)) !== bytes.readUInt32LE(offset)) return 'damaged'
  return frameOf(bytes, offset, end)
}

/** Length of the frame whose header stands at the start of `bytes`; null when the header is not whole. */
export function frameBytes(bytes: Buffer): number | null {
  return bytes.length < HEADER_BYTES ? null : HEADER_BYTES + bytes.readUInt32LE(4)
}

/** Where the next whole frame begins, at or after `from`; null when there is none. */
export function findFrame(bytes: Buffer, from: number): number | null {
  for (let offset = from; offset + HEADER_BYTES <= bytes.length; offset++) {
    const mark = bytes.indexOf(MARK, offset + 15)
    if (mark === -1) return null
    offset = mark - 15
    if (typeof frameAt(bytes, offset) === 'object') return offset
  }
  return null
}

/** All frames from the start of `bytes`, how far they reach, and what stopped them. */
export function framesIn(bytes: Buffer): {
  frames: RawFrame[]
  used: number
  stop: 'end' | 'cut' | 'damaged'
} {
  const frames: RawFrame[] = []
  let used = 0
  while (used < bytes.length) {
    const frame = frameAt(bytes, used)
    if (typeof frame === 'string') return { frames, used, stop: frame }
    frames.push(frame)
    used = frame.end
  }
  return { frames, used, stop: 'end' }
}

import type { Socket } from 'node:net'

export interface PacketCutter {
  /** The bytes to read instead of these; null: the first packet, or one that is no PUBLISH, is too long to go on. */
  cut(chunk: Buffer): Buffer | null
  /**
   * To be asked about each PUBLISH that comes out, in their order: how long it was if it has been cut, else null.
   * `remainingLength` as in its fixed header.
   */
  fullBytes(remainingLength: number): number | null
}

const PUBLISH = 3
/** A PUBLISH that is too long keeps this much of what follows its fixed header: the longest topic, and some payload. */
export const KEPT_BYTES = 128 * 1024
/** No other packet needs more; and a client's first, before anyone knows who it is, is a CONNECT. */
const MOST_OTHER_BYTES = 256 * 1024
const MOST_FIRST_BYTES = 32 * 1024
/** The fixed header's length 131,072 [MQTT 2.2.3]. */
const keptLength = Buffer.from([0x80, 0x80, 0x08])

/**
 * Shortens each PUBLISH of a stream that is longer than `maxBytes`, so that the parser behind never holds more, and yet
 * the message is known, can be put away and be answered: a client that is cut off instead would send it again for ever.
 *
 *   in    │ PUBLISH │ P U B L I S H  o f  9  M i B … … … … │ PUBLISH │
 *   out   │ PUBLISH │ P U B L I S H │                        PUBLISH │
 *
 * A whole message that happens to have the length of a shortened one is told from those by the order in which they pass.
 * `maxBytes` is more than `KEPT_BYTES`.
 */
export function createPacketCutter(maxBytes: number): PacketCutter {
  const header = Buffer.alloc(5)
  let headerBytes = 0
  let isFirst = true
  let passBytes = 0
  let skipBytes = 0
  /** Of the messages with the length of a shortened one that nobody has asked for yet. */
  const lengths: (number | null)[] = []

  /** Takes one byte of a fixed header; the remaining length when it is complete, NaN: malformed, null: not complete. */
  function headerByte(byte: number): number | null {
    header[headerBytes++] = byte
    if (headerBytes === 1 || (byte >= 0x80 && headerBytes < 5)) return null
    if (byte >= 0x80) return Number.NaN
    let length = 0
    for (let at = headerBytes - 1; at > 0; at--) length = length * 128 + ((header[at] ?? 0) & 0x7f)
    return length
  }

  function cut(chunk: Buffer): Buffer | null {
    const pieces: Buffer[] = []
    /** From here to `at` the bytes pass as they are. */
    let from = 0
    let at = 0
    if (headerBytes > 0) pieces.push(Buffer.from(header.subarray(0, headerBytes)))
    while (at < chunk.length) {
      if (passBytes > 0) {
        const step = Math.min(passBytes, chunk.length - at)
        passBytes -= step
        at += step
        continue
      }
      if (skipBytes > 0) {
        pieces.push(chunk.subarray(from, at))
        const step = Math.min(skipBytes, chunk.length - at)
        skipBytes -= step
        at += step
        from = at
        continue
      }
      const length = headerByte(chunk[at++] ?? 0)
      if (length === null) continue
      const first = header[0] ?? 0
      const isPublish = first >> 4 === PUBLISH
      const isLong = length > maxBytes
      if (length > (isFirst ? MOST_FIRST_BYTES : isPublish ? Number.POSITIVE_INFINITY : MOST_OTHER_BYTES))
        return null
      isFirst = false
      if (isPublish && (isLong || length === KEPT_BYTES)) lengths.push(isLong ? length : null)
      if (isLong) {
        pass(pieces, chunk.subarray(from, at))
        pieces.push(Buffer.from([first]), keptLength)
        from = at
        passBytes = KEPT_BYTES
        skipBytes = length - KEPT_BYTES
      }
      // The parser closes the connection for a malformed length.
      else passBytes = Number.isNaN(length) ? Number.POSITIVE_INFINITY : length
      headerBytes = 0
    }
    // A header that is not complete waits for its rest: it may have to be another one.
    pass(pieces, chunk.subarray(from, at))
    return pieces.length === 1 ? (pieces[0] ?? chunk) : Buffer.concat(pieces)
  }

  /** All but the header at the end, whose beginning may have come in an earlier chunk: then it is the only piece so far. */
  function pass(pieces: Buffer[], passed: Buffer): void {
    const ofHeader = Math.min(headerBytes, passed.length)
    if (headerBytes > ofHeader) pieces.length = 0
    pieces.push(passed.subarray(0, passed.length - ofHeader))
  }

  return {
    cut,
    fullBytes: remainingLength => (remainingLength === KEPT_BYTES ? (lengths.shift() ?? null) : null)
  }
}

/** Puts the cutter between a socket and who reads from it. `onTooLong`: the connection ends. */
export function cutPackets(socket: Socket, cutter: PacketCutter, onTooLong: () => void): void {
  const read = socket.read.bind(socket)
  socket.read = (size?: number) => {
    const chunk = read(size) as Buffer | null
    if (chunk === null) return null
    const passed = cutter.cut(chunk)
    if (passed !== null) return passed.length > 0 ? passed : null
    onTooLong()
    socket.destroy()
    return null
  }
}

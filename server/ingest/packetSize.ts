import type { Socket } from 'node:net'

/**
 * Follows the fixed headers of an MQTT byte stream [MQTT 2.1] and returns the length of the first packet found longer
 * than `maxBytes`, else null. Looks at lengths only, so it costs one step a packet.
 */
export function createPacketMeter(maxBytes: number): (chunk: Buffer) => number | null {
  let bodyLeft = 0
  /** 0: before the first byte of a packet; 1 to 4: at that byte of its length. */
  let lengthByte = 0
  let length = 0

  return chunk => {
    for (let at = 0; at < chunk.length; ) {
      if (bodyLeft > 0) {
        const step = Math.min(bodyLeft, chunk.length - at)
        bodyLeft -= step
        at += step
        continue
      }
      const byte = chunk[at++] ?? 0
      if (lengthByte === 0) {
        lengthByte = 1
        length = 0
        continue
      }
      length += (byte & 0x7f) * 128 ** (lengthByte - 1)
      // A fifth byte would be malformed; the parser behind this closes the connection for it.
      lengthByte = byte >= 0x80 && lengthByte < 4 ? lengthByte + 1 : 0
      if (lengthByte > 0) continue
      if (length > maxBytes) return length
      bodyLeft = length
    }
    return null
  }
}

/** Ends a connection on which a packet longer than `maxBytes` begins, before the parser would hold all of it in memory. */
export function limitPacketSize(socket: Socket, maxBytes: number, onTooLong: (bytes: number) => void): void {
  const meter = createPacketMeter(maxBytes)
  const read = socket.read.bind(socket)
  socket.read = (size?: number) => {
    const chunk = read(size) as Buffer | null
    const tooLong = chunk === null ? null : meter(chunk)
    if (tooLong === null) return chunk
    onTooLong(tooLong)
    socket.destroy()
    return null
  }
}

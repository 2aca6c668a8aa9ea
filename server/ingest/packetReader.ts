import type { MqttVersion } from './brokerUrl.ts'

export interface PacketHandlers {
  /**
   * A PUBLISH at QoS 0 (packetId 0) or 1: topic and payload are bytes[start … end). Valid during the call only, the
   * bytes are read over afterwards.
   */
  onPublish(
    bytes: Buffer,
    topicStart: number,
    topicEnd: number,
    payloadStart: number,
    payloadEnd: number,
    packetId: number
  ): void
  /** Any other packet, whole, with its fixed header. Valid during the call only. */
  onControl(packet: Buffer): void
  /** A PUBLISH longer than allowed, once all of it has been passed over. */
  onOversized(message: OversizedMessage): void
}

export interface OversizedMessage {
  topic: string
  /** The beginning of the payload. */
  head: Buffer
  /** Of the whole packet. */
  bytes: number
  /** 0 at QoS 0. */
  packetId: number
}

export interface PacketReader {
  /** Where the next bytes of the stream go. */
  space(): Buffer
  /** So many bytes were put there. Returns why the stream cannot be read any further, else null. */
  advance(bytes: number): string | null
  /** Reads nothing more, not even what is there. */
  end(): void
}

const BUFFER_BYTES = 256 * 1024
/** Of an oversized message; more than the longest topic and a property length. */
const HEAD_BYTES = 128 * 1024
const PUBLISH = 3
/** First bytes of CONNACK, SUBACK, UNSUBACK, PINGRESP and DISCONNECT [MQTT 5, 2.1]. */
const controlBytes = [0x20, 0x90, 0xb0, 0xd0, 0xe0]

/**
 * Reads the packets of a broker out of a byte stream, wherever it is cut, without an object a message:
 *
 *   buffer │ ░░ read ░░│ PUBLISH │ PUBLISH │ PUBL      │ free
 *                      start                       end └─ space(): the next bytes go here
 *
 * The incomplete packet at the end moves to the front before the next bytes come. The buffer grows for a packet that
 * does not fit and is given back afterwards; of a packet longer than `maxPacketBytes` only the beginning is kept.
 */
export function createPacketReader(
  { version, maxPacketBytes }: { version: MqttVersion; maxPacketBytes: number },
  { onPublish, onControl, onOversized }: PacketHandlers
): PacketReader {
  let bytes = Buffer.allocUnsafeSlow(BUFFER_BYTES)
  let start = 0
  let end = 0
  /** Of the packet at `start`, as far as that is known. */
  let neededBytes = 0
  let oversized: OversizedMessage | null = null
  let skipBytes = 0
  let ended = false
  /** Where the number read last by `variableLength` ends. */
  let lengthEnd = 0

  function space(): Buffer {
    if (start > 0) {
      bytes.copyWithin(0, start, end)
      end -= start
      start = 0
    }
    const length = Math.max(neededBytes, BUFFER_BYTES)
    if (length !== bytes.length && end <= length) {
      const other = Buffer.allocUnsafeSlow(length)
      bytes.copy(other, 0, 0, end)
      bytes = other
    }
    return end === 0 ? bytes : bytes.subarray(end)
  }

  const uint16 = (at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)

  /** A variable byte integer [MQTT 5, 1.5.5] at `at`; -1: not complete before `limit`, -2: longer than four bytes. */
  function variableLength(at: number, limit: number): number {
    let value = 0
    for (let shift = 0; shift < 28; shift += 7) {
      if (at >= limit) return -1
      const byte = bytes[at++] ?? 0
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) {
        lengthEnd = at
        return value
      }
    }
    return -2
  }

  function advance(count: number): string | null {
    end += count
    neededBytes = 0
    while (start < end && !ended) {
      if (skipBytes > 0) {
        skip()
        continue
      }
      const first = bytes[start] ?? 0
      if (first >> 4 !== PUBLISH && !controlBytes.includes(first))
        return `a packet that begins with 0x${first.toString(16).padStart(2, '0')}`
      const length = variableLength(start + 1, end)
      if (length === -2) return 'a packet length of more than four bytes'
      if (length === -1) break
      const body = lengthEnd
      const packetEnd = body + length
      const isLong = packetEnd - start > maxPacketBytes
      const wanted = isLong ? Math.min(packetEnd, start + HEAD_BYTES) : packetEnd
      if (wanted > end) {
        neededBytes = wanted - start
        break
      }
      if (first >> 4 === PUBLISH) {
        const malformed = publish(first, body, packetEnd, isLong)
        if (malformed !== null) return malformed
      } else if (isLong) return `a packet of type ${first >> 4} of ${packetEnd - start} bytes`
      else onControl(bytes.subarray(start, packetEnd))
      if (isLong) skipBytes = packetEnd - start
      else start = packetEnd
    }
    return null
  }

  function publish(first: number, at: number, packetEnd: number, isLong: boolean): string | null {
    const qos = (first >> 1) & 3
    if (qos > 1) return `a message at QoS ${qos}, which nobody asked for`
    const topicStart = at + 2
    const topicEnd = topicStart + uint16(at)
    let payloadStart = topicEnd
    let packetId = 0
    if (qos === 1) {
      packetId = uint16(topicEnd)
      payloadStart += 2
    }
    if (version === 5) {
      const length = variableLength(payloadStart, packetEnd)
      if (length < 0) return 'a message with a property length that does not end'
      payloadStart = lengthEnd + length
    }
    if (payloadStart > packetEnd) return 'a message shorter than its topic and properties'
    if (qos === 1 && packetId === 0) return 'a message at QoS 1 with packet id 0'
    if (topicEnd === topicStart) return 'a message without a topic, or with a topic alias that nobody allowed'
    if (isLong) {
      const head = Buffer.from(bytes.subarray(payloadStart, Math.min(packetEnd, start + HEAD_BYTES)))
      const topic = bytes.toString('utf8', topicStart, topicEnd)
      oversized = { topic, head, bytes: packetEnd - start, packetId }
    } else onPublish(bytes, topicStart, topicEnd, payloadStart, packetEnd, packetId)
    return null
  }

  function skip(): void {
    const step = Math.min(skipBytes, end - start)
    start += step
    skipBytes -= step
    if (skipBytes > 0 || oversized === null) return
    const message = oversized
    oversized = null
    onOversized(message)
  }

  return {
    space,
    advance,
    end: () => {
      ended = true
    }
  }
}

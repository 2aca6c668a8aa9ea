import { MAX_PAYLOAD_BYTES } from './decode.ts'
import { isArrayAt, roomForOne, scanPayload } from './readingScanner.ts'
import { type Sender, scanTopic } from './topicScanner.ts'

/** Where the lines of readings are written: at `bytes[length]`, then `length` is moved behind them. */
export interface LineRoom {
  bytes: Buffer
  length: number
}

export interface LineLog {
  /** Room for so many bytes of lines in the group being gathered; valid until the next call. */
  room(bytes: number, receivedAt: number): LineRoom
}

/** `other`: no topic of readings · `unusual`: one that has to be parsed in full. Nothing was written for either. */
export type Outcome = 'taken' | 'unusual' | 'other'

export type LogScanner = (
  topic: Buffer,
  topicStart: number,
  topicEnd: number,
  payload: Buffer,
  start: number,
  end: number,
  now: number
) => Outcome

const ARRAY_LINE_BYTES = 2 * MAX_PAYLOAD_BYTES

/**
 * Takes the usual message of readings from its bytes to its lines in the log, without an object or a string:
 *
 *   one item   payload ─scan─► room of the log
 *   an array   payload ─scan─► lines ─copy─► room of the log       how much room it needs shows at its end
 */
export function createLogScanner(log: LineLog): LogScanner {
  // Pages that are never written to take no memory: the usual array needs a few of them.
  const lines = Buffer.allocUnsafeSlow(ARRAY_LINE_BYTES)
  const sender: Sender = { kind: 0, bytes: lines, idStart: 0, idEnd: 0 }

  return (topic, topicStart, topicEnd, payload, start, end, now) => {
    if (!scanTopic(topic, topicStart, topicEnd, sender)) return 'other'
    if (end - start > MAX_PAYLOAD_BYTES) return 'unusual'
    if (!isArrayAt(payload, start)) {
      const room = log.room(roomForOne(end - start), now)
      const written = scanPayload(sender, payload, start, end, now, room.bytes, room.length)
      if (written < 0) return 'unusual'
      room.length = written
      return 'taken'
    }
    const length = scanPayload(sender, payload, start, end, now, lines, 0)
    if (length < 0) return 'unusual'
    if (length === 0) return 'taken'
    const room = log.room(length, now)
    room.length += lines.copy(room.bytes, room.length, 0, length)
    return 'taken'
  }
}

import type { AnswerMessage } from '../contract/notice.ts'
import type { Reading } from '../contract/telemetry.ts'
import { parseTopic } from '../contract/topics.ts'
import { readAnswer } from './answerMessage.ts'
import { readConcentratorItem } from './concentratorItem.ts'
import { isObject, type JsonObject, parseJson, toJson } from './json.ts'
import { type ReadItem, readItem } from './readingItem.ts'
import { type DeviceStatus, readStatus } from './statusMessage.ts'

export interface Decoded {
  readings: Reading[]
  status: DeviceStatus | null
  answer: { customerId: string; message: AnswerMessage } | null
  /** What was refused: the whole payload, or of an array the JSON of each bad item. Items count from 0. */
  rejects: { reason: string; payload: Buffer }[]
  /** How many members the contract does not know, in what was accepted. */
  unknownMembers: number
}

const MAX_PAYLOAD_BYTES = 1024 * 1024
/** One array of trifles must not become a flood of dead letters. */
const MAX_ITEMS = 50_000

/** The only way a message becomes readings, a status or an answer. Never throws. */
export function decode(topic: string, payload: Buffer, now: number): Decoded {
  const decoded: Decoded = { readings: [], status: null, answer: null, rejects: [], unknownMembers: 0 }
  const reason = fill(decoded, topic, payload, now)
  if (reason !== null) decoded.rejects.push({ reason, payload })
  return decoded
}

/** Fills in what the message says; returns why the whole of it is refused, else null. */
function fill(decoded: Decoded, topic: string, payload: Buffer, now: number): string | null {
  const parsed = parseTopic(topic)
  if (parsed === null) return 'topic is not in the contract'
  // An empty retained message only clears the one before it.
  if (parsed.what === 'status' && payload.length === 0) return null
  if (payload.length > MAX_PAYLOAD_BYTES)
    return `payload has ${payload.length} bytes, more than ${MAX_PAYLOAD_BYTES}`
  const json = parseJson(payload)
  if ('reason' in json) return json.reason
  const { value } = json
  switch (parsed.what) {
    case 'status':
      return isObject(value) ? fillStatus(decoded, parsed.id, value, now) : 'payload is not an object'
    case 'answer':
      return isObject(value) ? fillAnswer(decoded, parsed.customerId, value) : 'payload is not an object'
    case 'concentrator':
      if (!Array.isArray(value)) return 'payload is not an array'
      return fillItems(decoded, value, item => readConcentratorItem(item, now))
    default: {
      const { what, id } = parsed
      const read = (item: JsonObject) => readItem(what, id, item, now)
      if (Array.isArray(value)) return fillItems(decoded, value, read)
      return isObject(value)
        ? fillItem(decoded, value, read)
        : 'payload is neither an object nor an array of objects'
    }
  }
}

function fillItem(
  decoded: Decoded,
  item: unknown,
  read: (item: JsonObject) => ReadItem | string
): string | null {
  if (!isObject(item)) return 'is not an object'
  const result = read(item)
  if (typeof result === 'string') return result
  decoded.readings.push(result.reading)
  decoded.unknownMembers += result.unknownMembers
  return null
}

function fillItems(
  decoded: Decoded,
  items: readonly unknown[],
  read: (item: JsonObject) => ReadItem | string
): string | null {
  if (items.length > MAX_ITEMS) return `array has ${items.length} items, more than ${MAX_ITEMS}`
  for (const [index, item] of items.entries()) {
    const reason = fillItem(decoded, item, read)
    if (reason === null) continue
    const json = toJson(item)
    const note = json === null ? ' (the item is nested too deeply to be kept)' : ''
    decoded.rejects.push({ reason: `item ${index}: ${reason}${note}`, payload: json ?? Buffer.alloc(0) })
  }
  return null
}

function fillStatus(decoded: Decoded, id: string, message: JsonObject, now: number): string | null {
  const result = readStatus(id, message, now)
  if (typeof result === 'string') return result
  decoded.status = result.status
  decoded.unknownMembers = result.unknownMembers
  return null
}

function fillAnswer(decoded: Decoded, customerId: string, message: JsonObject): string | null {
  const result = readAnswer(message)
  if (typeof result === 'string') return result
  decoded.answer = { customerId, message: result.message }
  decoded.unknownMembers = result.unknownMembers
  return null
}

import type { AnswerMessage } from '../contract/notice.ts'
import type { Reading } from '../contract/telemetry.ts'
import { type IncomingTopic, parseTopic } from '../contract/topics.ts'
import { readAnswer } from './answerMessage.ts'
import { isCbor, parseCbor } from './cbor.ts'
import { readConcentratorItem } from './concentratorItem.ts'
import { isObject, type JsonObject, parseJson, toJson } from './json.ts'
import { type ReadItem, readItem } from './readingItem.ts'
import { type DeviceStatus, readStatus } from './statusMessage.ts'

export interface Decoded {
  readings: Reading[]
  /** More than one where a node speaks for its devices. */
  statuses: DeviceStatus[]
  answer: { customerId: string; message: AnswerMessage } | null
  /** What was refused: the whole payload, or of an array the JSON of each bad item. Items count from 0. */
  rejects: { reason: string; payload: Buffer }[]
  /** How many members the contract does not know, in what was accepted. */
  unknownMembers: number
}

/** Reads messages of others on their own topics. */
export interface ForeignDecoder {
  /** What has to be subscribed to for it. */
  readonly filters: readonly string[]
  /** null: not mine. The payload is valid during the call only. */
  decode(topic: string, payload: Buffer, now: number): Decoded | null
}

export const MAX_PAYLOAD_BYTES = 1024 * 1024
/** One array of trifles must not become a flood of dead letters. */
export const MAX_ITEMS = 50_000

/** The only way a message becomes readings, a status or an answer. Never throws. */
export function decode(
  topic: string,
  payload: Buffer,
  now: number,
  foreign: readonly ForeignDecoder[] = []
): Decoded {
  const parsed = parseTopic(topic)
  if (parsed === null) return decodeForeign(topic, payload, now, foreign)
  const decoded = nothing()
  const reason = fill(decoded, parsed, payload, now)
  if (reason !== null) decoded.rejects.push({ reason, payload })
  return decoded
}

/** A message that says nothing yet. */
export function nothing(): Decoded {
  return { readings: [], statuses: [], answer: null, rejects: [], unknownMembers: 0 }
}

function decodeForeign(
  topic: string,
  payload: Buffer,
  now: number,
  foreign: readonly ForeignDecoder[]
): Decoded {
  const refuse = (reason: string): Decoded => ({ ...nothing(), rejects: [{ reason, payload }] })
  if (payload.length > MAX_PAYLOAD_BYTES && foreign.length > 0) return refuse(tooLong(payload))
  try {
    for (const decoder of foreign) {
      const decoded = decoder.decode(topic, payload, now)
      if (decoded !== null) return decoded
    }
  } catch (error) {
    return refuse(`payload cannot be decoded: ${(error as Error).message.slice(0, 200)}`)
  }
  return refuse('topic is not in the contract')
}

function tooLong({ length }: Buffer): string {
  return `payload has ${length} bytes, more than ${MAX_PAYLOAD_BYTES}`
}

/** Fills in what the message says; returns why the whole of it is refused, else null. */
function fill(decoded: Decoded, parsed: IncomingTopic, payload: Buffer, now: number): string | null {
  // An empty retained message only clears the one before it.
  if (parsed.what === 'status' && payload.length === 0) return null
  if (payload.length > MAX_PAYLOAD_BYTES) return tooLong(payload)
  const parsedPayload = isCbor(payload) ? parseCbor(payload) : parseJson(payload)
  if ('reason' in parsedPayload) return parsedPayload.reason
  const { value } = parsedPayload
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
  decoded.statuses.push(result.status)
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

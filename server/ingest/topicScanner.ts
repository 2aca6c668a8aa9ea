import { isId } from '../contract/id.ts'
import { readingTopicParts } from '../contract/topics.ts'
import { standsAt } from './byteRuns.ts'

/** Who a message of readings is from, as found in its topic. */
export interface Sender {
  /** Place in `readingSenders`. */
  kind: number
  /** The id is bytes[idStart … idEnd). */
  bytes: Buffer
  idStart: number
  idEnd: number
}

const MOST_ID_BYTES = 64
const parts = readingTopicParts.map(({ before, after }) => ({
  before: Buffer.from(before, 'latin1'),
  after: Buffer.from(after, 'latin1')
}))
/** 1 for the bytes that an id is made of. */
const inId = Uint8Array.from({ length: 256 }, (_, byte) => (isId(String.fromCharCode(byte)) ? 1 : 0))

/** Finds the sender of a topic that carries readings. false: it is another topic, or the id is not one. */
export function scanTopic(bytes: Buffer, start: number, end: number, sender: Sender): boolean {
  for (let kind = 0; kind < parts.length; kind++) {
    const part = parts[kind]
    if (part === undefined) break
    const idStart = start + part.before.length
    const idEnd = end - part.after.length
    if (idEnd <= idStart || !standsAt(bytes, start, part.before) || !standsAt(bytes, idEnd, part.after))
      continue
    sender.kind = kind
    sender.bytes = bytes
    sender.idStart = idStart
    sender.idEnd = idEnd
    return isIdAt(bytes, idStart, idEnd)
  }
  return false
}

/** Whether bytes[start … end) is an id. */
export function isIdAt(bytes: Buffer, start: number, end: number): boolean {
  if (end <= start || end - start > MOST_ID_BYTES) return false
  for (let at = start; at < end; at++) if (inId[bytes[at] ?? 0] !== 1) return false
  return true
}

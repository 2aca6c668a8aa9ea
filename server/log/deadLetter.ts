import type { DeadLetter } from '../contract/sources.ts'
import type { RawFrame } from './frame.ts'

export interface NewDeadLetter {
  /** When it arrived: epoch milliseconds. */
  at: number
  topic: string
  payload: Buffer
  reason: string
  /** Length of the payload as it came, where `payload` is only its beginning. */
  bytes?: number
}

/** A dead letter as it is kept. */
export interface KeptDeadLetter extends NewDeadLetter {
  /** Counts from 1 over all that were ever put in the folder. */
  number: number
  /** Length of the payload as it came: longer than `payload` where that was cut. */
  bytes: number
}

/** A payload is kept up to this length. */
const KEPT_PAYLOAD_BYTES = 1024 * 1024
/** And shown up to this one. */
const SHOWN_PAYLOAD_BYTES = 4096
/** A topic or a reason is kept up to this length. */
export const KEPT_TEXT_LENGTH = 1024

/** The head of a letter: one line of JSON before the payload. */
interface Head {
  number: number
  topic: string
  reason: string
  bytes: number
}

/** The body of its frame; `receivedAt` of the frame is when it arrived. */
export function encodeLetter(number: number, letter: NewDeadLetter): Buffer {
  const { topic, payload, reason, bytes = payload.length } = letter
  const head: Head = {
    number,
    topic: topic.slice(0, KEPT_TEXT_LENGTH),
    reason: reason.slice(0, KEPT_TEXT_LENGTH),
    bytes
  }
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), payload.subarray(0, KEPT_PAYLOAD_BYTES)])
}

/** The payload is a view into the frame. */
export function decodeLetter({ body, receivedAt }: RawFrame): KeptDeadLetter {
  const end = body.indexOf(0x0a)
  const { number, topic, reason, bytes } = JSON.parse(body.toString('utf8', 0, end)) as Head
  return { number, at: receivedAt, topic, reason, payload: body.subarray(end + 1), bytes }
}

/** The letter as people see it. */
export function shownLetter({ number, at, topic, reason, payload, bytes }: KeptDeadLetter): DeadLetter {
  const text = payload.toString('utf8', 0, SHOWN_PAYLOAD_BYTES)
  return { number, at: new Date(at).toISOString(), topic, reason, payload: text, bytes }
}

import type { Reading } from '../contract/telemetry.ts'
import { parseTopic } from '../contract/topics.ts'
import { KEPT_TEXT_LENGTH, type KeptDeadLetter } from '../log/deadLetter.ts'
import { decodeReadings } from '../log/lines.ts'

/** A dead letter as the message to be published again, or why it cannot be. */
export type Again = { topic: string; payload: Buffer } | { skipped: string }

const OPENING_BRACE = 0x7b

export function messageOf({ topic, payload, bytes }: KeptDeadLetter): Again {
  if (payload.length < bytes) return { skipped: `only ${payload.length} of its ${bytes} bytes were kept` }
  if (!topic.includes('/') || /[+#\0]/.test(topic)) return { skipped: 'it has no topic' }
  if (topic.length >= KEPT_TEXT_LENGTH) return { skipped: 'its topic was cut' }
  const reading = refusedReading(payload)
  if (reading !== null) return { topic, payload: Buffer.from(JSON.stringify(itemOf(reading))) }
  // One bad item of an array: the topic takes arrays only.
  const isItem = parseTopic(topic)?.what === 'concentrator' && firstByte(payload) === OPENING_BRACE
  return { topic, payload: isItem ? Buffer.concat([Buffer.from('['), payload, Buffer.from(']')]) : payload }
}

function firstByte(payload: Buffer): number | undefined {
  return payload.find(byte => byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d)
}

/** What a store refused was put away as a reading, or as its line; null for everything that came as a message. */
function refusedReading(payload: Buffer): Reading | null {
  const text = payload.toString()
  try {
    const value: Partial<Reading> | null = firstByte(payload) === OPENING_BRACE ? JSON.parse(text) : null
    if (value?.values !== undefined && value.kind !== undefined && typeof value.ts === 'number')
      return value as Reading
    return decodeReadings(payload)[0] ?? null
  } catch {
    return null
  }
}

/** A reading as the contract spells it on the wire. */
function itemOf({ ts, issued, intervalS, values }: Reading): Record<string, unknown> {
  return {
    ts,
    ...(intervalS > 0 ? { interval: intervalS } : {}),
    ...(issued === null ? {} : { issued }),
    ...values
  }
}

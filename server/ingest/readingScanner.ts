import { readingKinds } from '../contract/telemetry.ts'
import { readingSenders } from '../contract/topics.ts'
import { MAX_ITEMS } from './decode.ts'
import { item, scanItem } from './itemScanner.ts'
import { skipSpace } from './jsonTokens.ts'
import { LINE_BYTES, writeLine } from './lineWriter.ts'
import { itemMembers } from './memberNames.ts'
import { ahead, YEAR_2000 } from './timestamps.ts'
import type { Sender } from './topicScanner.ts'

const COMMA = 0x2c
const OPENING_BRACKET = 0x5b
const CLOSING_BRACKET = 0x5d
const OPENING_BRACE = 0x7b
const CONCENTRATOR = readingSenders.indexOf('concentrator')
const FORECAST = readingKinds.indexOf('forecast')

/** What the payload scanned last held. */
export const scanned = { readings: 0, unknownMembers: 0 }

/** Bytes that the lines of a payload with one item need at most. */
export function roomForOne(payloadBytes: number): number {
  return payloadBytes + LINE_BYTES
}

/** Whether the first byte that is not white space opens an array. */
export function isArrayAt(payload: Buffer, start: number): boolean {
  return payload[skipSpace(payload, start)] === OPENING_BRACKET
}

/**
 * Scans a payload of readings, payload[start … end), and writes its lines to `out` from `outStart` on, where
 * `roomForOne` bytes of it are free for one item. Returns where the lines end; -1 where anything is unusual or wrong, or
 * the lines do not fit: then what was written means nothing, and `decode` has to judge.
 *
 *   {"ts":1700000000000,"kw":12.50}  ─►  meter,id=M1 kw=12.50,interval_s=0,quality=0 1700000000000
 */
export function scanPayload(
  sender: Sender,
  payload: Buffer,
  start: number,
  end: number,
  now: number,
  out: Buffer,
  outStart: number
): number {
  scanned.readings = 0
  scanned.unknownMembers = 0
  const first = skipSpace(payload, start)
  const isArray = payload[first] === OPENING_BRACKET
  if (!isArray && sender.kind === CONCENTRATOR) return -1
  let at = isArray ? skipSpace(payload, first + 1) : first
  let outEnd = outStart
  if (isArray && payload[at] === CLOSING_BRACKET) at++
  else {
    for (;;) {
      const next = payload[at] === OPENING_BRACE ? scanItem(payload, at, kindIn(sender)) : -1
      if (next < 0 || next > end || !isWhole(now) || ++scanned.readings > MAX_ITEMS) return -1
      if (out.length - outEnd < roomForOne(next - at)) return -1
      outEnd = writeLine(out, outEnd, payload, sender.bytes, sender.idStart, sender.idEnd)
      scanned.unknownMembers += item.unknownMembers
      at = skipSpace(payload, next)
      if (!isArray) break
      if (payload[at] === COMMA) at = skipSpace(payload, at + 1)
      else if (payload[at++] === CLOSING_BRACKET) break
      else return -1
    }
  }
  return skipSpace(payload, at) === end ? outEnd : -1
}

function kindIn({ kind }: Sender): number {
  return kind === CONCENTRATOR ? -1 : kind
}

/** Whether the item scanned last has all that its kind requires, within the times that `readTime` allows. */
function isWhole(now: number): boolean {
  const { kind, numbers, moments } = item
  if ((numbers & (itemMembers[kind]?.required ?? 0)) === 0) return false
  const ts = moments[0] ?? NaN
  const issued = moments[1] ?? NaN
  if (kind !== FORECAST) return isWithin(ts, now + ahead.hour.ms)
  return isWithin(ts, now + ahead.forecast.ms) && isWithin(issued, now + ahead.hour.ms)
}

/** false for NaN. */
function isWithin(time: number, latest: number): boolean {
  return time >= YEAR_2000 && time <= latest
}

import { readingKinds } from '../contract/telemetry.ts'
import { VALUE_COUNT, valueColumn } from '../log/valueColumns.ts'
import { endOfNull, endOfNumber, endOfScalar, endOfString, exactNumber, skipSpace } from './jsonTokens.ts'
import {
  concentratorMembers,
  INTERVAL,
  ISSUED,
  itemMembers,
  METER,
  memberAt,
  TS
} from './memberNames.ts'
import { MAX_INTERVAL_S } from './readingItem.ts'
import { scanTime } from './scanTime.ts'
import { isIdAt } from './topicScanner.ts'

const QUOTE = 0x22
const COMMA = 0x2c
const POINT = 0x2e
const COLON = 0x3a
const LETTER_N = 0x6e
const CLOSING_BRACE = 0x7d
const METER_KIND = readingKinds.indexOf('meter')
const TRANSFORMER_KIND = readingKinds.indexOf('transformer')
/** Of those that the contract does not know: they are remembered to see whether one comes twice. */
const MOST_UNKNOWN_MEMBERS = 16

/** The item scanned last. Numbers and ids are ranges of the payload. */
export const item = {
  /** Place in `readingKinds`. */
  kind: 0,
  /** The id by which a concentrator's item names its device; else -1. */
  idStart: -1,
  idEnd: -1,
  /** Epoch ms; NaN: there is none. */
  ts: NaN,
  issued: NaN,
  /** -1: there is none, or it is null. */
  intervalStart: -1,
  intervalEnd: -1,
  /** The set of measured members that are numbers, and their ranges by column. */
  measured: 0,
  valueStart: new Int32Array(VALUE_COUNT),
  valueEnd: new Int32Array(VALUE_COUNT),
  /** How many members the contract does not know. */
  unknownMembers: 0
}
const unknownNames = new Int32Array(MOST_UNKNOWN_MEMBERS)

/**
 * Scans one item whose brace is at `start` into `item`; `kind` is a place in `readingKinds`, -1 where the item names its
 * device itself. Returns where it ends, or -1 where it is unusual or wrong: then `item` means nothing. Whether it has
 * all that is required, and its times against the clock, are the caller's to judge.
 */
export function scanItem(bytes: Buffer, start: number, kind: number): number {
  item.kind = kind
  item.idStart = -1
  item.ts = NaN
  item.issued = NaN
  item.intervalStart = -1
  item.measured = 0
  item.unknownMembers = 0
  const expected = kind < 0 ? concentratorMembers : (itemMembers[kind]?.known ?? 0)
  let seen = 0
  let at = start
  do {
    at = skipSpace(bytes, at + 1)
    if (bytes[at] !== QUOTE) return -1
    const nameStart = at + 1
    const nameEnd = endOfString(bytes, nameStart)
    if (nameEnd < 0) return -1
    at = skipSpace(bytes, nameEnd + 1)
    if (bytes[at] !== COLON) return -1
    at = skipSpace(bytes, at + 1)
    const member = memberAt(bytes, nameStart, nameEnd)
    const bit = member < 0 ? 0 : 1 << member
    if ((seen & bit) !== 0) return -1
    seen |= bit
    if (member < 0 && !isNewName(bytes, nameStart, nameEnd)) return -1
    at = (expected & bit) === 0 ? endOfScalar(bytes, at) : scanMember(bytes, at, member)
    if (at < 0) return -1
    at = skipSpace(bytes, at)
  } while (bytes[at] === COMMA)
  if (bytes[at] !== CLOSING_BRACE) return -1
  const members = itemMembers[item.kind]
  if (members === undefined) return -1
  item.measured &= members.measured
  item.unknownMembers += count(seen & ~members.known & ~(kind < 0 ? members.naming : 0))
  return at + 1
}

/** Scans the value of a member that the contract knows; returns where it ends, or -1. */
function scanMember(bytes: Buffer, at: number, member: number): number {
  if (member < VALUE_COUNT) return scanMeasured(bytes, at, member)
  switch (member) {
    case TS: {
      const end = endOfMoment(bytes, at)
      item.ts = momentAt(bytes, at, end)
      return Number.isNaN(item.ts) ? -1 : end
    }
    case ISSUED: {
      const end = endOfMoment(bytes, at)
      item.issued = momentAt(bytes, at, end)
      return Number.isNaN(item.issued) ? -1 : end
    }
    case INTERVAL:
      return scanInterval(bytes, at)
    default:
      return scanId(bytes, at, member)
  }
}

function scanMeasured(bytes: Buffer, at: number, column: number): number {
  if (bytes[at] === LETTER_N) return endOfNull(bytes, at)
  const end = endOfNumber(bytes, at)
  item.measured |= 1 << column
  item.valueStart[column] = at
  item.valueEnd[column] = end
  return column === valueColumn.q && hasPoint(bytes, at, end) ? -1 : end
}

function scanInterval(bytes: Buffer, at: number): number {
  if (bytes[at] === LETTER_N) return endOfNull(bytes, at)
  const end = endOfNumber(bytes, at)
  item.intervalStart = at
  item.intervalEnd = end
  return exactNumber(bytes, at, end) <= MAX_INTERVAL_S ? end : -1
}

function scanId(bytes: Buffer, at: number, member: number): number {
  if (bytes[at] !== QUOTE || item.idStart >= 0) return -1
  const end = endOfString(bytes, at + 1)
  if (!isIdAt(bytes, at + 1, end)) return -1
  item.kind = member === METER ? METER_KIND : TRANSFORMER_KIND
  item.idStart = at + 1
  item.idEnd = end
  return end + 1
}

function endOfMoment(bytes: Buffer, at: number): number {
  return bytes[at] === QUOTE ? endOfString(bytes, at + 1) + 1 : endOfNumber(bytes, at)
}

/** Epoch ms of the value at [from, end); NaN where it is not a time as they usually are. */
function momentAt(bytes: Buffer, from: number, end: number): number {
  if (bytes[from] === QUOTE) return scanTime(bytes, from + 1, end - 1)
  const time = exactNumber(bytes, from, end)
  return Number.isInteger(time) ? time : NaN
}

function hasPoint(bytes: Buffer, from: number, end: number): boolean {
  for (let at = from; at < end; at++) if (bytes[at] === POINT) return true
  return false
}

/** Notes a name that the contract does not know. false: it may have come before in this item. */
function isNewName(bytes: Buffer, from: number, end: number): boolean {
  let hash = 0
  for (let at = from; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193)
  const known = item.unknownMembers
  for (let index = 0; index < known; index++) if (unknownNames[index] === hash) return false
  if (known === MOST_UNKNOWN_MEMBERS) return false
  unknownNames[known] = hash
  item.unknownMembers++
  return true
}

function count(set: number): number {
  let members = 0
  for (let left = set; left !== 0; left &= left - 1) members++
  return members
}

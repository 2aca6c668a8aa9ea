import { readingKinds } from '../contract/telemetry.ts'
import { valueColumn } from '../log/valueColumns.ts'
import { endOfNull, endOfNumber, endOfScalar, endOfString, exactNumber, skipSpace } from './jsonTokens.ts'
import {
  concentratorMembers,
  endOfName,
  endOfToken,
  INTERVAL,
  ISSUED,
  itemMembers,
  MEMBER_COUNT,
  METER,
  memberAt,
  TS
} from './memberNames.ts'
import { MAX_INTERVAL_S } from './readingItem.ts'
import { scanEpochMs, scanTime } from './scanTime.ts'
import { isIdAt } from './topicScanner.ts'

const QUOTE = 0x22
const COMMA = 0x2c
const MINUS = 0x2d
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
  /** ts and issued, epoch ms; NaN: there is none. */
  moments: new Float64Array(2),
  /** The digits of ts where it was spelt as epoch ms; else -1. */
  tsStart: -1,
  tsEnd: -1,
  /** The set of measured members, and interval, that are numbers, with their ranges by member. */
  numbers: 0,
  numberStart: new Int32Array(MEMBER_COUNT),
  numberEnd: new Int32Array(MEMBER_COUNT),
  /** How many members the contract does not know. */
  unknownMembers: 0
}
const { moments, numberStart, numberEnd } = item
const unknownNames = new Int32Array(MOST_UNKNOWN_MEMBERS)
/** Which member came last time behind each one, and first of all: a sender keeps to its order. Only a guess. */
const following = new Int8Array(MEMBER_COUNT + 1)
const FIRST = MEMBER_COUNT

/**
 * Scans one item whose brace is at `start` into `item`; `kind` is a place in `readingKinds`, -1 where the item names its
 * device itself. Returns where it ends, or -1 where it is unusual or wrong: then `item` means nothing. Whether it has
 * all that is required, and its times against the clock, are the caller's to judge.
 */
export function scanItem(bytes: Buffer, start: number, kind: number): number {
  item.kind = kind
  item.idStart = -1
  item.tsStart = -1
  item.unknownMembers = 0
  moments[0] = NaN
  moments[1] = NaN
  const expected = kind < 0 ? concentratorMembers : (itemMembers[kind]?.known ?? 0)
  let seen = 0
  let numbers = 0
  let member = FIRST
  let at = start
  do {
    const guess = following[member] ?? 0
    const value = endOfToken(bytes, at + 1, guess)
    if (value >= 0) {
      member = guess
      at = value
    } else {
      const name = skipSpace(bytes, at + 1)
      if (bytes[name] !== QUOTE) return -1
      const found = memberAt(bytes, name)
      const nameEnd = found < 0 ? endOfNewName(bytes, name + 1) : endOfName(name, found)
      if (nameEnd < 0) return -1
      at = skipSpace(bytes, nameEnd + 1)
      if (bytes[at] !== COLON) return -1
      at = skipSpace(bytes, at + 1)
      if (found < 0) {
        at = endOfScalar(bytes, at)
        if (at < 0) return -1
        at = skipSpace(bytes, at)
        continue
      }
      following[member] = found
      member = found
    }
    const bit = 1 << member
    if ((seen & bit) !== 0) return -1
    seen |= bit
    if ((expected & bit) === 0) at = endOfScalar(bytes, at)
    else if (member > INTERVAL) at = scanFrame(bytes, at, member)
    else if (bytes[at] === LETTER_N) at = endOfNull(bytes, at)
    else {
      numbers |= bit
      numberStart[member] = at
      at = endOfNumber(bytes, at)
      numberEnd[member] = at
    }
    if (at < 0) return -1
    at = skipSpace(bytes, at)
  } while (bytes[at] === COMMA)
  const members = itemMembers[item.kind]
  if (bytes[at] !== CLOSING_BRACE || members === undefined || !areWithin(bytes, numbers)) return -1
  item.numbers = numbers
  item.unknownMembers += count(seen & ~members.known & ~(kind < 0 ? members.naming : 0))
  return at + 1
}

/** Scans the value of a member that is not a measured one; returns where it ends, or -1. */
function scanFrame(bytes: Buffer, at: number, member: number): number {
  if (member !== TS && member !== ISSUED) return scanId(bytes, at, member)
  const slot = member === TS ? 0 : 1
  if (bytes[at] === QUOTE) {
    const end = endOfString(bytes, at + 1)
    return scanTime(bytes, at + 1, end, moments, slot) ? end + 1 : -1
  }
  const end = scanEpochMs(bytes, at, moments, slot)
  if (member === TS) {
    item.tsStart = at
    item.tsEnd = end
  }
  return end
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

/** Whether the interval is one, and the sender's flag an integer: where there are any. */
function areWithin(bytes: Buffer, numbers: number): boolean {
  if ((numbers & (1 << valueColumn.q)) !== 0) {
    const end = numberEnd[valueColumn.q] ?? 0
    for (let at = numberStart[valueColumn.q] ?? 0; at < end; at++) if (bytes[at] === POINT) return false
  }
  if ((numbers & (1 << INTERVAL)) === 0) return true
  const start = numberStart[INTERVAL] ?? 0
  const end = numberEnd[INTERVAL] ?? 0
  return bytes[start] !== MINUS && (end - start < 5 || exactNumber(bytes, start, end) <= MAX_INTERVAL_S)
}

/** Notes a name that the contract does not know. -1: it is not a plain string, or may have come before in this item. */
function endOfNewName(bytes: Buffer, from: number): number {
  const end = endOfString(bytes, from)
  let hash = 0
  for (let at = from; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193)
  const known = item.unknownMembers
  for (let index = 0; index < known; index++) if (unknownNames[index] === hash) return -1
  if (known === MOST_UNKNOWN_MEMBERS) return -1
  unknownNames[known] = hash
  item.unknownMembers++
  return end
}

function count(set: number): number {
  let members = 0
  for (let left = set; left !== 0; left &= left - 1) members++
  return members
}

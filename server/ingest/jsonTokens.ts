/**
 * The tokens of JSON as they usually stand in a payload, found in its bytes. What is allowed but unusual (escapes,
 * exponents, −0, very long numbers) and what is wrong are not told apart: both are −1.
 */
import { isUtf8 } from 'node:buffer'
import { standsAt } from './byteRuns.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const SPACE = 0x20
const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const NINE = 0x39
const LETTER_F = 0x66
const LETTER_N = 0x6e
const LETTER_T = 0x74
const literals = { null: Buffer.from('null'), true: Buffer.from('true'), false: Buffer.from('false') }
/** More than a double can tell apart, its point included; what is longer is not a measured value. */
const MOST_NUMBER_BYTES = 25
/** So many digits are exact as an integer. */
const MOST_EXACT_DIGITS = 15
const powersOfTen = Array.from({ length: MOST_EXACT_DIGITS + 1 }, (_, power) => 10 ** power)
/** 1 for the bytes that stand for themselves in a string. */
const isPlain = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= SPACE && byte < 0x80 && byte !== QUOTE && byte !== BACKSLASH ? 1 : 0
)

/** Where the next byte stands that is not white space. */
export function skipSpace(bytes: Buffer, from: number): number {
  let at = from
  let byte = bytes[at] ?? 0
  while (byte === SPACE || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = bytes[++at] ?? 0
  return at
}

/** Where the closing quote of a string stands whose first character is at `from`. */
export function endOfString(bytes: Buffer, from: number): number {
  let at = from
  while (isPlain[bytes[at] ?? 0] === 1) at++
  const byte = bytes[at] ?? 0
  if (byte === QUOTE) return at
  return byte < 0x80 ? -1 : endOfUtf8(bytes, from, at)
}

function endOfUtf8(bytes: Buffer, from: number, firstHigh: number): number {
  let at = firstHigh
  while ((bytes[at] ?? 0) >= 0x80 || isPlain[bytes[at] ?? 0] === 1) at++
  return bytes[at] === QUOTE && isUtf8(bytes.subarray(from, at)) ? at : -1
}

/** Where a number ends that begins at `from`. */
export function endOfNumber(bytes: Buffer, from: number): number {
  let at = from
  let byte = bytes[at] ?? 0
  if (byte === MINUS) byte = bytes[++at] ?? 0
  const first = at
  const startsWithZero = byte === ZERO
  while (byte >= ZERO && byte <= NINE) byte = bytes[++at] ?? 0
  if (at === first || (startsWithZero && at > first + 1)) return -1
  if (byte === POINT) {
    const point = at
    do byte = bytes[++at] ?? 0
    while (byte >= ZERO && byte <= NINE)
    if (at === point + 1) return -1
  }
  if (startsWithZero && first > from && isZero(bytes, first, at)) return -1
  // Behind the `e` of an exponent nothing goes on: the caller finds it.
  return at - first > MOST_NUMBER_BYTES ? -1 : at
}

function isZero(bytes: Buffer, from: number, end: number): boolean {
  for (let at = from; at < end; at++) if ((bytes[at] ?? 0) > ZERO) return false
  return true
}

/** The value of the positive number at [from, end); NaN where it has more digits than are exact. */
export function exactNumber(bytes: Buffer, from: number, end: number): number {
  if (end - from > MOST_EXACT_DIGITS) return NaN
  let mantissa = 0
  let decimals = 0
  for (let at = from; at < end; at++) {
    const byte = bytes[at] ?? 0
    if (byte === POINT) decimals = end - at - 1
    else mantissa = mantissa * 10 + byte - ZERO
  }
  return mantissa / (powersOfTen[decimals] ?? 1)
}

/** Where `null` ends that begins at `from`. */
export function endOfNull(bytes: Buffer, from: number): number {
  return standsAt(bytes, from, literals.null) ? from + 4 : -1
}

/** Where the value at `from` ends, if it is a string, a number, null, true or false. */
export function endOfScalar(bytes: Buffer, from: number): number {
  switch (bytes[from]) {
    case QUOTE: {
      const quote = endOfString(bytes, from + 1)
      return quote < 0 ? -1 : quote + 1
    }
    case LETTER_N:
      return endOfNull(bytes, from)
    case LETTER_T:
      return standsAt(bytes, from, literals.true) ? from + 4 : -1
    case LETTER_F:
      return standsAt(bytes, from, literals.false) ? from + 5 : -1
    default:
      return endOfNumber(bytes, from)
  }
}

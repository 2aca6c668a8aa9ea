import { readingKinds } from '../contract/telemetry.ts'
import { measurementOf } from './lines.ts'
import { VALUE_COUNT, type ValueName, valueColumn, valueNames } from './valueColumns.ts'

/** Where a scanned line goes: the columns of a batch. */
export interface LineColumns {
  kind: Uint8Array
  idStart: Uint32Array
  idLength: Uint8Array
  hash: Uint32Array
  ts: Float64Array
  issued: Float64Array
  intervalS: Float64Array
  quality: Uint32Array
  values: Float64Array
}

const COMMA = 0x2c
const SPACE = 0x20
const LINE_FEED = 0x0a
const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30
/** Longer digit strings may not fit a double exactly: they take the slow way. */
const MOST_DIGITS = 15
const powersOfTen = Array.from({ length: MOST_DIGITS + 1 }, (_, power) => 10 ** power)

const measurements = readingKinds.map(kind => Buffer.from(`${measurementOf[kind]},id=`, 'latin1'))
const FORECAST = readingKinds.indexOf('forecast')
const issuedTag = Buffer.from(',issued=', 'latin1')
/** Columns beside those of the members. */
const INTERVAL_S = VALUE_COUNT
const QUALITY = VALUE_COUNT + 1
const fields = [...valueNames, 'interval_s', 'quality'].map(name => ({
  column: name === 'interval_s' ? INTERVAL_S : name === 'quality' ? QUALITY : valueColumn[name as ValueName],
  /** With the equals sign. */
  bytes: Buffer.from(`${name}=`, 'latin1')
}))
/** Of each kind the members of the line before, in their order: the next line mostly has the same. */
const before: (typeof fields)[] = readingKinds.map(() => [])

/** Where the scanner stands: read and moved by the functions below. */
let at = 0

/**
 * Reads one line of `encodeReadings` at `start` into a row, without a string or an object. Returns the offset behind
 * its line feed. Throws a SyntaxError that shows the line.
 */
export function scanLine(bytes: Buffer, start: number, columns: LineColumns, row: number): number {
  at = start
  const kind = scanKind(bytes)
  const idStart = at
  // FNV-1a over kind and id.
  let hash = Math.imul(0x811c9dc5 ^ kind, 0x01000193)
  let byte = bytes[at] ?? LINE_FEED
  while (byte !== SPACE && byte !== COMMA && byte !== LINE_FEED) {
    hash = Math.imul(hash ^ byte, 0x01000193)
    byte = bytes[++at] ?? LINE_FEED
  }
  const idLength = at - idStart
  if (kind < 0 || idLength === 0 || idLength > 64) refuse(bytes, start)
  columns.kind[row] = kind
  columns.idStart[row] = idStart
  columns.idLength[row] = idLength
  columns.hash[row] = hash >>> 0
  columns.issued[row] = NaN
  if ((byte === COMMA) !== (kind === FORECAST)) refuse(bytes, start)
  if (byte === COMMA) {
    if (!standsAt(bytes, at, issuedTag)) refuse(bytes, start)
    at += issuedTag.length
    columns.issued[row] = scanNumber(bytes, start)
  }
  scanFields(bytes, start, columns, row, before[kind] ?? [])
  columns.ts[row] = scanNumber(bytes, start)
  if (bytes[at] !== LINE_FEED) refuse(bytes, start)
  return at + 1
}

/** The kind whose measurement stands here; -1 where none does. Moves behind `id=`. */
function scanKind(bytes: Buffer): number {
  for (let kind = 0; kind < measurements.length; kind++) {
    const word = measurements[kind]
    if (word === undefined || !standsAt(bytes, at, word)) continue
    at += word.length
    return kind
  }
  return -1
}

function scanFields(
  bytes: Buffer,
  start: number,
  columns: LineColumns,
  row: number,
  expected: typeof fields
): void {
  const { values } = columns
  const first = row * VALUE_COUNT
  for (let column = first; column < first + VALUE_COUNT; column++) values[column] = NaN
  let intervalS = NaN
  let quality = NaN
  let place = 0
  do {
    if (bytes[at] !== SPACE && bytes[at] !== COMMA) refuse(bytes, start)
    at++
    let field = expected[place]
    if (field === undefined || !standsAt(bytes, at, field.bytes)) {
      field = fieldAt(bytes) ?? refuse(bytes, start)
      if (place < fields.length) expected[place] = field
    }
    place++
    at += field.bytes.length
    const { column } = field
    const value = scanNumber(bytes, start)
    if (column === INTERVAL_S) intervalS = value
    else if (column === QUALITY) quality = value
    else values[first + column] = value
  } while (bytes[at] === COMMA)
  if (Number.isNaN(intervalS) || Number.isNaN(quality) || bytes[at] !== SPACE) refuse(bytes, start)
  at++
  columns.intervalS[row] = intervalS
  columns.quality[row] = quality
}

/** The member whose name stands here. */
function fieldAt(bytes: Buffer): (typeof fields)[number] | undefined {
  return fields.find(field => standsAt(bytes, at, field.bytes))
}

function standsAt(bytes: Buffer, from: number, word: Buffer): boolean {
  for (let index = 0; index < word.length; index++) if (bytes[from + index] !== word[index]) return false
  return true
}

/** A decimal number here, exact: mantissa and power of ten are integers that a double holds. Moves behind it. */
function scanNumber(bytes: Buffer, start: number): number {
  const from = at
  const isNegative = bytes[at] === MINUS
  if (isNegative) at++
  const firstDigit = at
  let mantissa = 0
  let digit = (bytes[at] ?? 0) - ZERO
  while (digit >= 0 && digit <= 9) {
    mantissa = mantissa * 10 + digit
    digit = (bytes[++at] ?? 0) - ZERO
  }
  let digits = at - firstDigit
  let decimals = 0
  if (digits > 0 && bytes[at] === POINT) {
    const firstDecimal = ++at
    digit = (bytes[at] ?? 0) - ZERO
    while (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit
      digit = (bytes[++at] ?? 0) - ZERO
    }
    decimals = at - firstDecimal
    digits = decimals === 0 ? 0 : digits + decimals
  }
  const next = bytes[at]
  const isPlain = next === COMMA || next === SPACE || next === LINE_FEED
  if (!isPlain || digits === 0 || digits > MOST_DIGITS) return scanLongNumber(bytes, from, start)
  const value = decimals === 0 ? mantissa : mantissa / (powersOfTen[decimals] ?? 1)
  return isNegative ? -value : value
}

const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/

function scanLongNumber(bytes: Buffer, from: number, start: number): number {
  at = from
  for (let byte = bytes[at]; byte !== COMMA && byte !== SPACE && byte !== LINE_FEED; byte = bytes[at]) {
    if (byte === undefined) refuse(bytes, start)
    at++
  }
  const text = bytes.toString('latin1', from, at)
  const value = Number(text)
  return NUMBER.test(text) && Number.isFinite(value) ? value : refuse(bytes, start)
}

function refuse(bytes: Buffer, start: number): never {
  const end = bytes.indexOf(LINE_FEED, start)
  const line = bytes.toString('latin1', start, end === -1 ? bytes.length : end)
  throw new SyntaxError(`not a line of a reading: ${line.slice(0, 200)}`)
}

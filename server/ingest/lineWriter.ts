import { readingKinds } from '../contract/telemetry.ts'
import { measurementOf } from '../log/lines.ts'
import { valueNames } from '../log/valueColumns.ts'
import { copyRun } from './byteRuns.ts'
import { item } from './itemScanner.ts'
import { itemMembers } from './memberNames.ts'

/** The longest a line can be beside what it takes over from the payload: names, id and times. */
export const LINE_BYTES = 192

const SPACE = 0x20
const COMMA = 0x2c
const ZERO = 0x30
const text = (word: string) => Buffer.from(word, 'latin1')
const heads = readingKinds.map(kind => text(`${measurementOf[kind]},id=`))
const names = valueNames.map(name => text(`${name}=`))
const issuedTag = text(',issued=')
const intervalName = text('interval_s=')
const quality = text(',quality=0 ')
const withoutInterval = text('interval_s=0,quality=0 ')
const LINE_FEED = 0x0a

/**
 * Writes the item scanned last as the line that `encodeReadings` has for it, with its numbers as they were spelt.
 * `ids` holds the id of the device where the item does not name it. Returns where the line ends.
 */
export function writeLine(
  out: Buffer,
  start: number,
  payload: Buffer,
  ids: Buffer,
  idStart: number,
  idEnd: number
): number {
  const { kind, measured, valueStart, valueEnd, intervalStart } = item
  const head = heads[kind] ?? text('')
  let at = copyRun(out, start, head, 0, head.length)
  at =
    item.idStart < 0
      ? copyRun(out, at, ids, idStart, idEnd)
      : copyRun(out, at, payload, item.idStart, item.idEnd)
  if (!Number.isNaN(item.issued)) {
    at = copyRun(out, at, issuedTag, 0, issuedTag.length)
    at = writeTime(out, at, item.issued)
  }
  let separator = SPACE
  const columns = itemMembers[kind]?.columns ?? []
  for (let index = 0; index < columns.length; index++) {
    const column = columns[index] ?? 0
    if ((measured & (1 << column)) === 0) continue
    out[at++] = separator
    separator = COMMA
    const name = names[column] ?? head
    at = copyRun(out, at, name, 0, name.length)
    at = copyRun(out, at, payload, valueStart[column] ?? 0, valueEnd[column] ?? 0)
  }
  out[at++] = separator
  if (intervalStart < 0) at = copyRun(out, at, withoutInterval, 0, withoutInterval.length)
  else {
    at = copyRun(out, at, intervalName, 0, intervalName.length)
    at = copyRun(out, at, payload, intervalStart, item.intervalEnd)
    at = copyRun(out, at, quality, 0, quality.length)
  }
  at = writeTime(out, at, item.ts)
  out[at] = LINE_FEED
  return at + 1
}

/** The digits of a time from 2000 on. */
function writeTime(out: Buffer, start: number, epochMs: number): number {
  // In two halves that are small integers, which divide fast.
  const high = Math.floor(epochMs / 1e6)
  let digits = 6
  for (let power = 1e6; high >= power; power *= 10) digits++
  return writeDigits(out, writeDigits(out, start, high, digits), epochMs - high * 1e6, 6)
}

function writeDigits(out: Buffer, start: number, value: number, digits: number): number {
  let left = value | 0
  for (let at = start + digits - 1; at >= start; at--) {
    const tens = (left / 10) | 0
    out[at] = ZERO + left - tens * 10
    left = tens
  }
  return start + digits
}

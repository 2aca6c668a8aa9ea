import { readingKinds } from '../contract/telemetry.ts'
import { measurementOf } from '../log/lines.ts'
import { valueNames } from '../log/valueColumns.ts'
import { copyRun } from './byteRuns.ts'
import { item } from './itemScanner.ts'
import { INTERVAL, itemMembers } from './memberNames.ts'

/** The longest a line can be beside what it takes over from the payload: names, id and times. */
export const LINE_BYTES = 192

const SPACE = 0x20
const ZERO = 0x30
const LINE_FEED = 0x0a
const text = (word: string) => Buffer.from(word, 'latin1')
const heads = readingKinds.map(kind => text(`${measurementOf[kind]},id=`))
/** By member, each as `,name=`, so far apart. */
const STRIDE = 16
const names = Buffer.alloc((INTERVAL + 1) * STRIDE)
const nameEnds = Int32Array.from([...valueNames, 'interval_s'], (name, member) => {
  const start = member * STRIDE
  return start + names.write(`,${name}=`, start, 'latin1')
})
const issuedTag = text(',issued=')
const noInterval = text(',interval_s=0,quality=0 ')
const quality = text(',quality=0 ')
const { moments, numberStart, numberEnd } = item

/**
 * Writes the item scanned last as the line that `encodeReadings` has for it, with its numbers as they were spelt.
 * ids[idStart … idEnd) is the device where the item does not name it. Returns where the line ends.
 */
export function writeLine(
  out: Buffer,
  start: number,
  payload: Buffer,
  ids: Buffer,
  idStart: number,
  idEnd: number
): number {
  const { kind, numbers } = item
  const head = heads[kind] ?? quality
  let at = copyRun(out, start, head, 0, head.length)
  at =
    item.idStart < 0
      ? copyRun(out, at, ids, idStart, idEnd)
      : copyRun(out, at, payload, item.idStart, item.idEnd)
  if (!Number.isNaN(moments[1])) at = writeTime(out, copyRun(out, at, issuedTag, 0, issuedTag.length), 1)
  const fields = at
  at = writeNumbers(out, at, payload, numbers, itemMembers[kind]?.numbers ?? numberStart)
  const tail = (numbers & (1 << INTERVAL)) === 0 ? noInterval : quality
  at = copyRun(out, at, tail, 0, tail.length)
  out[fields] = SPACE
  at = item.tsStart < 0 ? writeTime(out, at, 0) : copyRun(out, at, payload, item.tsStart, item.tsEnd)
  out[at] = LINE_FEED
  return at + 1
}

/** The loops of `copyRun` written out: here they run most, and a call each would cost as much again. */
function writeNumbers(
  out: Buffer,
  start: number,
  payload: Buffer,
  numbers: number,
  members: Int32Array
): number {
  let at = start
  for (let index = 0; index < members.length; index++) {
    const member = members[index] ?? 0
    if ((numbers & (1 << member)) === 0) continue
    const nameEnd = nameEnds[member] ?? 0
    for (let from = member * STRIDE; from < nameEnd; from++) out[at++] = names[from] ?? 0
    const end = numberEnd[member] ?? 0
    for (let from = numberStart[member] ?? 0; from < end; from++) out[at++] = payload[from] ?? 0
  }
  return at
}

/** The digits of a time from 2000 on. */
function writeTime(out: Buffer, start: number, slot: number): number {
  const epochMs = moments[slot] ?? 0
  // In two halves that are small integers, which divide fast.
  const high = Math.floor(epochMs / 1e6) | 0
  let digits = 6
  for (let power = 1_000_000; high >= power; power *= 10) digits++
  return writeDigits(out, writeDigits(out, start, high, digits), (epochMs - high * 1e6) | 0, 6)
}

function writeDigits(out: Buffer, start: number, value: number, digits: number): number {
  let left = value
  for (let at = start + digits - 1; at >= start; at--) {
    const tens = (left / 10) | 0
    out[at] = ZERO + left - tens * 10
    left = tens
  }
  return start + digits
}

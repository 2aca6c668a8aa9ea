import { type ReadingKind, readingFields, readingKinds } from '../contract/telemetry.ts'
import type { ReadingBatch } from '../log/readingBatch.ts'
import { type RefusedRow, StoreError } from './store.ts'

const EARLIEST = Date.UTC(1970, 0, 1)
/** InfluxDB counts nanoseconds in 64 bits, which ends in 2262. */
const LATEST = Date.UTC(2262, 0, 1)
const FORECAST = readingKinds.indexOf('forecast')
/** The bytes that an id may have. */
const isIdByte = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number(/[A-Za-z0-9_-]/.test(String.fromCharCode(byte)))
)

/** Why no store can hold this row, or null when all can: so that all refuse the same. */
export function unstorable(batch: ReadingBatch, row: number): string | null {
  const { bytes, idStart, idLength, kind, ts, issued } = batch
  const start = idStart[row] ?? 0
  const end = start + (idLength[row] ?? 0)
  for (let at = start; at < end; at++) {
    if (isIdByte[bytes[at] ?? 0] === 0) return `${JSON.stringify(batch.id(row))} is not an id`
  }
  if (!isMoment(ts[row] ?? NaN)) return `ts ${ts[row]} is not a moment between 1970 and 2262`
  const isForecast = kind[row] === FORECAST
  if (isForecast !== isMoment(issued[row] ?? NaN)) {
    return isForecast
      ? `issued ${issued[row]} is not a moment between 1970 and 2262`
      : `only a forecast is issued: ${batch.line(row)}`
  }
  return null
}

function isMoment(ms: number): boolean {
  return Number.isSafeInteger(ms) && ms >= EARLIEST && ms < LATEST
}

/** The rows that no store can hold. */
export function unstorableRows(batch: ReadingBatch): RefusedRow[] {
  const refused: RefusedRow[] = []
  for (let row = 0; row < batch.count; row++) {
    const reason = unstorable(batch, row)
    if (reason !== null) refused.push({ row, reason })
  }
  return refused
}

/** Throws the StoreError that names the refused rows; does nothing when there are none. */
export function throwIfRefused(refused: readonly RefusedRow[]): void {
  const [first] = refused
  if (first === undefined) return
  throw new StoreError('refused', `${refused.length} readings refused, the first: ${first.reason}`, {
    refused: refused.toSorted((a, b) => a.row - b.row)
  })
}

/** Field names go into SQL and InfluxQL: only those of the contract. Throws a RangeError: a caller's mistake. */
export function requireFields(kind: ReadingKind, fields: readonly string[]): void {
  const known: readonly string[] = readingFields[kind]
  for (const field of fields) {
    if (!known.includes(field)) throw new RangeError(`a ${kind} has no field ${JSON.stringify(field)}`)
  }
}

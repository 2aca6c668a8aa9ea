import { type Reading, type ReadingKind, readingFields } from '../contract/telemetry.ts'
import { isId } from '../contract/units.ts'
import type { ReadingBatch } from '../log/readingBatch.ts'
import { type RefusedRow, StoreError } from './store.ts'

const EARLIEST = Date.UTC(1970, 0, 1)
/** InfluxDB counts nanoseconds in 64 bits, which ends in 2262. */
const LATEST = Date.UTC(2262, 0, 1)

/** Why no store can hold this reading, or null when all can: so that all refuse the same. */
export function unstorable(reading: Reading): string | null {
  const { id, ts, issued, intervalS, quality, values } = reading
  if (!isId(id)) return `${JSON.stringify(id)} is not an id`
  if (!isMoment(ts)) return `ts ${ts} is not a moment between 1970 and 2262`
  if (reading.kind === 'forecast' && (issued === null || !isMoment(issued))) {
    return `issued ${issued} is not a moment between 1970 and 2262`
  }
  if (!Number.isFinite(intervalS)) return `interval_s ${intervalS} is not a finite number`
  if (!Number.isSafeInteger(quality)) return `quality ${quality} is not an integer`
  for (const [field, value] of Object.entries(values)) {
    if (value !== undefined && !Number.isFinite(value)) return `${field} ${value} is not a finite number`
  }
  return null
}

function isMoment(ms: number): boolean {
  return Number.isSafeInteger(ms) && ms >= EARLIEST && ms < LATEST
}

/** Takes the rows apart that no store can hold. */
export function separate(batch: ReadingBatch): {
  good: { row: number; reading: Reading }[]
  refused: RefusedRow[]
} {
  const good: { row: number; reading: Reading }[] = []
  const refused: RefusedRow[] = []
  for (const [row, reading] of batch.readings().entries()) {
    const reason = unstorable(reading)
    if (reason === null) good.push({ row, reading })
    else refused.push({ row, reason })
  }
  return { good, refused }
}

/** Throws the StoreError that names the refused readings; does nothing when there are none. */
export function throwIfRefused(refused: readonly RefusedRow[]): void {
  const [first] = refused
  if (first === undefined) return
  throw new StoreError('refused', `${refused.length} readings refused, the first: ${first.reason}`, {
    refused
  })
}

/** Field names go into SQL and InfluxQL: only those of the contract. Throws a RangeError: a caller's mistake. */
export function requireFields(kind: ReadingKind, fields: readonly string[]): void {
  const known: readonly string[] = readingFields[kind]
  for (const field of fields) {
    if (!known.includes(field)) throw new RangeError(`a ${kind} has no field ${JSON.stringify(field)}`)
  }
}

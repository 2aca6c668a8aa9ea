import { type Reading, type ReadingKind, readingFields } from '../contract/telemetry.ts'
import type { ValueName } from '../log/valueColumns.ts'
import type { JsonObject } from './json.ts'
import { ahead, readTime } from './timestamps.ts'

/** The members of which at least one must be known. */
export const required: Readonly<Record<ReadingKind, readonly ValueName[]>> = {
  meter: ['kw'],
  transformer: ['kw', 'kva'],
  weather: ['temp_c'],
  forecast: ['temp_c']
}
const fieldsOf = new Map<ReadingKind, ReadonlySet<string>>(
  Object.entries(readingFields).map(([kind, fields]) => [kind as ReadingKind, new Set(fields)])
)
/** A mean over more than a day says nothing about the load of an hour; with it every value ends within days. */
export const MAX_INTERVAL_S = 86_400

export interface ReadItem {
  reading: Reading
  /** How many of its members the contract does not know. */
  unknownMembers: number
}

/**
 * One item of a payload as a reading, or in words what is wrong with it. `naming` is the member that names the device
 * in a concentrator's item.
 */
export function readItem(
  kind: ReadingKind,
  id: string,
  item: JsonObject,
  now: number,
  naming: string | null = null
): ReadItem | string {
  const isForecast = kind === 'forecast'
  const ts = readTime(item.ts, 'ts', now, isForecast ? ahead.forecast : ahead.hour)
  if (typeof ts === 'string') return ts
  const issued = isForecast ? readTime(item.issued, 'issued', now, ahead.hour) : null
  if (typeof issued === 'string') return issued
  const intervalS = readInterval(item.interval)
  if (typeof intervalS === 'string') return intervalS

  const known = fieldsOf.get(kind)
  const values: Reading['values'] = {}
  let unknownMembers = 0
  for (const member in item) {
    if (known?.has(member)) {
      const value = item[member]
      if (value === null) continue
      const problem = problemOf(member, value)
      if (problem !== null) return problem
      values[member] = value as number
    } else if (!isFrame(member, isForecast, naming)) unknownMembers++
  }
  if (!required[kind].some(member => values[member] !== undefined))
    return `${required[kind].join(' or ')} is missing`
  return { reading: { kind, id, ts, issued, intervalS, quality: 0, values }, unknownMembers }
}

function isFrame(member: string, isForecast: boolean, naming: string | null): boolean {
  return member === 'ts' || member === 'interval' || member === naming || (isForecast && member === 'issued')
}

function problemOf(member: string, value: unknown): string | null {
  if (typeof value !== 'number') return `${member} is not a number`
  if (!Number.isFinite(value)) return `${member} is not a finite number`
  if (member === 'q' && !Number.isInteger(value)) return 'q is not an integer'
  return null
}

/** Seconds; 0 (instantaneous) where it is absent or null. */
function readInterval(value: unknown): number | string {
  if (value === undefined || value === null) return 0
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'interval is not a number of seconds'
  if (value < 0) return 'interval is negative'
  if (value > MAX_INTERVAL_S) return 'interval is longer than a day (86400 s)'
  return value
}

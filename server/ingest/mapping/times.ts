import { type LocalTime, localTime } from '../../contract/localTime.ts'
import { type Ahead, readTime } from '../timestamps.ts'
import { compileClockPattern } from './clockPattern.ts'
import { readNumber } from './numbers.ts'
import { compilePointer, type Scopes } from './pointer.ts'
import type { TimeSettings } from './schema.ts'

/** Epoch milliseconds, or in words what is wrong. */
export type ReadMoment = (scopes: Scopes, now: number) => number | string

const DAY_MS = 86_400_000
const fixedFormats = ['rfc3339', 'epoch-s', 'epoch-ms', 'arrival']

/** How to read a time as the settings say, or in words what is wrong with them. */
export function compileTime(settings: TimeSettings, levels: number, ahead: Ahead): ReadMoment | string {
  const { pointer, format, zone } = settings
  if (format === 'arrival')
    return pointer === undefined && zone === undefined
      ? (_scopes, now) => now
      : 'the time of arrival has neither pointer nor zone'
  if (pointer === undefined) return 'pointer is missing'
  const follow = compilePointer(pointer, levels)
  if (typeof follow === 'string') return `pointer ${pointer} ${follow}`
  const name = pointer === '' ? 'the time' : pointer

  if (!fixedFormats.includes(format)) {
    const readClock = compileClockPattern(format)
    if (typeof readClock === 'string')
      return `format ${format} ${readClock}; known are also ${fixedFormats.join(', ')}`
    const local = zoneOf(zone)
    if (typeof local === 'string') return local
    return (scopes, now) => {
      const text = follow(scopes)
      if (text === undefined || text === null) return `${name} is missing`
      const clock = typeof text === 'string' ? readClock(text.trim()) : null
      if (clock === null) return `${name} is not an existing time of the form ${format}`
      const moment = momentOf(clock, local)
      return moment === null ? `${name} does not exist in ${zone}` : readTime(moment, name, now, ahead)
    }
  }
  if (zone !== undefined) return `zone has no use: ${format} says the moment itself`
  if (format === 'rfc3339')
    return (scopes, now) => {
      const value = follow(scopes)
      return typeof value === 'number' ? `${name} is not RFC 3339 text` : readTime(value, name, now, ahead)
    }
  const unitMs = format === 'epoch-s' ? 1000 : 1
  return (scopes, now) => {
    const value = readNumber(follow(scopes), '.')
    if (value === null) return `${name} is missing`
    return Number.isNaN(value)
      ? `${name} is not a number`
      : readTime(Math.round(value * unitMs), name, now, ahead)
  }
}

function zoneOf(zone: string | undefined): LocalTime | string {
  if (zone === undefined) return 'zone is missing: the clock of the message has no offset from UTC'
  try {
    return localTime(zone)
  } catch {
    return `zone ${zone} is neither known nor an offset such as +07:00`
  }
}

/**
 * When a clock of the zone showed this: null in the hour that it skips, the earlier of two in the hour it repeats.
 *
 *   offset before a change ├──────┤ after it: each is tried
 */
function momentOf(clock: number, zone: LocalTime): number | null {
  for (const days of [-1, 1]) {
    const moment = clock - zone.offsetMs(clock + days * DAY_MS)
    if (moment + zone.offsetMs(moment) === clock) return moment
  }
  return null
}

import { wallTimeToEpoch } from '../zone.ts'

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?)? ?(Z|[+-]\d{2}:?\d{2})?$/
const TOKENS = ['YYYY', 'MM', 'DD', 'HH', 'mm', 'ss'] as const

/** Reads a stamp as epoch ms; says in words why it cannot. */
export type StampReader = (text: string) => number | { reason: string }

/** `format` as in the help; `zone` is used for stamps that carry no offset. Throws when the format is not one. */
export function stampReader(format: string, zone: string | null): StampReader {
  if (format === 'epoch-ms' || format === 'epoch-s') {
    const factor = format === 'epoch-s' ? 1000 : 1
    return text => {
      const value = text.trim() === '' ? Number.NaN : Number(text)
      return Number.isFinite(value) ? Math.round(value * factor) : { reason: `"${text}" is not a number` }
    }
  }
  const read = format === 'iso' ? readIso : patternReader(format)
  return text => {
    const stamp = read(text.trim())
    if (stamp === null) return { reason: `"${text}" is not a time as in --time-format ${format}` }
    if (stamp.offset !== null) return wallTimeToEpoch(stamp.offset, stamp.wall) ?? { reason: 'impossible' }
    if (zone === null) return { reason: `"${text}" has no offset: give --zone` }
    return wallTimeToEpoch(zone, stamp.wall) ?? { reason: `"${text}" does not exist in ${zone}` }
  }
}

interface Stamp {
  wall: number
  offset: string | null
}

function readIso(text: string): Stamp | null {
  const match = ISO.exec(text)
  if (match === null) return null
  const wall = wallTime(match.slice(1, 7).map(part => Number(part ?? 0)))
  return wall === null ? null : { wall, offset: match[7] ?? null }
}

function patternReader(format: string): (text: string) => Stamp | null {
  const order = TOKENS.filter(token => format.includes(token)).sort(
    (a, b) => format.indexOf(a) - format.indexOf(b)
  )
  if (!['YYYY', 'MM', 'DD'].every(token => format.includes(token))) {
    throw new Error(`--time-format ${format}: use iso, epoch-s, epoch-ms, or a pattern with YYYY, MM and DD`)
  }
  const escaped = format.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const pattern = new RegExp(
    `^${escaped.replace('YYYY', '(\\d{4})').replace(/MM|DD|HH|mm|ss/g, '(\\d{1,2})')}$`
  )
  return text => {
    const match = pattern.exec(text)
    if (match === null) return null
    const part = (token: (typeof TOKENS)[number]) =>
      order.includes(token) ? Number(match[order.indexOf(token) + 1]) : 0
    const wall = wallTime(TOKENS.map(part))
    return wall === null ? null : { wall, offset: null }
  }
}

/** Year to second as epoch ms of a UTC clock; null for a 30 February. 24:00 is the end of the day. */
function wallTime(parts: readonly number[]): number | null {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
  const midnight = new Date(Date.UTC(year, month - 1, day))
  const isDay = midnight.getUTCMonth() === month - 1 && midnight.getUTCDate() === day
  const isTime = hour < 24 ? minute < 60 && second < 60 : hour === 24 && minute === 0 && second === 0
  return isDay && isTime ? midnight.getTime() + ((hour * 60 + minute) * 60 + second) * 1000 : null
}

import { type LocalTime, localTime } from '../server/contract/localTime.ts'

const FIXED = /^([+-])(\d{2}):?(\d{2})$/
const MINUTE = 60_000

/**
 * How far a zone's clock is ahead of UTC at a moment, in milliseconds. A zone is an offset (`+09:00`), `Z`, or an
 * IANA name (`Australia/Melbourne`). Throws a RangeError that names a zone it does not know.
 */
export function zoneOffsetMs(zone: string, at: number): number {
  if (zone === 'Z' || zone === 'UTC') return 0
  const fixed = FIXED.exec(zone)
  if (fixed !== null) {
    const minutes = Number(fixed[2]) * 60 + Number(fixed[3])
    if (Number(fixed[3]) > 59 || minutes > 14 * 60) throw new RangeError(`${zone} is not a time zone`)
    return (fixed[1] === '-' ? -minutes : minutes) * MINUTE
  }
  return namedZone(zone).offsetMs(at)
}

/**
 * The moment at which a zone's clock shows this wall time (written as if it were UTC, epoch ms). Of an hour that a
 * clock change repeats the first is meant; an hour that it skips gives null.
 */
export function wallTimeToEpoch(zone: string, wall: number): number | null {
  const day = 24 * 60 * MINUTE
  const candidates = [zoneOffsetMs(zone, wall - day), zoneOffsetMs(zone, wall + day)].map(
    offset => wall - offset
  )
  const fitting = candidates.filter(moment => moment + zoneOffsetMs(zone, moment) === wall)
  return fitting.length === 0 ? null : Math.min(...fitting)
}

const zones = new Map<string, LocalTime>()

function namedZone(zone: string): LocalTime {
  const known = zones.get(zone)
  if (known !== undefined) return known
  let found: LocalTime
  try {
    found = localTime(zone)
  } catch {
    throw new RangeError(
      `${zone} is not a time zone (an offset such as +09:00, or a name such as Asia/Seoul)`
    )
  }
  zones.set(zone, found)
  return found
}

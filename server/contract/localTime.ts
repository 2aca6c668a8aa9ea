const DAY_MS = 86_400_000
const FIXED_OFFSET = /^([+-])(\d{2}):(\d{2})$/
const REMEMBERED = 4096

/** Local dates (`YYYY-MM-DD`) of one time zone; instants are epoch ms. */
export interface LocalTime {
  /** Local wall clock minus UTC, ms. */
  offsetMs(t: number): number
  /** The local date of a moment. */
  date(t: number): string
  /** The first moment of a local date: midnight, or the end of the gap where a clock change skips midnight. */
  dayStart(date: string): number
}

/**
 * The local time of an IANA zone or of a fixed offset such as `+07:00`; correct at clock changes. Throws RangeError for
 * a zone nobody knows.
 */
export function localTime(zone: string): LocalTime {
  const offsetMs = offsets(zone)
  const starts = new Map<string, number>()
  const date = (t: number) => new Date(t + offsetMs(t)).toISOString().slice(0, 10)

  const dayStart = (day: string) => {
    const known = starts.get(day)
    if (known !== undefined) return known
    const start = firstMomentOf(day, offsetMs, date)
    remember(starts, day, start)
    return start
  }
  return { offsetMs, date, dayStart }
}

/** The calendar date so many days later (earlier where negative). */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10)
}

/** How many calendar days the second date is after the first; negative where it is before. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS)
}

/** 0 Sunday … 6 Saturday. */
export function weekday(date: string): number {
  return new Date(Date.parse(date)).getUTCDay()
}

function firstMomentOf(day: string, offsetMs: (t: number) => number, date: (t: number) => string): number {
  const midnight = Date.parse(day)
  let before = midnight - DAY_MS
  let after = midnight + DAY_MS
  if (offsetMs(before) === offsetMs(after)) return midnight - offsetMs(before)
  // A clock change is near: search for the moment at which the date turns.
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2)
    if (date(middle) >= day) after = middle
    else before = middle
  }
  return after
}

function offsets(zone: string): (t: number) => number {
  const fixed = FIXED_OFFSET.exec(zone)
  if (fixed) {
    const ms = (Number(fixed[2]) * 60 + Number(fixed[3])) * 60_000 * (fixed[1] === '-' ? -1 : 1)
    return () => ms
  }
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric'
  })
  const exact = (t: number) => {
    const part: Partial<Record<string, number>> = {}
    for (const { type, value } of format.formatToParts(t)) part[type] = Number(value)
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(t / 1000) * 1000
  }
  // Intl is slow; a UTC day with the same offset at both ends has no clock change inside.
  const days = new Map<number, number | null>()
  return t => {
    const utcDay = Math.floor(t / DAY_MS)
    let offset = days.get(utcDay)
    if (offset === undefined) {
      const first = exact(utcDay * DAY_MS)
      offset = first === exact((utcDay + 1) * DAY_MS) ? first : null
      remember(days, utcDay, offset)
    }
    return offset ?? exact(t)
  }
}

function remember<K, V>(map: Map<K, V>, key: K, value: V): void {
  if (map.size >= REMEMBERED) map.clear()
  map.set(key, value)
}

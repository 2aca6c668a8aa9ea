export const YEAR_2000 = Date.UTC(2000, 0, 1)
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** How far a time may lie ahead of the clock. */
export const ahead = {
  hour: { ms: HOUR_MS, words: 'an hour' },
  forecast: { ms: 16 * DAY_MS, words: '16 days' }
} as const
export type Ahead = (typeof ahead)[keyof typeof ahead]

const RFC_3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:([Zz])|([+-])(\d{2}):(\d{2}))?$/

/**
 * A time of the contract as epoch milliseconds, or in words what is wrong with it:
 *
 *        2000                                now      now + ahead
 *   ──────┤◄──────────── accepted ────────────┼─────────────►├──────
 */
export function readTime(value: unknown, member: string, now: number, limit: Ahead): number | string {
  if (value === undefined || value === null) return `${member} is missing`
  const time = typeof value === 'string' ? parseRfc3339(value) : parseEpochMs(value)
  if (typeof time === 'string') return `${member} ${time}`
  if (time < YEAR_2000) return `${member} is before 2000`
  if (time > now + limit.ms) return `${member} is more than ${limit.words} ahead`
  return time
}

function parseEpochMs(value: unknown): number | string {
  if (typeof value !== 'number') return 'is neither RFC 3339 text nor epoch milliseconds'
  return Number.isSafeInteger(value) ? value : 'is not an integer number of epoch milliseconds'
}

function parseRfc3339(text: string): number | string {
  const match = RFC_3339.exec(text)
  if (match === null) return 'is not an RFC 3339 time'
  const [, year, month, day, hour, minute, second, fraction = '', zulu, sign, offsetHour, offsetMinute] =
    match
  if (zulu === undefined && sign === undefined) return 'has no offset from UTC'
  const [y, mo, d, h, mi, s] = [year, month, day, hour, minute, second].map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number
  ]
  const offsetH = Number(offsetHour ?? 0)
  const offsetM = Number(offsetMinute ?? 0)
  const midnight = Date.UTC(y, mo - 1, d)
  const exists = mo >= 1 && mo <= 12 && d >= 1 && new Date(midnight).getUTCDate() === d
  // RFC 3339 section 5.6: a leap second is written :60.
  if (!exists || h > 23 || mi > 59 || s > 60 || offsetH > 23 || offsetM > 59) return 'is not an existing time'
  const milliseconds = Number(fraction.slice(0, 3).padEnd(3, '0'))
  const offsetMs = (sign === '-' ? -1 : 1) * (offsetH * 60 + offsetM) * 60_000
  return midnight + ((h * 60 + mi) * 60 + s) * 1000 + milliseconds - offsetMs
}

const ZERO = 0x30
const DASH = 0x2d
const PLUS = 0x2b
const COLON = 0x3a
const POINT = 0x2e
const LETTER_T = 0x54
const LETTER_Z = 0x5a
const DAY_MS = 86_400_000
const NO_OFFSET = 10_000
/** Days before the first of each month in a year that is not a leap year. */
const daysBeforeMonth = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365]

/** So many digits are exact in a double. */
const MOST_DIGITS = 15
const powersOfTen = Float64Array.from({ length: MOST_DIGITS }, (_, power) => 10 ** power)

/**
 * Puts the epoch milliseconds whose first digit is at `from` into `into[slot]` and returns where they end; -1 for what
 * does not begin like a positive integer of up to 15 digits. What must not follow is for the caller to see.
 */
export function scanEpochMs(bytes: Buffer, from: number, into: Float64Array, slot: number): number {
  // In two halves, for small integers are fast.
  let at = from
  let high = 0
  let digit = (bytes[at] ?? 0) - ZERO
  if (digit === 0) return -1
  while (digit >= 0 && digit <= 9 && at < from + 7) {
    high = high * 10 + digit
    digit = (bytes[++at] ?? 0) - ZERO
  }
  const middle = at
  let low = 0
  while (digit >= 0 && digit <= 9 && at <= from + MOST_DIGITS) {
    low = low * 10 + digit
    digit = (bytes[++at] ?? 0) - ZERO
  }
  if (at === from || at - from > MOST_DIGITS) return -1
  into[slot] = high * (powersOfTen[at - middle] ?? 1) + low
  return at
}

/**
 * Puts the epoch milliseconds of an RFC 3339 time at [from, end) into `into[slot]`, as `readTime` would have them. false
 * for one that does not exist, a leap second, a year outside 2000 to 2099 and a spelling other than these:
 *
 *   2026-11-22T04:59:00Z   2026-11-22T04:59:00.125Z   2026-11-22T11:59:00+07:00   2026-11-22T11:59:00.5+07:00
 */
export function scanTime(
  bytes: Buffer,
  from: number,
  end: number,
  into: Float64Array,
  slot: number
): boolean {
  const isSpelt =
    end - from >= 20 &&
    bytes[from + 4] === DASH &&
    bytes[from + 7] === DASH &&
    bytes[from + 10] === LETTER_T &&
    bytes[from + 13] === COLON &&
    bytes[from + 16] === COLON
  if (!isSpelt) return false
  const day = dayNumber(
    twoDigits(bytes, from) * 100 + twoDigits(bytes, from + 2),
    twoDigits(bytes, from + 5),
    twoDigits(bytes, from + 8)
  )
  const hour = twoDigits(bytes, from + 11)
  const minute = twoDigits(bytes, from + 14)
  const second = twoDigits(bytes, from + 17)
  if (day < 0 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return false

  let at = from + 19
  let milliseconds = 0
  if (bytes[at] === POINT) {
    const first = ++at
    let worth = 100
    for (let digit = digitAt(bytes, at); digit >= 0; digit = digitAt(bytes, ++at)) {
      if (worth >= 1) milliseconds += digit * worth
      worth = worth === 100 ? 10 : worth === 10 ? 1 : 0
    }
    if (at === first) return false
  }
  const offsetMinutes = offsetAt(bytes, at, end)
  if (offsetMinutes === NO_OFFSET) return false
  into[slot] = day * DAY_MS + ((hour * 60 + minute - offsetMinutes) * 60 + second) * 1000 + milliseconds
  return true
}

/** Days since 1970; -1 where there is no such day. */
function dayNumber(year: number, month: number, day: number): number {
  if (year < 2000 || year > 2099 || month < 1 || month > 12 || day < 1) return -1
  const isLeap = year % 4 === 0
  const leapDay = isLeap && month > 2 ? 1 : 0
  const before = daysBeforeMonth[month - 1] ?? 0
  const length = (daysBeforeMonth[month] ?? 0) - before + (isLeap && month === 2 ? 1 : 0)
  if (day > length) return -1
  // 10957 days from 1970 to 2000; every fourth year since then is a leap year.
  const years = year - 2000
  return 10_957 + years * 365 + ((years + 3) >> 2) + before + leapDay + day - 1
}

/** Minutes by which the clock is ahead of UTC, where nothing follows. */
function offsetAt(bytes: Buffer, at: number, end: number): number {
  const sign = bytes[at]
  if (sign === LETTER_Z) return at + 1 === end ? 0 : NO_OFFSET
  if ((sign !== PLUS && sign !== DASH) || at + 6 !== end || bytes[at + 3] !== COLON) return NO_OFFSET
  const hours = twoDigits(bytes, at + 1)
  const minutes = twoDigits(bytes, at + 4)
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return NO_OFFSET
  return sign === PLUS ? hours * 60 + minutes : -(hours * 60 + minutes)
}

/** -1000 or less where one is no digit. */
function twoDigits(bytes: Buffer, at: number): number {
  const tens = digitAt(bytes, at)
  const ones = digitAt(bytes, at + 1)
  return tens < 0 || ones < 0 ? -1000 : tens * 10 + ones
}

function digitAt(bytes: Buffer, at: number): number {
  const digit = (bytes[at] ?? 0) - ZERO
  return digit >= 0 && digit <= 9 ? digit : -1
}

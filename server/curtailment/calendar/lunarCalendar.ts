import { LUNATION_MS, newMoon, sunLongitude, winterSolstice } from './astronomy.ts'

const DAY_MS = 86_400_000
/** The meridian of the Vietnamese calendar, 105° E. China reckons at UTC+8, so that some months begin a day apart. */
const OFFSET_MS = 7 * 3_600_000

/** A day of the Vietnamese lunar calendar; `isLeap`: in the month inserted after the one of the same number. */
export interface LunarDate {
  year: number
  month: number
  day: number
  isLeap: boolean
}

/** A lunar month: its first day as days since 1970, local. */
interface LunarMonth {
  first: number
  year: number
  month: number
  isLeap: boolean
}

/**
 * The date (`YYYY-MM-DD`) of a day of the lunar calendar; null where there is no such day. By the rules in force since
 * 1968 (UTC+7), for every year: what was printed in Vietnam before then may differ.
 *
 *   new moon ●── month 11 ──●── 12 ──●── 1 ──● …      month 11 holds the winter solstice;
 *                 ☼ solstice          Tết              with 13 months between two of them the first month in
 *                                                      which the Sun reaches no multiple of 30° is the leap month
 */
export function dateOfLunar({ year, month, day, isLeap }: LunarDate): string | null {
  const months = [...monthsEndingIn(year), ...monthsEndingIn(year + 1)]
  const at = months.findIndex(one => one.year === year && one.month === month && one.isLeap === isLeap)
  const found = months[at]
  if (found === undefined || day < 1) return null
  const next = months[at + 1]?.first ?? firstDay(lunationAt(found.first) + 1)
  return found.first + day - 1 < next ? dateOf(found.first + day - 1) : null
}

/** The day of the lunar calendar of a date. */
export function lunarOfDate(date: string): LunarDate {
  const day = Math.floor(Date.parse(date) / DAY_MS)
  const year = Number(date.slice(0, 4))
  const months = [...monthsEndingIn(year), ...monthsEndingIn(year + 1)]
  const month = months.findLast(({ first }) => first <= day)
  if (month === undefined) throw new Error(`${date} is no date`)
  return { year: month.year, month: month.month, day: day - month.first + 1, isLeap: month.isLeap }
}

/** The first day of a lunar year (Tết Nguyên đán), which begins in the year of the same number. */
export function tet(year: number): string {
  const date = dateOfLunar({ year, month: 1, day: 1, isLeap: false })
  if (date === null) throw new Error(`${year} has no first month`)
  return date
}

/** From month 11 of the year before to month 10 of this one. */
function monthsEndingIn(year: number): LunarMonth[] {
  const from = solsticeLunation(year - 1)
  const count = solsticeLunation(year) - from
  const lunations = Array.from({ length: count }, (_, i) => from + i)
  const leap = count === 13 ? lunations.findIndex((k, i) => i > 0 && !holdsMajorTerm(k)) : -1
  return lunations.map((k, i) => {
    const isAfterLeap = leap !== -1 && i >= leap
    const place = 10 + i - (isAfterLeap ? 1 : 0)
    return {
      first: firstDay(k),
      year: place < 12 ? year - 1 : year,
      month: (place % 12) + 1,
      isLeap: i === leap
    }
  })
}

/** The month that holds the winter solstice of a year, as number of its new moon. */
function solsticeLunation(year: number): number {
  return lunationAt(localDay(winterSolstice(year)))
}

function lunationAt(day: number): number {
  let k = Math.ceil((day * DAY_MS - newMoon(0)) / LUNATION_MS) + 1
  while (firstDay(k) > day) k--
  return k
}

/** Whether the Sun comes to a multiple of 30° in the month. */
function holdsMajorTerm(k: number): boolean {
  return sectorAt(firstDay(k)) !== sectorAt(firstDay(k + 1))
}

const sectorAt = (day: number) => Math.floor(sunLongitude(day * DAY_MS - OFFSET_MS) / 30)
const firstDay = (k: number) => localDay(newMoon(k))
const localDay = (at: number) => Math.floor((at + OFFSET_MS) / DAY_MS)
const dateOf = (day: number) => new Date(day * DAY_MS).toISOString().slice(0, 10)

import { addDays, weekday } from '../../contract/localTime.ts'

export type DayType = 'working' | 'non-working'

/** How the days of one site are told apart; dates are local (`YYYY-MM-DD`). */
export interface SiteCalendar {
  dayType(date: string): DayType
  isHoliday(date: string): boolean
}

export interface SiteDays {
  /** Weekdays on which it works, 1 Monday … 7 Sunday. */
  workDays: readonly number[]
  /** Public holidays; one that falls on a weekly rest day gives the next working day off in its place. */
  publicHolidays?: Iterable<string>
  /** Further days off, taken as they are: entered ones, and those of a list that already holds the days in place. */
  daysOff?: Iterable<string>
}

const MONDAY_TO_FRIDAY = [1, 2, 3, 4, 5]

/** A site's calendar: working are its work days without holidays, everything else is non-working. */
export function siteCalendar({ workDays, publicHolidays = [], daysOff = [] }: SiteDays): SiteCalendar {
  const isWorkDay = weekdays(workDays)
  const off = new Set(daysOff)
  for (const date of withDaysInPlace([...publicHolidays], workDays)) off.add(date)
  return {
    dayType: date => (isWorkDay(date) && !off.has(date) ? 'working' : 'non-working'),
    isHoliday: date => off.has(date)
  }
}

/**
 * Public holidays with the days off in place of those that fall on a weekly rest day: each the next working day that is
 * not off already (Labour Code 2019, Article 111.3). Ascending. A site that works every day has no rest day and gets none.
 */
export function withDaysInPlace(holidays: readonly string[], workDays: readonly number[]): string[] {
  const isWorkDay = weekdays(workDays)
  const off = new Set(holidays)
  for (const holiday of [...off].sort()) {
    if (isWorkDay(holiday) || workDays.length === 0) continue
    let date = addDays(holiday, 1)
    while (!isWorkDay(date) || off.has(date)) date = addDays(date, 1)
    off.add(date)
  }
  return [...off].sort()
}

/** Working is Monday to Friday; non-working is Saturday, Sunday and every holiday of the list (`YYYY-MM-DD`). */
export function dayType(date: string, holidays: ReadonlySet<string>): DayType {
  return weekdays(MONDAY_TO_FRIDAY)(date) && !holidays.has(date) ? 'working' : 'non-working'
}

function weekdays(workDays: readonly number[]): (date: string) => boolean {
  return date => workDays.includes(weekday(date) || 7)
}

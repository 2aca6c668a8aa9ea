import { addDays, weekday } from '../../contract/localTime.ts'
import { dateOfLunar, tet } from './lunarCalendar.ts'

/** A day off of everybody. */
export interface Holiday {
  date: string
  name: string
}

/** From which date on the law gives how many days; the Labour Codes of 1994, 2012 and 2019, and the amendment of 2007. */
const law = [
  { from: '1995-01-01', tetDays: 4, hungKings: false, nationalDays: 1 },
  // Act 84/2007/QH11.
  { from: '2007-04-11', tetDays: 4, hungKings: true, nationalDays: 1 },
  // Labour Code 2012, Article 115.
  { from: '2013-05-01', tetDays: 5, hungKings: true, nationalDays: 1 },
  // Labour Code 2019, Article 112.
  { from: '2021-01-01', tetDays: 5, hungKings: true, nationalDays: 2 }
] as const

/**
 * How many of the days of Tết lie in the old year: announced for each year by the government (Article 112.3). One where
 * nothing is known; then, and for a further day that is decided once, the days are put in by hand.
 */
const tetDaysBefore: Readonly<Record<number, number>> = { 2021: 2, 2023: 2, 2024: 2, 2025: 2 }

/**
 * The public holidays of Vietnam in a calendar year, ascending: 1 January, Tết, Hùng Kings' Day (10th of the 3rd lunar
 * month), 30 April, 1 May and the National Day, by the law in force on each day. Empty before 1995. Without the days off
 * in place of those on a weekly rest day, which depend on the site: `siteCalendar` adds them.
 */
export function vietnamHolidays(year: number): Holiday[] {
  const firstDay = tet(year)
  const terms = law.findLast(({ from }) => from <= firstDay)
  const before = tetDaysBefore[year] ?? 1
  const days: Holiday[] = [
    { date: `${year}-01-01`, name: 'Tết Dương lịch' },
    ...Array.from({ length: terms?.tetDays ?? 0 }, (_, i) => ({
      date: addDays(firstDay, i - before),
      name: 'Tết Nguyên đán'
    })),
    { date: `${year}-04-30`, name: 'Ngày Chiến thắng' },
    { date: `${year}-05-01`, name: 'Ngày Quốc tế lao động' },
    { date: `${year}-09-02`, name: 'Quốc khánh' }
  ]
  const hungKings = dateOfLunar({ year, month: 3, day: 10, isLeap: false })
  if (hungKings !== null && inForce(hungKings)?.hungKings) {
    days.push({ date: hungKings, name: 'Giỗ Tổ Hùng Vương' })
  }
  if (inForce(`${year}-09-02`)?.nationalDays === 2) {
    days.push({ date: besideNationalDay(year), name: 'Quốc khánh' })
  }
  return days
    .filter(({ date }) => inForce(date) !== undefined)
    .sort((a, b) => a.date.localeCompare(b.date) || a.name.localeCompare(b.name))
}

const inForce = (date: string) => law.findLast(({ from }) => from <= date)

/**
 * The second day of the National Day is the one before or the one after, as announced each year: here the one that joins
 * 2 September with a weekend, on a Wednesday the one before. So it was announced in 2021 to 2025.
 */
function besideNationalDay(year: number): string {
  const date = `${year}-09-02`
  const isAfter = [0, 1, 4].includes(weekday(date))
  return addDays(date, isAfter ? 1 : -1)
}

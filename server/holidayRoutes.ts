import type { HolidaysNeeds } from './api/holidays.ts'
import { Refusal } from './api/problems.ts'
import { localTime } from './contract/localTime.ts'
import { vietnamHolidays } from './curtailment/calendar/vietnamHolidays.ts'
import type { Holidays } from './records/holidays.ts'

/** What the routes of the days off need: those of the law, and those that were entered. */
export function holidaysNeeds(entered: Holidays, timeZone: string, now: () => number): HolidaysNeeds {
  const local = localTime(timeZone)
  return {
    async holidays(year = Number(local.date(now()).slice(0, 4))) {
      const byLaw = vietnamHolidays(year).map(one => ({ ...one, source: 'law' as const }))
      const more = await entered.list(`${year}-01-01`, `${year}-12-31`)
      const days = [...byLaw, ...more.map(one => ({ ...one, source: 'entered' as const }))]
      return { year, days: days.sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0)) }
    },
    async enterHoliday(holiday) {
      const byLaw = vietnamHolidays(Number(holiday.date.slice(0, 4)))
      const same = byLaw.find(({ date }) => date === holiday.date)
      if (same !== undefined) throw new Refusal(409, `${same.date} is a holiday by law: ${same.name}`)
      await entered.put(holiday)
      return holiday
    },
    removeHoliday: date => entered.remove(date)
  }
}

import { weekday } from '../../contract/localTime.ts'

export type DayType = 'working' | 'non-working'

/** Working is Monday to Friday; non-working is Saturday, Sunday and every holiday of the list (`YYYY-MM-DD`). */
export function dayType(date: string, holidays: ReadonlySet<string>): DayType {
  const day = weekday(date)
  return day === 0 || day === 6 || holidays.has(date) ? 'non-working' : 'working'
}

import { weekday } from './localTime.ts'

export const dayTypes = ['working', 'non-working'] as const
export type DayType = (typeof dayTypes)[number]

/** Working is Monday to Friday; non-working is Saturday, Sunday and every holiday of the list (`YYYY-MM-DD`). */
export function dayType(date: string, holidays: ReadonlySet<string>): DayType {
  const day = weekday(date)
  return day === 0 || day === 6 || holidays.has(date) ? 'non-working' : 'working'
}

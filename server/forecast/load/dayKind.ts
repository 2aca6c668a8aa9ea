import { dateOf } from './dayGrid.ts'

/** What the calendar says of a day, as bits and small numbers. */
export interface DayKind {
  /** 0 Sunday … 6 Saturday; a holiday counts as a Sunday. */
  readonly weekday: number
  readonly working: boolean
  readonly holiday: boolean
  /** Its place in a run of three or more holidays (Tết), from 1; 0 otherwise. */
  readonly inRun: number
  readonly beforeHoliday: boolean
  readonly afterHoliday: boolean
  /** Month and day of a holiday, 101 … 1231; 0 otherwise. */
  readonly holidayDate: number
}

const LONG_RUN = 3

export function dayKind(day: number, holidays: ReadonlySet<string>): DayKind {
  const isHoliday = (offset: number) => holidays.has(dateOf(day + offset))
  const holiday = isHoliday(0)
  const weekday = holiday ? 0 : (day + 4) % 7
  const date = dateOf(day)
  return {
    weekday,
    working: weekday !== 0 && weekday !== 6,
    holiday,
    inRun: holiday ? placeInRun(isHoliday) : 0,
    beforeHoliday: !holiday && isHoliday(1),
    afterHoliday: !holiday && isHoliday(-1),
    holidayDate: holiday ? Number(date.slice(5, 7)) * 100 + Number(date.slice(8)) : 0
  }
}

function placeInRun(isHoliday: (offset: number) => boolean): number {
  let before = 0
  while (isHoliday(-before - 1)) before++
  let after = 0
  while (isHoliday(after + 1)) after++
  return before + 1 + after >= LONG_RUN ? before + 1 : 0
}

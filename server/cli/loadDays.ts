import { existsSync } from 'node:fs'
import { addDays, type LocalTime } from '../contract/localTime.ts'
import { type SiteDays, siteCalendar } from '../curtailment/calendar/dayTypes.ts'
import { vietnamHolidays } from '../curtailment/calendar/vietnamHolidays.ts'
import { WrongCommand } from './command.ts'
import { eventOf } from './loadOptions.ts'
import { type Fault, readTable, readText, refused } from './loadText.ts'

const DATE = /^\d{4}-\d\d-\d\d$/

/** Whether a text is a day of the calendar. */
export const isDate = (text: string) =>
  DATE.test(text) && !Number.isNaN(Date.parse(text)) && addDays(text, 0) === text

/**
 * The days of an option: in files with one a line (a header `date` is allowed), or written in the option itself. A header
 * may name further columns; only `date`, or else the first, is read.
 */
export async function readDates(option: string, given: readonly string[]): Promise<string[]> {
  const days: string[] = []
  for (const one of given) {
    const listed = one.split(',').map(part => part.trim())
    if (listed.every(isDate)) days.push(...listed)
    else days.push(...(await readDateFile(fileOf(option, one, 'dates like 2013-09-02'))))
  }
  return days
}

async function readDateFile(file: string): Promise<string[]> {
  const rows = readTable(file, await readText(file))
  const header = rows[0]?.cells.map(name => name.toLowerCase()) ?? []
  const column = Math.max(0, header.indexOf('date'))
  const faults: Fault[] = []
  const dates: string[] = []
  for (const { line, cells } of header.includes('date') ? rows.slice(1) : rows) {
    const cell = cells[column] ?? ''
    if (isDate(cell)) dates.push(cell)
    else faults.push({ line, reason: `"${cell}" is no date like 2013-09-02` })
  }
  if (faults.length > 0) throw refused(file, faults)
  return dates
}

/** Earlier events, epoch ms: dates (the whole day), `start/PT2H`, or rows `start,end`; in files or in the option itself. */
export async function readEvents(
  given: readonly string[],
  local: LocalTime
): Promise<{ start: number; end: number }[]> {
  const events: { start: number; end: number }[] = []
  for (const one of given) {
    const listed = one.split(',').map(part => eventOrDay(part.trim(), local))
    if (!existsSync(one) && listed.every(event => typeof event !== 'string')) events.push(...listed)
    else events.push(...(await readEventFile(fileOf('events', one, 'dates or START/PT2H'), local)))
  }
  return events
}

async function readEventFile(file: string, local: LocalTime) {
  const [first, ...rest] = readTable(file, await readText(file))
  const names = first?.cells.map(name => name.toLowerCase()) ?? []
  const isHeader = ['start', 'event', 'date'].includes(names[0] ?? '')
  const faults: Fault[] = []
  const events: { start: number; end: number }[] = []
  for (const { line, cells } of first === undefined ? [] : isHeader ? rest : [first, ...rest]) {
    const [start = '', end = ''] = cells
    const event = eventOrDay(end === '' ? start : `${start}/${end}`, local)
    if (typeof event === 'string') faults.push({ line, reason: event })
    else events.push(event)
  }
  if (faults.length > 0) throw refused(file, faults)
  return events
}

function eventOrDay(text: string, local: LocalTime) {
  if (!isDate(text)) return eventOf(text)
  return { start: local.dayStart(text), end: local.dayStart(addDays(text, 1)) }
}

function fileOf(option: string, text: string, instead: string): string {
  if (existsSync(text)) return text
  throw new WrongCommand(`--${option} ${text} is neither a file that exists nor a list of ${instead}`)
}

/** Days off as given, and for `vietnam` among them those of the law in these years. */
export async function readHolidays(
  given: readonly string[],
  years: { from: number; to: number }
): Promise<{ daysOff: string[]; publicHolidays: string[] }> {
  const daysOff = await readDates(
    'holidays',
    given.filter(one => one !== 'vietnam')
  )
  const publicHolidays: string[] = []
  for (let year = years.from; given.includes('vietnam') && year <= years.to; year++) {
    for (const { date } of vietnamHolidays(year)) publicHolidays.push(date)
  }
  return { daysOff, publicHolidays }
}

/** The site's calendar: `vietnam` among the holidays stands for those of the law in these years. */
export async function readCalendar(
  workDays: readonly number[],
  holidays: readonly string[],
  years: { from: number; to: number }
) {
  const { daysOff, publicHolidays } = await readHolidays(holidays, years)
  const days: SiteDays = { workDays, daysOff }
  return siteCalendar(holidays.includes('vietnam') ? { ...days, publicHolidays } : days)
}

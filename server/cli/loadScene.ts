import type { Environment } from '../config.ts'
import { addDays } from '../contract/localTime.ts'
import type { BaselineInput, MethodParameters, Span } from '../curtailment/baseline/input.ts'
import { type DayLoads, dayLoads, daySpan } from '../curtailment/slots/dayLoads.ts'
import { type Slot, type SlotGrid, slotGrid } from '../curtailment/slots/slotGrid.ts'
import { slotMeans } from '../curtailment/slots/slots.ts'
import { WrongCommand } from './command.ts'
import { type Clock, clockOf, datesOf } from './loadClock.ts'
import { readCalendar, readDates, readEvents } from './loadDays.ts'
import { intervalReadings, usualInterval } from './loadIntervals.ts'
import { intervalOf, numberOf, workDaysOf } from './loadOptions.ts'
import { readSeries } from './loadSeries.ts'

/** The values of the options over a load file, as parsed. */
export interface LoadValues {
  'time-zone'?: string | undefined
  interval?: string | undefined
  'work-days': string
  holidays?: string[] | undefined
  'exclude-days'?: string[] | undefined
  events?: string[] | undefined
  temperature?: string | undefined
  'low-usage'?: string | undefined
  'look-back'?: string | undefined
  'min-days'?: string | undefined
  'whole-days': boolean
}

/** A load file with everything that the options say of it: what the baseline engine is asked about. */
export interface LoadScene
  extends Pick<BaselineInput, 'load' | 'calendar' | 'excludedDays' | 'temperature' | 'parameters'> {
  calls: readonly Span[]
  excludedDays: ReadonlyMap<string, string>
  clock: Clock
  grid: SlotGrid
  /** Local dates of the first and of the last row. */
  dates: { from: string; to: string }
  /** What was drawn in each slot, kW, each pass of a repeated hour for itself; null unknown. */
  drawnKw(slots: readonly Slot[]): (number | null)[]
}

/** Reads the load file and every file that the options name. */
export async function readScene(
  file: string,
  values: LoadValues,
  environment: Environment
): Promise<LoadScene> {
  const workDays = workDaysOf(values['work-days'])
  const minutes = values.interval === undefined ? null : intervalOf(values.interval)
  const series = await readSeries(file, 'kw')
  const clock = clockOf(values['time-zone'], environment.TIME_ZONE, series)
  const { local } = clock
  const dates = datesOf(series, local)
  const grid = slotGrid(local, minutes ?? wholeMinutes(usualInterval(series)))
  const span = daySpan(grid, dates.from, dates.to)
  const years = { from: Number(dates.from.slice(0, 4)), to: Number(dates.to.slice(0, 4)) }
  const readings = intervalReadings(series)
  const load = dayLoads(readings, span)
  const excludedDays = values['whole-days'] ? partialDays(load, grid, dates) : new Map<string, string>()
  for (const day of await readDates('exclude-days', values['exclude-days'] ?? []))
    excludedDays.set(day, 'left out by --exclude-days')
  let temperature: DayLoads | null = null
  if (values.temperature !== undefined) {
    temperature = dayLoads(intervalReadings(await readSeries(values.temperature, 'temp_c')), span)
  }
  return {
    ...{ clock, grid, dates, load, temperature, excludedDays },
    drawnKw: slots => slotMeans(readings, slots),
    calendar: await readCalendar(workDays, values.holidays ?? [], years),
    calls: await readEvents(values.events ?? [], local),
    parameters: parametersOf(values, span.days)
  }
}

/** The days of which something is not known, from midnight to midnight. */
export function partialDays(
  load: DayLoads,
  grid: SlotGrid,
  { from, to }: { from: string; to: string }
): Map<string, string> {
  const partial = new Map<string, string>()
  for (let date = from; date <= to; date = addDays(date, 1)) {
    const day = load.of(date)
    const isWhole = day && grid.ofDay(date).every(({ index }) => !Number.isNaN(day[index] ?? NaN))
    if (!isWhole) partial.set(date, 'not known from midnight to midnight')
  }
  return partial
}

/** Rows closer together than a minute settle by the minute. */
const wholeMinutes = (minutes: number) => Math.max(1, Math.round(minutes))

function parametersOf(values: LoadValues, days: number): MethodParameters {
  const { 'low-usage': lowUsage, 'look-back': lookBack, 'min-days': minDays } = values
  const parameters: MethodParameters = {}
  if (lowUsage !== undefined) parameters.lowUsageShare = numberOf('low-usage', lowUsage, 0, 1)
  if (lookBack !== undefined)
    parameters.lookbackDays = lookBack === 'all' ? days : numberOf('look-back', lookBack, 1, 1e5)
  if (minDays !== undefined) parameters.minDays = numberOf('min-days', minDays, 1, 1000)
  return parameters
}

/** The one file that is meant. */
export function fileOf(positionals: readonly string[]): string {
  const [file, ...more] = positionals
  if (file === undefined) throw new WrongCommand('say which file: LOAD.csv')
  if (more.length > 0) throw new WrongCommand(`one file only: ${positionals.join(' ')}`)
  return file
}

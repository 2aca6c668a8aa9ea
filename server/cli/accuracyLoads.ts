import { join, resolve } from 'node:path'
import { type LocalTime, localTime } from '../contract/localTime.ts'
import type { PlaceboInput } from '../curtailment/baseline/placebo.ts'
import { siteCalendar } from '../curtailment/calendar/dayTypes.ts'
import { type DaySpan, dayLoads, daySpan } from '../curtailment/slots/dayLoads.ts'
import { slotGrid } from '../curtailment/slots/slotGrid.ts'
import type { MeterHistory } from '../curtailment/slots/slots.ts'
import type { Cells, LoadForm } from './accuracyForms.ts'
import { readTable, readText } from './loadText.ts'

const MON_FRI = [1, 2, 3, 4, 5]

/** Where the measured loads lie beside a checkout. */
export const sharedData = () => resolve(import.meta.dirname, '../../../shared/data')

/** One load of a file with what is known of its days. */
export interface NamedLoad {
  name: string
  readings: MeterHistory
  temperature: MeterHistory | null
  /** Minutes of a row; 15 for samples. */
  minutes: number
  local: LocalTime
  dates: { from: string; to: string }
  holidays: ReadonlySet<string>
  leftOut: readonly string[]
}

/** Every load of a file, unknown values left out. */
export async function readLoads(folder: string, form: LoadForm): Promise<NamedLoad[]> {
  const local = localTime(form.zone ?? '+00:00')
  const rows = await readCells(join(folder, form.file))
  const shiftMs = form.isEnd ? form.minutes * 60_000 : 0
  const times = rows.map((cells, i) => timeOf(form.time(cells, i)) - shiftMs)
  const history = (value: (cells: Cells) => number) => historyOf(times, rows.map(value), form.minutes)
  const holidays = new Set<string>()
  rows.forEach((cells, i) => {
    if (form.isHoliday?.(cells)) holidays.add(local.date(times[i] ?? 0))
  })
  const temperature = form.temperature
    ? history(form.temperature)
    : form.temperatureFile
      ? await temperatureOf(folder, form.temperatureFile)
      : null
  return Object.entries(form.loads).map(([name, value]) => {
    const readings = history(value)
    const [first = 0] = readings.t
    const dates = { from: local.date(first), to: local.date(readings.t.at(-1) ?? 0) }
    const minutes = form.minutes || 15
    return { name, readings, temperature, minutes, local, dates, holidays, leftOut: form.leftOut ?? [] }
  })
}

/** The load in settlement slots of so many minutes, for the placebo test. */
export function laidInSlots(
  { readings, temperature, local, dates, holidays }: NamedLoad,
  minutes: number,
  hasHolidays: boolean
): Omit<PlaceboInput, 'rules' | 'hours'> & { span: DaySpan } {
  const grid = slotGrid(local, minutes)
  const span = daySpan(grid, dates.from, dates.to)
  return {
    ...{ grid, span, dates, calls: [] },
    load: dayLoads(readings, span),
    temperature: temperature && dayLoads(temperature, span),
    calendar: siteCalendar({ workDays: MON_FRI, daysOff: hasHolidays ? holidays : [] })
  }
}

async function readCells(file: string): Promise<Cells[]> {
  const [header, ...rows] = readTable(file, await readText(file))
  const names = header?.cells ?? []
  return rows.map(({ cells }) => Object.fromEntries(names.map((name, i) => [name, cells[i] ?? ''])))
}

async function temperatureOf(
  folder: string,
  { file, time, value }: NonNullable<LoadForm['temperatureFile']>
): Promise<MeterHistory> {
  const rows = await readCells(join(folder, file))
  return historyOf(
    rows.map(cells => timeOf(time(cells))),
    rows.map(value),
    60
  )
}

/** A wall clock without an offset is taken for UTC. */
function timeOf(text: string): number {
  const iso = text.replace(' ', 'T')
  return Date.parse(/(Z|[+-]\d\d:\d\d)$/.test(iso) ? iso : `${iso}Z`)
}

/** Ascending, each time once (the first row counts), without unknown values. */
function historyOf(times: readonly number[], values: readonly number[], minutes: number): MeterHistory {
  const order = times.map((_, i) => i).filter(i => Number.isFinite(times[i]) && Number.isFinite(values[i]))
  order.sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0))
  const once = order.filter((i, place) => place === 0 || times[i] !== times[order[place - 1] ?? -1])
  return {
    t: once.map(i => times[i] ?? 0),
    kw: once.map(i => values[i] ?? 0),
    intervalS: once.map(() => minutes * 60)
  }
}

import type { DayGrid } from './dayGrid.ts'
import { dayKind } from './dayKind.ts'
import { partWeight, TEMPERATURE_PARTS, temperatureParts } from './dayTemperature.ts'

/** What is known of days before they happen, one row a day: the calendar's words and the temperature. */
export interface DayTable {
  count: number
  readonly day: Int32Array
  readonly weekday: Uint8Array
  readonly working: Uint8Array
  readonly holiday: Uint8Array
  readonly inRun: Uint8Array
  readonly beforeHoliday: Uint8Array
  readonly afterHoliday: Uint8Array
  readonly holidayDate: Uint16Array
  /** Standardised, weighted, saturated temperatures of the parts of the day, and their squared length. */
  readonly parts: Float64Array
  readonly length2: Float64Array
}

/** How temperatures become comparable: their mean and spread, and the range of each part seen in training. */
export interface TemperatureRange {
  readonly meanC: number
  readonly spreadK: number
  readonly lowest: Float64Array
  readonly highest: Float64Array
}

/** Beyond the range seen in training a temperature counts by this share of what it exceeds it. */
const BEYOND_SHARE = 0.3
/** What it can exceed it by at most counts as this many kelvin. */
const BEYOND_MOST_K = 3

export function dayTable(capacity: number): DayTable {
  return {
    count: 0,
    day: new Int32Array(capacity),
    weekday: new Uint8Array(capacity),
    working: new Uint8Array(capacity),
    holiday: new Uint8Array(capacity),
    inRun: new Uint8Array(capacity),
    beforeHoliday: new Uint8Array(capacity),
    afterHoliday: new Uint8Array(capacity),
    holidayDate: new Uint16Array(capacity),
    parts: new Float64Array(capacity * TEMPERATURE_PARTS),
    length2: new Float64Array(capacity)
  }
}

/** Writes the calendar of a day and its raw temperatures into a row; no temperature at all is 0 throughout. */
export function setDay(
  table: DayTable,
  row: number,
  day: number,
  holidays: ReadonlySet<string>,
  temperature: DayGrid | null
): void {
  const kind = dayKind(day, holidays)
  table.day[row] = day
  table.weekday[row] = kind.weekday
  table.working[row] = kind.working ? 1 : 0
  table.holiday[row] = kind.holiday ? 1 : 0
  table.inRun[row] = kind.inRun
  table.beforeHoliday[row] = kind.beforeHoliday ? 1 : 0
  table.afterHoliday[row] = kind.afterHoliday ? 1 : 0
  table.holidayDate[row] = kind.holidayDate
  const at = row * TEMPERATURE_PARTS
  if (temperature === null) table.parts.fill(0, at, at + TEMPERATURE_PARTS)
  else temperatureParts(temperature, day, table.parts, at)
}

/** The range of the raw temperatures of all rows. */
export function temperatureRange(table: DayTable): TemperatureRange {
  const { parts, count } = table
  const lowest = new Float64Array(TEMPERATURE_PARTS).fill(Number.POSITIVE_INFINITY)
  const highest = new Float64Array(TEMPERATURE_PARTS).fill(Number.NEGATIVE_INFINITY)
  let sum = 0
  for (let i = 0; i < count * TEMPERATURE_PARTS; i++) {
    const part = i % TEMPERATURE_PARTS
    const celsius = parts[i] as number
    sum += celsius
    if (celsius < (lowest[part] as number)) lowest[part] = celsius
    if (celsius > (highest[part] as number)) highest[part] = celsius
  }
  const meanC = sum / (count * TEMPERATURE_PARTS)
  let squares = 0
  for (let i = 0; i < count * TEMPERATURE_PARTS; i++) squares += ((parts[i] as number) - meanC) ** 2
  const spreadK = Math.sqrt(squares / (count * TEMPERATURE_PARTS))
  return { meanC, spreadK: spreadK > 1e-9 ? spreadK : 1, lowest, highest }
}

/** Saturates and standardises the raw temperatures of a row, in place. */
export function standardise(table: DayTable, row: number, range: TemperatureRange): void {
  const at = row * TEMPERATURE_PARTS
  let length2 = 0
  for (let part = 0; part < TEMPERATURE_PARTS; part++) {
    const celsius = table.parts[at + part] as number
    const seen = Math.min(Math.max(celsius, range.lowest[part] as number), range.highest[part] as number)
    const beyond = Math.min(Math.max(celsius - seen, -BEYOND_MOST_K), BEYOND_MOST_K) * BEYOND_SHARE
    const x = ((seen + beyond - range.meanC) / range.spreadK) * partWeight(part)
    table.parts[at + part] = x
    length2 += x * x
  }
  table.length2[row] = length2
}

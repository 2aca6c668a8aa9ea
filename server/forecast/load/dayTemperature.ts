import type { LocalTime } from '../../contract/localTime.ts'
import { type DayGrid, dayGrid } from './dayGrid.ts'
import type { RegularSeries } from './series.ts'

const HOURS = 24
const LONGEST_LINE_HOURS = 6

/**
 * The parts of a day's temperature that a load answers to, as hours from local midnight: eight parts of the day itself,
 * then what went before it, which a building still remembers (Wang, Liu and Hong 2016: the recency effect).
 */
const PARTS: readonly (readonly [from: number, to: number, weight: number])[] = [
  ...Array.from({ length: 8 }, (_, i) => [3 * i, 3 * i + 3, 1] as const),
  [-6, 0, 1],
  [-12, -6, 1],
  [-24, -12, 0.8],
  [-48, -24, 0.5],
  [-96, -48, 0.7]
]
export const TEMPERATURE_PARTS = PARTS.length
/** How many earlier days the parts reach back. */
export const TEMPERATURE_DAYS_BACK = 4

/** Hourly means by local day, without gaps; null where no temperature is known at all. */
export function hourlyTemperature(
  series: RegularSeries | null,
  time: LocalTime,
  firstDay: number,
  until: number
): DayGrid | null {
  if (series === null) return null
  const grid = dayGrid(series, time, HOURS, firstDay, until)
  return fillGaps(grid.values) ? grid : null
}

/** Writes the means over the parts of a day at `at`, °C, weighted by how much each of them counts. */
export function temperatureParts(grid: DayGrid, day: number, target: Float64Array, at: number): void {
  const midnight = (day - grid.firstDay) * HOURS
  for (let part = 0; part < PARTS.length; part++) {
    const [from, to] = PARTS[part] as (typeof PARTS)[number]
    let sum = 0
    for (let hour = from; hour < to; hour++) sum += grid.values[midnight + hour] as number
    target[at + part] = sum / (to - from)
  }
}

export function partWeight(part: number): number {
  return (PARTS[part] as (typeof PARTS)[number])[2]
}

/** Short gaps by a straight line, longer ones by the same hour of the day before, else of the day after, else the mean. */
function fillGaps(values: Float64Array): boolean {
  let sum = 0
  let known = 0
  for (const value of values) {
    if (Number.isNaN(value)) continue
    sum += value
    known++
  }
  if (known === 0) return false
  if (known === values.length) return true
  for (let from = 0; from < values.length; from++) {
    if (!Number.isNaN(values[from] as number)) continue
    let to = from
    while (to < values.length && Number.isNaN(values[to] as number)) to++
    if (from > 0 && to < values.length && to - from <= LONGEST_LINE_HOURS) drawLine(values, from, to)
    from = to
  }
  for (let i = HOURS; i < values.length; i++) {
    if (Number.isNaN(values[i] as number)) values[i] = values[i - HOURS] as number
  }
  for (let i = values.length - 1 - HOURS; i >= 0; i--) {
    if (Number.isNaN(values[i] as number)) values[i] = values[i + HOURS] as number
  }
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i] as number)) values[i] = sum / known
  return true
}

function drawLine(values: Float64Array, from: number, to: number): void {
  const before = values[from - 1] as number
  const rise = ((values[to] as number) - before) / (to - from + 1)
  for (let i = from; i < to; i++) values[i] = before + rise * (i - from + 1)
}

import { addDays, type LocalTime } from '../contract/localTime.ts'
import { type RegularSeries, valueAt } from '../forecast/load/series.ts'
import type { TestRows } from './forecastDays.ts'

const DAY_MS = 86_400_000
/** A temperature that is not known ahead is the mean of so many earlier days at that hour. */
const LIKE_DAYS = 3
const LOOK_BACK_DAYS = 366

/** The mean temperature of the interval that begins at t, or that of the coarser one it lies in; NaN unknown. */
export function temperatureOver(temperature: RegularSeries, t: number, stepMs: number): number {
  let [sum, count] = [0, 0]
  const first = Math.max(0, Math.ceil((t - temperature.startMs) / temperature.stepMs))
  const end = (t + stepMs - temperature.startMs) / temperature.stepMs
  for (let i = first; i < end; i++) {
    const tempC = temperature.values[i] ?? NaN
    if (!Number.isFinite(tempC)) continue
    sum += tempC
    count++
  }
  return count > 0 ? sum / count : valueAt(temperature, t)
}

/** The temperature of each row; where it is not known, the mean of the last three known days before at that hour. */
export function temperatureOfRows(ahead: RegularSeries, past: RegularSeries, rows: TestRows): Float64Array {
  const column = new Float64Array(rows.t.length)
  for (const { midnight, from, to } of rows.days) {
    for (let i = from; i < to; i++) {
      const t = rows.t[i] ?? 0
      const tempC = temperatureOver(ahead, t, rows.stepMs)
      column[i] = Number.isFinite(tempC) ? tempC : likeDays(past, t, midnight, rows.stepMs)
    }
  }
  return column
}

function likeDays(past: RegularSeries, t: number, midnight: number, stepMs: number): number {
  const known: number[] = []
  for (let day = 1; day <= LOOK_BACK_DAYS && known.length < LIKE_DAYS; day++) {
    const at = t - day * DAY_MS
    const tempC = at < midnight ? temperatureOver(past, at, stepMs) : NaN
    if (Number.isFinite(tempC)) known.push(tempC)
  }
  return known.reduce((sum, tempC) => sum + tempC, 0) / known.length
}

/** The highest temperature of each test day; null where none of it is known. */
export function highestTemperatures(
  temperature: RegularSeries,
  time: LocalTime,
  { days }: TestRows
): (number | null)[] {
  const { startMs, stepMs, values } = temperature
  return days.map(({ date, midnight }) => {
    const first = Math.max(0, Math.ceil((midnight - startMs) / stepMs))
    const end = Math.min(values.length, (time.dayStart(addDays(date, 1)) - startMs) / stepMs)
    let highest = -Infinity
    for (let i = first; i < end; i++) {
      const tempC = values[i] ?? NaN
      if (tempC > highest) highest = tempC
    }
    return highest === -Infinity ? null : highest
  })
}

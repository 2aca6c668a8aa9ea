import { addDays, type LocalTime } from '../../contract/localTime.ts'
import type { RegularSeries } from './series.ts'

const DAY_MS = 86_400_000

/** Local days in rows, slots of the wall clock in columns; NaN is unknown. Day numbers count from 1 January 1970. */
export interface DayGrid {
  readonly firstDay: number
  readonly slots: number
  /** Row by row: `values[(day − firstDay) · slots + slot]`. */
  readonly values: Float64Array
}

/** Where a moment stands: its local day and the slot of the wall clock there. */
export interface Place {
  readonly day: number
  readonly slot: number
}

export function dayNumber(time: LocalTime, t: number): number {
  return Math.floor((t + time.offsetMs(t)) / DAY_MS)
}

export function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}

export function placeOf(time: LocalTime, t: number, slots: number): Place {
  const local = t + time.offsetMs(t)
  const day = Math.floor(local / DAY_MS)
  return { day, slot: Math.floor(((local - day * DAY_MS) * slots) / DAY_MS) }
}

/**
 * The means by local day and slot of what a series says from the local day `firstDay` on, before the moment `until`. The
 * hour that a clock change repeats is averaged, the one it skips stays unknown.
 */
export function dayGrid(
  series: RegularSeries,
  time: LocalTime,
  slots: number,
  firstDay: number,
  until: number
): DayGrid {
  const { startMs, stepMs, values } = series
  const lastDay = Math.max(firstDay, dayNumber(time, until - 1))
  const sums = new Float64Array((lastDay - firstDay + 1) * slots).fill(Number.NaN)
  const counts = new Uint16Array(sums.length)
  let date = dateOf(firstDay)
  let dayStart = time.dayStart(date)
  for (let day = firstDay; day <= lastDay; day++) {
    date = addDays(date, 1)
    const dayEnd = time.dayStart(date)
    const usual = dayEnd - dayStart === DAY_MS && time.offsetMs(dayStart) === time.offsetMs(dayEnd - 1)
    const from = Math.max(0, Math.ceil((dayStart - startMs) / stepMs))
    const to = Math.min(values.length, Math.ceil((Math.min(dayEnd, until) - startMs) / stepMs))
    for (let i = from; i < to; i++) {
      const value = values[i] as number
      if (Number.isNaN(value)) continue
      const t = startMs + i * stepMs
      const slot = usual ? Math.floor(((t - dayStart) * slots) / DAY_MS) : placeOf(time, t, slots).slot
      const at = (day - firstDay) * slots + slot
      sums[at] = counts[at] === 0 ? value : (sums[at] as number) + value
      counts[at] = (counts[at] as number) + 1
    }
    dayStart = dayEnd
  }
  for (let at = 0; at < sums.length; at++) {
    if ((counts[at] as number) > 1) sums[at] = (sums[at] as number) / (counts[at] as number)
  }
  return { firstDay, slots, values: sums }
}

import { addDays, daysBetween } from '../../contract/localTime.ts'
import type { SlotGrid } from './slotGrid.ts'
import { type MeterHistory, meansOver } from './slots.ts'

/** Readings that start up to this long before a slot may act in it. */
export const EARLIER_MS = 2 * 3_600_000

/**
 * Means of one meter (kW) or weather station (°C) by local day and place on the wall clock; NaN where unknown. A repeated
 * hour counts with the mean of its passes and is unknown where one of them is; a skipped one is unknown.
 */
export interface DayLoads {
  /** The slots of a day, from local midnight; null: this day was not read. Not to be written to. */
  of(date: string): Float64Array | null
}

/**
 * The settlement slots of some days in a row, laid out once for all meters that are read over them.
 *
 *   slots   ─┬──┬──┬──┬─    starts, ends: every real slot, ascending
 *   cells    └─┐└─┐└┐┌┘     cell: day · slotsPerDay + place on the wall clock; a repeated hour has two slots in a cell
 */
export interface DaySpan {
  /** The first local date, and how many days there are. */
  from: string
  days: number
  slotsPerDay: number
  starts: Float64Array
  ends: Float64Array
  cells: Int32Array
  rowOf: ReadonlyMap<string, number>
  /** The readings that matter: [readFrom, readTo), epoch ms. */
  readFrom: number
  readTo: number
}

/** Lays out the days from … to, both included. */
export function daySpan(grid: SlotGrid, from: string, to: string): DaySpan {
  const days = Math.max(0, daysBetween(from, to) + 1)
  const slotsPerDay = Math.ceil(1440 / grid.minutes)
  const starts: number[] = []
  const ends: number[] = []
  const cells: number[] = []
  const rowOf = new Map<string, number>()
  for (let row = 0; row < days; row++) {
    const date = addDays(from, row)
    rowOf.set(date, row)
    for (const slot of grid.ofDay(date)) {
      starts.push(slot.start)
      ends.push(slot.end)
      cells.push(row * slotsPerDay + slot.index)
    }
  }
  return {
    ...{ from, days, slotsPerDay, rowOf },
    starts: Float64Array.from(starts),
    ends: Float64Array.from(ends),
    cells: Int32Array.from(cells),
    readFrom: (starts[0] ?? 0) - EARLIER_MS,
    readTo: ends.at(-1) ?? 0
  }
}

/** The days of one meter; slots that end after `until` (epoch ms) are unknown, whatever the readings say. */
export function dayLoads(readings: MeterHistory, span: DaySpan, until = Infinity): DayLoads {
  const { slotsPerDay, days, ends, cells, rowOf } = span
  const means = meansOver(readings, span.starts, ends)
  const values = new Float64Array(days * slotsPerDay)
  const passes = new Uint8Array(values.length)
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i] ?? 0
    values[cell] = (values[cell] ?? 0) + ((ends[i] ?? 0) > until ? NaN : (means[i] ?? NaN))
    passes[cell] = (passes[cell] ?? 0) + 1
  }
  for (let cell = 0; cell < values.length; cell++) {
    const count = passes[cell] ?? 0
    if (count !== 1) values[cell] = count === 0 ? NaN : (values[cell] ?? NaN) / count
  }
  return {
    of(date) {
      const row = rowOf.get(date)
      return row === undefined ? null : values.subarray(row * slotsPerDay, (row + 1) * slotsPerDay)
    }
  }
}

/** Days that were read in parts, as one. */
export function joinedDays(): DayLoads & { add(part: DayLoads): void } {
  const parts: DayLoads[] = []
  return {
    add: part => void parts.push(part),
    of(date) {
      for (const part of parts) {
        const day = part.of(date)
        if (day !== null) return day
      }
      return null
    }
  }
}

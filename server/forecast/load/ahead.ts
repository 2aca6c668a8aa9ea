import type { LocalTime } from '../../contract/localTime.ts'
import { covarianceRow } from './covariance.ts'
import type { DayGrid } from './dayGrid.ts'
import { setDay, standardise } from './dayTable.ts'
import type { Learned } from './learn.ts'
import { toScale } from './scale.ts'
import { forecastRow, innovate, substituteRow } from './sequence.ts'

/** The forecast of one day before any correction, on the model's scale less the mean of each slot. */
export interface RawDay {
  readonly z: Float64Array
  /** The standard deviation that is left, in the same units as those of the days learned from. */
  readonly deviation: number
  readonly row: number
}

/** One day ahead on the model's scale: what is expected by slot, and the size of its errors. */
export interface DayTold {
  readonly day: number
  readonly z: Float64Array
  readonly size: Float64Array
}

/** The calendar and the temperature of the days that are told. */
export interface Surroundings {
  readonly holidays: ReadonlySet<string>
  readonly temperature: DayGrid | null
  readonly time: LocalTime
}

/**
 * Takes in the whole days since the fit, whose loads are known by now: the model stays, what it knows of the newest days
 * is brought up to date. Returns how many rows are known; they stand behind those of the fit and are written anew each time.
 */
export function takeIn(
  learned: Learned,
  load: DayGrid,
  days: readonly number[],
  around: Surroundings
): number {
  const { memory, slots, scale, means } = learned
  const usual = learned.usual.slice()
  let rows = learned.table.count
  for (const day of days.slice(-(memory.stride - rows - 1))) {
    const at = rows * slots
    const raw = rawDay(learned, rows, day, around, memory.foretold, at)
    memory.factor[rows * memory.stride + rows] = raw
    const from = (day - load.firstDay) * slots
    for (let slot = 0; slot < slots; slot++) {
      memory.errors[at + slot] = toScale(scale, load.values[from + slot] as number) - (means[slot] as number)
    }
    innovate(raw, memory.errors, memory.foretold, at, slots, rows, usual, memory.innovations)
    for (let slot = 0; slot < slots; slot++) {
      memory.errors[at + slot] = (memory.errors[at + slot] as number) - (memory.foretold[at + slot] as number)
    }
    rows++
  }
  return rows
}

/** The forecast of a day from the first `rows` rows. */
export function dayAhead(learned: Learned, rows: number, day: number, around: Surroundings): RawDay {
  const z = new Float64Array(learned.slots)
  return { z, deviation: rawDay(learned, rows, day, around, z, 0), row: rows }
}

function rawDay(
  learned: Learned,
  rows: number,
  day: number,
  around: Surroundings,
  target: Float64Array,
  at: number
): number {
  const { table, memory, form, slots } = learned
  const { factor, stride, innovations } = memory
  setDay(table, rows, day, around.holidays, around.temperature)
  standardise(table, rows, learned.range)
  covarianceRow(form, table, rows, table, rows + 1, factor, rows * stride)
  const variance = (factor[rows * stride + rows] as number) + form.noise
  const left = substituteRow(factor, stride, rows, factor, rows * stride, variance)
  forecastRow(factor, rows * stride, innovations, slots, rows, target, at)
  return Math.sqrt(left)
}

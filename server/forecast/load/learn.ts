import { factorise } from './cholesky.ts'
import { choose } from './choose.ts'
import { type Correction, correctHistory, correction } from './correction.ts'
import { type Covariance, covariance, covarianceRow } from './covariance.ts'
import {
  type DayTable,
  dayTable,
  setDay,
  standardise,
  type TemperatureRange,
  temperatureRange
} from './dayTable.ts'
import type { DayHistory } from './history.ts'
import type { FitMemory } from './memory.ts'
import { type LoadScale, onScale, possibleScales } from './scale.ts'
import { forecastRow, innovate } from './sequence.ts'

const YEAR_DAYS = 360
const LONGEST_APART_DAYS = 3500
/** What the days of a history taught: everything that a forecast of a further day needs. */
export interface Learned {
  readonly slots: number
  readonly scale: LoadScale
  readonly means: Float64Array
  readonly table: DayTable
  readonly range: TemperatureRange
  readonly form: Covariance
  readonly correction: Correction
  readonly usual: Float64Array
  readonly memory: FitMemory
}

/** Learns day by day; out-of-sample errors of every day lie in `memory.corrected` afterwards, NaN where unknown. */
export function learn(history: DayHistory, holidays: ReadonlySet<string>, memory: FitMemory): Learned {
  const { slots, days } = history
  const table = dayTable(memory.stride)
  table.count = days.length
  days.forEach((day, row) => {
    setDay(table, row, day, holidays, history.temperature)
  })
  const range = temperatureRange(table)
  for (let row = 0; row < table.count; row++) standardise(table, row, range)

  const kw = knownLoads(history)
  const covered = { seasonal: history.spanDays >= YEAR_DAYS, slow: history.spanDays >= 2 * YEAR_DAYS }
  const { choice, scale } = choose(table, kw, slots, covered, possibleScales(kw), memory.factor)
  const { values, means } = onScale(kw, scale, slots)
  memory.errors.set(values)
  const form = covariance(choice, LONGEST_APART_DAYS)
  for (let row = 0; row < table.count; row++) {
    const at = row * memory.stride
    covarianceRow(form, table, row, table, row + 1, memory.factor, at)
    memory.factor[at + row] = (memory.factor[at + row] as number) + form.noise
  }
  factorise(memory.factor, table.count, memory.stride)
  const usual = walk(table.count, slots, memory)
  const state = correct(table, slots, memory)
  return { slots, scale, means, table, range, form, correction: state, usual, memory }
}

/** Forward through the days; returns the usual squared innovation of each slot. */
function walk(count: number, slots: number, memory: FitMemory): Float64Array {
  const { factor, stride, errors, foretold, innovations } = memory
  const usual = new Float64Array(slots)
  for (let row = 0; row < count; row++) {
    forecastRow(factor, row * stride, innovations, slots, row, foretold, row * slots)
    const diagonal = factor[row * stride + row] as number
    innovate(diagonal, errors, foretold, row * slots, slots, row, usual, innovations)
  }
  return usual
}

function correct(table: DayTable, slots: number, memory: FitMemory): Correction {
  const { errors, foretold, corrected } = memory
  const length = table.count * slots
  let squares = 0
  let known = 0
  for (let i = 0; i < length; i++) {
    const error = (errors[i] as number) - (foretold[i] as number)
    errors[i] = error
    if (Number.isNaN(error) || i < 10 * slots) continue
    squares += error * error
    known++
  }
  const state = correction(slots, known === 0 ? 0 : squares / known)
  correctHistory(state, table, errors, corrected)
  return state
}

function knownLoads({ days, load, slots }: DayHistory): Float64Array {
  const kw = new Float64Array(days.length * slots)
  days.forEach((day, row) => {
    const from = (day - load.firstDay) * slots
    kw.set(load.values.subarray(from, from + slots), row * slots)
  })
  return kw
}

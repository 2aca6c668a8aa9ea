import { factorise } from './cholesky.ts'
import { chooseCovariance } from './choose.ts'
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
import { fromScale, type LoadScale, possiblePowers, toScale } from './scale.ts'
import { forecastRow, innovate } from './sequence.ts'

const YEAR_DAYS = 360
const LONGEST_APART_DAYS = 3000
/** How much better logs must foretell to be taken instead of the half way. */
const LOG_GAIN = 0.985

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
  const unitKw = meanSize(kw)
  const [usualPower = 1, logs] = possiblePowers(kw, unitKw)
  let scale: LoadScale = { power: usualPower, unitKw }
  let means = putOnScale(kw, scale, slots, memory.errors)
  const covered = { seasonal: history.spanDays >= YEAR_DAYS, slow: history.spanDays >= 2 * YEAR_DAYS }
  const choice = chooseCovariance(table, memory.errors, slots, covered, memory)
  const form = covariance(choice, LONGEST_APART_DAYS)
  for (let row = 0; row < table.count; row++) {
    const at = row * memory.stride
    covarianceRow(form, table, row, table, row + 1, memory.factor, at)
    memory.factor[at + row] = (memory.factor[at + row] as number) + form.noise
  }
  factorise(memory.factor, table.count, memory.stride)
  let usual = walk(table.count, slots, memory)
  if (logs !== undefined) {
    const half = meanMiss(kw, scale, means, slots, memory.foretold)
    const logScale = { power: logs, unitKw }
    const logMeans = putOnScale(kw, logScale, slots, memory.errors)
    usual = walk(table.count, slots, memory)
    if (meanMiss(kw, logScale, logMeans, slots, memory.foretold) < LOG_GAIN * half) {
      scale = logScale
      means = logMeans
    } else {
      means = putOnScale(kw, scale, slots, memory.errors)
      usual = walk(table.count, slots, memory)
    }
  }
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

function meanSize(kw: Float64Array): number {
  let sum = 0
  let known = 0
  for (const value of kw) {
    if (Number.isNaN(value)) continue
    sum += Math.abs(value)
    known++
  }
  return sum > 0 ? sum / known : 1
}

/** Writes the loads on the scale, less the mean of their slot; returns the means. */
function putOnScale(kw: Float64Array, scale: LoadScale, slots: number, target: Float64Array): Float64Array {
  const means = new Float64Array(slots)
  const counts = new Float64Array(slots)
  for (let i = 0; i < kw.length; i++) {
    const z = toScale(scale, kw[i] as number)
    target[i] = z
    if (Number.isNaN(z)) continue
    means[i % slots] = (means[i % slots] as number) + z
    counts[i % slots] = (counts[i % slots] as number) + 1
  }
  for (let slot = 0; slot < slots; slot++) {
    if ((counts[slot] as number) > 0) means[slot] = (means[slot] as number) / (counts[slot] as number)
  }
  for (let i = 0; i < kw.length; i++) target[i] = (target[i] as number) - (means[i % slots] as number)
  return means
}

function meanMiss(
  kw: Float64Array,
  scale: LoadScale,
  means: Float64Array,
  slots: number,
  foretold: Float64Array
): number {
  let sum = 0
  for (let i = kw.length >> 2; i < kw.length; i++) {
    const miss = fromScale(scale, (foretold[i] as number) + (means[i % slots] as number)) - (kw[i] as number)
    if (!Number.isNaN(miss)) sum += Math.abs(miss)
  }
  return sum
}

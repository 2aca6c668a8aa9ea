import { factorise } from './cholesky.ts'
import { type CovarianceChoice, covariance, covarianceRow } from './covariance.ts'
import type { DayTable } from './dayTable.ts'
import { TEMPERATURE_PARTS } from './dayTemperature.ts'
import { forecastRow, innovate } from './sequence.ts'

const TRIED_DAYS = 280
const TRIED_SLOTS = 12
const NOISES = [0.01, 0.03, 0.1, 0.3, 1, 3] as const
const FIRST_NOISE = 2
const REACHES = [1, 2] as const
const DRIFTS = [
  [0.05, 60],
  [0.5, 30]
] as const

/**
 * Chooses noise, reach and drift by what they would have foretold: the sum over the newest days of the log predictive
 * density of each day from the days before it (the evidence, Rasmussen and Williams 2006, eq. 5.8), the size of the
 * whole profiled out. A walk along the noise first, then one try at each of the others.
 */
export function chooseCovariance(
  table: DayTable,
  loads: Float64Array,
  slots: number,
  covered: Pick<CovarianceChoice, 'seasonal' | 'slow'>,
  memory: { factor: Float64Array }
): CovarianceChoice {
  const first = Math.max(0, table.count - TRIED_DAYS)
  const tried = newest(table, first)
  const sample = sampleSlots(loads, slots, first, table.count)
  const judge = (choice: CovarianceChoice) => evidence(choice, tried, sample, memory.factor)
  const at = (noise: number): CovarianceChoice => ({
    ...covered,
    noise: NOISES[noise] as number,
    reach: REACHES[0],
    drift: DRIFTS[0]
  })
  let noise: number = FIRST_NOISE
  let best = judge(at(noise))
  for (const step of [-1, 1]) {
    while (noise + step >= 0 && noise + step < NOISES.length) {
      const next = judge(at(noise + step))
      if (next <= best) break
      best = next
      noise += step
    }
    if (noise !== FIRST_NOISE) break
  }
  let choice = at(noise)
  for (const other of [{ reach: REACHES[1] }, { drift: DRIFTS[1] }]) {
    const next = judge({ ...choice, ...other })
    if (next <= best) continue
    best = next
    choice = { ...choice, ...other }
  }
  return choice
}

function evidence(
  choice: CovarianceChoice,
  table: DayTable,
  sample: Float64Array,
  factor: Float64Array
): number {
  const { count } = table
  const longest = (table.day[count - 1] as number) - (table.day[0] as number)
  const form = covariance(choice, longest)
  for (let row = 0; row < count; row++) {
    covarianceRow(form, table, row, table, row + 1, factor, row * count)
    factor[row * count + row] = (factor[row * count + row] as number) + choice.noise
  }
  factorise(factor, count, count)
  const foretold = new Float64Array(sample.length)
  const innovations = new Float64Array(sample.length)
  const usual = new Float64Array(TRIED_SLOTS)
  let squares = 0
  let logs = 0
  let known = 0
  const judgedFrom = count >> 2
  for (let row = 0; row < count; row++) {
    const at = row * TRIED_SLOTS
    forecastRow(factor, row * count, innovations, TRIED_SLOTS, row, foretold, at)
    const diagonal = factor[row * count + row] as number
    innovate(diagonal, sample, foretold, at, TRIED_SLOTS, row, usual, innovations)
    if (row < judgedFrom) continue
    for (let slot = 0; slot < TRIED_SLOTS; slot++) {
      if (Number.isNaN(sample[at + slot] as number)) continue
      squares += (innovations[at + slot] as number) ** 2
      logs += Math.log(diagonal)
      known++
    }
  }
  return known === 0 || squares === 0 ? 0 : -0.5 * Math.log(squares / known) - logs / known
}

function sampleSlots(loads: Float64Array, slots: number, first: number, count: number): Float64Array {
  const sample = new Float64Array((count - first) * TRIED_SLOTS)
  for (let row = first; row < count; row++) {
    for (let i = 0; i < TRIED_SLOTS; i++) {
      const slot = Math.floor(((i + 0.5) * slots) / TRIED_SLOTS)
      sample[(row - first) * TRIED_SLOTS + i] = loads[row * slots + slot] as number
    }
  }
  return sample
}

function newest(table: DayTable, first: number): DayTable {
  return {
    count: table.count - first,
    day: table.day.subarray(first),
    weekday: table.weekday.subarray(first),
    working: table.working.subarray(first),
    holiday: table.holiday.subarray(first),
    inRun: table.inRun.subarray(first),
    beforeHoliday: table.beforeHoliday.subarray(first),
    afterHoliday: table.afterHoliday.subarray(first),
    holidayDate: table.holidayDate.subarray(first),
    parts: table.parts.subarray(first * TEMPERATURE_PARTS),
    length2: table.length2.subarray(first)
  }
}

import { factorise } from './cholesky.ts'
import { type CovarianceChoice, covariance, covarianceRow } from './covariance.ts'
import type { DayTable } from './dayTable.ts'
import { TEMPERATURE_PARTS } from './dayTemperature.ts'
import { TRIED_DAYS } from './memory.ts'
import { fromScale, type LoadScale, onScale } from './scale.ts'
import { forecastRow, innovate } from './sequence.ts'

const TRIED_SLOTS = 12
const NOISES = [0.01, 0.03, 0.1, 0.3, 1, 3] as const
const FIRST_NOISE = 2
const REACHES = [1, 2] as const
const DRIFTS = [
  [0.05, 60],
  [0.5, 30]
] as const
/** By how much another scale must miss less than the usual one to be taken. */
const OTHER_SCALE_GAIN = 0.985

/**
 * Chooses noise, reach and drift by what they would have foretold: the sum over the newest days of the log predictive
 * density of each day from the days before it (the evidence, Rasmussen and Williams 2006, eq. 5.8), the size of the
 * whole profiled out. A walk along the noise first, then one try at each of the others. The scale last: among those
 * possible, logs only where their forecasts of the same days miss clearly less.
 */
export function choose(
  table: DayTable,
  kw: Float64Array,
  slots: number,
  covered: Pick<CovarianceChoice, 'seasonal' | 'slow'>,
  scales: readonly LoadScale[],
  room: Float64Array
): { choice: CovarianceChoice; scale: LoadScale } {
  const first = Math.max(0, table.count - TRIED_DAYS)
  const tried = newest(table, first)
  const loads = sampleSlots(kw, slots, first, table.count)
  let scale = scales[0] as LoadScale
  const size = tried.count * tried.count
  const [shared, factor] = [room.subarray(0, size), room.subarray(size, 2 * size)]
  const trial = { table: tried, sample: onScale(loads, scale, TRIED_SLOTS).values, shared, factor }
  let choice: CovarianceChoice = { ...covered, noise: 0, reach: REACHES[0], drift: DRIFTS[0] }
  share(trial, choice)
  const [noise, evidenceOfNoise] = walkNoise(trial)
  choice = { ...choice, noise }
  let best = evidenceOfNoise
  for (const other of [{ reach: REACHES[1] }, { drift: DRIFTS[1] }]) {
    share(trial, { ...choice, ...other })
    const next = evidence(trial, noise)
    if (next <= best) continue
    best = next
    choice = { ...choice, ...other }
  }
  if (scales.length === 1) return { choice, scale }
  share(trial, choice)
  factorOf(trial, noise)
  let least = miss(trial, loads, scale) * OTHER_SCALE_GAIN
  for (const other of scales.slice(1)) {
    const missed = miss(trial, loads, other)
    if (missed >= least) continue
    least = missed
    scale = other
  }
  return { choice, scale }
}

function walkNoise(trial: Trial): readonly [noise: number, evidence: number] {
  let at: number = FIRST_NOISE
  let best = evidence(trial, NOISES[at] as number)
  for (const step of [-1, 1]) {
    while (at + step >= 0 && at + step < NOISES.length) {
      const next = evidence(trial, NOISES[at + step] as number)
      if (next <= best) break
      best = next
      at += step
    }
    if (at !== FIRST_NOISE) break
  }
  return [NOISES[at] as number, best]
}

/** The days tried, their covariances without noise, and room for a factor of them. */
interface Trial {
  readonly table: DayTable
  readonly sample: Float64Array
  readonly shared: Float64Array
  readonly factor: Float64Array
}

function share(trial: Trial, choice: CovarianceChoice): void {
  const { table, shared } = trial
  const { count } = table
  const longest = (table.day[count - 1] as number) - (table.day[0] as number)
  const form = covariance(choice, longest)
  for (let row = 0; row < count; row++) {
    covarianceRow(form, table, row, table, row + 1, shared, row * count)
  }
}

function evidence(trial: Trial, noise: number): number {
  const { table, sample, factor } = trial
  const { count } = table
  factorOf(trial, noise)
  const { innovations } = walk(factor, count, sample)
  let squares = 0
  let logs = 0
  let known = 0
  for (let row = count >> 2; row < count; row++) {
    const size = Math.log(factor[row * count + row] as number)
    for (let slot = 0; slot < TRIED_SLOTS; slot++) {
      const at = row * TRIED_SLOTS + slot
      if (Number.isNaN(sample[at] as number)) continue
      squares += (innovations[at] as number) ** 2
      logs += size
      known++
    }
  }
  return known === 0 || squares === 0 ? 0 : -0.5 * Math.log(squares / known) - logs / known
}

function factorOf({ table, shared, factor }: Trial, noise: number): void {
  const { count } = table
  factor.set(shared.subarray(0, count * count))
  for (let row = 0; row < count; row++) {
    factor[row * count + row] = (factor[row * count + row] as number) + noise
  }
  factorise(factor, count, count)
}

function walk(
  factor: Float64Array,
  count: number,
  sample: Float64Array
): { foretold: Float64Array; innovations: Float64Array } {
  const foretold = new Float64Array(sample.length)
  const innovations = new Float64Array(sample.length)
  const usual = new Float64Array(TRIED_SLOTS)
  for (let row = 0; row < count; row++) {
    const at = row * TRIED_SLOTS
    forecastRow(factor, row * count, innovations, TRIED_SLOTS, row, foretold, at)
    const diagonal = factor[row * count + row] as number
    innovate(diagonal, sample, foretold, at, TRIED_SLOTS, row, usual, innovations)
  }
  return { foretold, innovations }
}

/** The mean absolute error, kW, of the newest days foretold one by one on a scale. */
function miss(trial: Trial, kw: Float64Array, scale: LoadScale): number {
  const { table, factor } = trial
  const { values, means } = onScale(kw, scale, TRIED_SLOTS)
  const { foretold } = walk(factor, table.count, values)
  let sum = 0
  for (let i = kw.length >> 2; i < kw.length; i++) {
    const z = (foretold[i] as number) + (means[i % TRIED_SLOTS] as number)
    const error = fromScale(scale, z) - (kw[i] as number)
    if (!Number.isNaN(error)) sum += Math.abs(error)
  }
  return sum
}

function sampleSlots(kw: Float64Array, slots: number, first: number, count: number): Float64Array {
  const sample = new Float64Array((count - first) * TRIED_SLOTS)
  for (let row = first; row < count; row++) {
    for (let i = 0; i < TRIED_SLOTS; i++) {
      const slot = Math.floor(((i + 0.5) * slots) / TRIED_SLOTS)
      sample[(row - first) * TRIED_SLOTS + i] = kw[row * slots + slot] as number
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

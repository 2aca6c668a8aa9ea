import { addDays, type LocalTime } from '../../contract/localTime.ts'
import { type DayTold, dayAhead, type RawDay, type Surroundings, takeIn } from './ahead.ts'
import { expectedError, MIDNIGHT_FEATURES, midnightFeatures, sameTime } from './correction.ts'
import { type DayGrid, dateOf, placeOf } from './dayGrid.ts'
import { hourlyTemperature, TEMPERATURE_DAYS_BACK } from './dayTemperature.ts'
import type { ErrorMemory } from './errors.ts'
import type { LoadModel } from './fit.ts'
import { teachingDays } from './history.ts'
import type { Learned } from './learn.ts'
import { type Newest, newestCorrection } from './newest.ts'
import { toScale } from './scale.ts'
import { DAY_FEATURES, dayFactor, dayFeatures } from './spread.ts'
import type { ForecastInput } from './types.ts'

/** The days from the origin’s own to the last one, each corrected by what is known at the origin. */
export function daysTold(
  model: LoadModel,
  learned: Learned,
  errors: ErrorMemory,
  input: ForecastInput,
  known: DayGrid,
  today: number,
  last: number
): DayTold[] {
  const { holidays, time } = model.calendar
  const since = teachingDays(known, today)
  const from = Math.min(since[0] ?? today, today) - TEMPERATURE_DAYS_BACK
  const temperature = temperatureAhead(model, input, from, last)
  const around = { holidays, temperature, time }
  const rows = takeIn(learned, known, since, around)
  const days: DayTold[] = []
  let newest: Newest | null = null
  for (let day = today; day <= last; day++) {
    const raw = dayAhead(learned, rows, day, around)
    const doubt = temperatureDoubt(learned, rows, day, raw.z, around, input)
    if (day === today) {
      correctAtMidnight(learned, raw, day)
      newest = newestCorrection(errors, errorsOfToday(learned, raw, known, today), learned.slots)
    }
    const lead = errors.leadSizes[day - today] as number
    const shift =
      newest === null ? null : day === today ? newest.today : day === today + 1 ? newest.tomorrow : null
    const left = newest !== null && day === today ? newest.left : null
    const factor = factorOf(learned, errors, raw) * lead
    const z = shift === null ? raw.z : raw.z.map((value, slot) => value + (shift[slot] as number))
    const sizeOf = (size: number, slot: number) =>
      Math.hypot(size * factor * (left?.[slot] ?? 1), doubt?.[slot] ?? 0)
    days.push({ day, z, size: errors.spread.bySlot.map(sizeOf) })
  }
  return days
}

/**
 * What the day changes by when its temperature is wrong by its usual error, towards the middle of what was seen: beyond the
 * range the effect saturates, and would look smaller than it is. null without one.
 */
function temperatureDoubt(
  learned: Learned,
  rows: number,
  day: number,
  told: Float64Array,
  around: Surroundings,
  { temperatureErrorK = 0, origin }: ForecastInput
): Float64Array | null {
  const { temperature } = around
  if (temperature === null || !(temperatureErrorK > 0)) return null
  const midnight = 24 * (day - temperature.firstDay)
  const from =
    midnight + (around.time.date(origin) === dateOf(day) ? placeOf(around.time, origin, 24).slot : 0)
  const meanC = temperature.values
    .subarray(midnight, midnight + 24)
    .reduce((sum, celsius) => sum + celsius / 24, 0)
  const isWarm = meanC > learned.range.meanC
  const errorK = isWarm ? -temperatureErrorK : temperatureErrorK
  const values = temperature.values.map((celsius, hour) => (hour < from ? celsius : celsius + errorK))
  const other = dayAhead(learned, rows, day, { ...around, temperature: { ...temperature, values } }).z
  return other.map((z, slot) => Math.abs(z - (told[slot] as number)))
}

function factorOf(learned: Learned, errors: ErrorMemory, raw: RawDay): number {
  const features = new Float64Array(DAY_FEATURES)
  dayFeatures(learned.table, raw.row, raw.deviation, features)
  return dayFactor(errors.spread, features)
}

function correctAtMidnight(learned: Learned, raw: RawDay, day: number): void {
  const { table, memory, slots, correction } = learned
  const features = new Float64Array(MIDNIGHT_FEATURES)
  const yesterday = midnightFeatures(table, memory.errors, slots, day, raw.row, features)
  for (let slot = 0; slot < slots; slot++) {
    features[4] = sameTime(memory.errors, slots, yesterday, slot)
    raw.z[slot] = (raw.z[slot] as number) + expectedError(correction, slot, features)
  }
}

function errorsOfToday(learned: Learned, raw: RawDay, known: DayGrid, today: number): Float64Array {
  const from = (today - known.firstDay) * learned.slots
  return raw.z.map((z, slot) => {
    const kw = known.values[from + slot] ?? Number.NaN
    return toScale(learned.scale, kw) - (learned.means[slot] as number) - z
  })
}

function temperatureAhead(
  model: LoadModel,
  input: ForecastInput,
  first: number,
  last: number
): DayGrid | null {
  if (model.seenC === null) return null
  const { time } = model.calendar
  const grid = hourlyTemperature(input.temperature, time, first, endOf(time, last))
  if (grid !== null) return grid
  const middle = model.learned?.range.meanC ?? Number.NaN
  return { firstDay: first, slots: 24, values: new Float64Array((last - first + 1) * 24).fill(middle) }
}

/** The first moment of the local day after. */
export function endOf(time: LocalTime, day: number): number {
  return time.dayStart(addDays(dateOf(day), 1))
}

import { addDays, type LocalTime } from '../../contract/localTime.ts'
import { type DayTold, dayAhead, type RawDay, takeIn } from './ahead.ts'
import { expectedError, MIDNIGHT_FEATURES, midnightFeatures, sameTime } from './correction.ts'
import { type DayGrid, dateOf, dayGrid, dayNumber } from './dayGrid.ts'
import { hourlyTemperature, TEMPERATURE_DAYS_BACK } from './dayTemperature.ts'
import { type ErrorMemory, kwOf, MOST_LEADS } from './errors.ts'
import { firstDayAfter, type LoadModel } from './fit.ts'
import { teachingDays } from './history.ts'
import type { Learned } from './learn.ts'
import { type Newest, newestCorrection } from './newest.ts'
import { peakOf } from './peak.ts'
import { toScale } from './scale.ts'
import { valueAt } from './series.ts'
import { DAY_FEATURES, dayFactor, dayFeatures, quantileAt } from './spread.ts'
import { stepsAhead, stepValue } from './steps.ts'
import type { ForecastInput, LoadForecast, PeakForecast } from './types.ts'

const EVER_SEEN_FACTOR = 1.3

/**
 * The forecast from `origin` to `until` (at most 8 local days, today among them); null where the model claims nothing. Loads at or after the
 * origin are never looked at. Throws RangeError for an origin before the fit and for a model whose room was given away.
 */
export function forecastLoad(model: LoadModel, input: ForecastInput): LoadForecast | null {
  const { learned, errors, calendar, basis } = model
  if (learned === null || errors === null || basis === 'none') return null
  if (learned.memory.owner !== learned)
    throw new RangeError('the room of this model was given to a later fit')
  if (input.origin < model.knownUntil)
    throw new RangeError('the origin lies before the end of what the fit knew')
  const { time } = calendar
  const today = dayNumber(time, input.origin)
  const last = Math.min(dayNumber(time, input.until - 1), today + MOST_LEADS - 1)
  const known = knownLoads(model, input, learned.slots, today)
  const told = daysTold(model, learned, errors, input, known, today, last)
  const steps = stepsAhead(
    input.load,
    time,
    learned.slots,
    input.origin,
    Math.min(input.until, endOf(time, last))
  )
  const low = Math.min(0, quantileAt(errors.spread.slotQuantiles, 0.1))
  const high = Math.max(0, quantileAt(errors.spread.slotQuantiles, 0.9))
  const at = (quantile: number) =>
    told.map(({ z, size }) =>
      z.map((value, slot) => kwOf(learned, slot, value + quantile * (size[slot] as number)))
    )
  const column = (days: readonly Float64Array[]) =>
    Float64Array.from({ length: steps.length }, (_, i) => stepValue(steps, days, i))
  const p50Kw = column(at(0))
  return {
    basis,
    origin: input.origin,
    startMs: steps.startMs,
    stepMs: steps.stepMs,
    p10Kw: column(at(low)),
    p50Kw,
    p90Kw: column(at(high)),
    saturated: saturation(model, input, steps),
    aboveEverSeen: Uint8Array.from(p50Kw, kw => (kw > EVER_SEEN_FACTOR * model.highestKw ? 1 : 0)),
    peaks: peaksOf(learned, errors, told, input, known, time)
  }
}

/** Loads by day from the first day that the fit did not know, up to the origin. */
function knownLoads(model: LoadModel, input: ForecastInput, slots: number, today: number): DayGrid {
  const first = Math.min(firstDayAfter(model), today)
  return dayGrid(input.load, model.calendar.time, slots, first, input.origin)
}

function daysTold(
  model: LoadModel,
  learned: Learned,
  errors: ErrorMemory,
  input: ForecastInput,
  known: DayGrid,
  today: number,
  last: number
): DayTold[] {
  const { holidays } = model.calendar
  const since = teachingDays(known, today)
  const from = Math.min(since[0] ?? today, today) - TEMPERATURE_DAYS_BACK
  const temperature = temperatureAhead(model, input, from, last)
  const around = { holidays, temperature }
  const rows = takeIn(learned, known, since, around)
  const days: DayTold[] = []
  let newest: Newest | null = null
  for (let day = today; day <= last; day++) {
    const raw = dayAhead(learned, rows, day, around)
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
    days.push({ day, z, size: errors.spread.bySlot.map((size, slot) => size * factor * (left?.[slot] ?? 1)) })
  }
  return days
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

function saturation(
  model: LoadModel,
  input: ForecastInput,
  steps: { startMs: number; stepMs: number; length: number }
): Uint8Array {
  const { seenC } = model
  const { temperature } = input
  return Uint8Array.from({ length: steps.length }, (_, i) => {
    if (seenC === null || temperature === null) return 0
    const celsius = valueAt(temperature, steps.startMs + i * steps.stepMs)
    return celsius < seenC[0] || celsius > seenC[1] ? 1 : 0
  })
}

function peaksOf(
  learned: Learned,
  errors: ErrorMemory,
  told: readonly DayTold[],
  input: ForecastInput,
  known: DayGrid,
  time: LocalTime
): PeakForecast[] {
  return told.map(day => peakOf(learned, errors, day, input, known, time))
}

function endOf(time: LocalTime, day: number): number {
  return time.dayStart(addDays(dateOf(day), 1))
}

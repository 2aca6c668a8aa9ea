import type { LocalTime } from '../../contract/localTime.ts'
import type { DayTold } from './ahead.ts'
import { type DayGrid, dateOf, placeOf } from './dayGrid.ts'
import { type ErrorMemory, kwOf } from './errors.ts'
import type { Learned } from './learn.ts'
import { quantileAt } from './spread.ts'
import type { ForecastInput, PeakForecast } from './types.ts'

/**
 * The peak of one local day, from the out-of-sample errors of past daily peaks, maximum against maximum. Of today what is
 * over counts as it was: the peak is not below it.
 */
export function peakOf(
  learned: Learned,
  errors: ErrorMemory,
  told: DayTold,
  input: ForecastInput,
  known: DayGrid,
  time: LocalTime
): PeakForecast {
  const { slots } = learned
  const date = dateOf(told.day)
  const start = time.dayStart(date)
  const fromSlot = start < input.origin ? placeOf(time, input.origin, slots).slot : 0
  let slot = fromSlot
  for (let s = fromSlot; s < slots; s++)
    if (
      (told.z[s] as number) + (learned.means[s] as number) >
      (told.z[slot] as number) + (learned.means[slot] as number)
    )
      slot = s
  const size = told.size[slot] as number
  const over = highestSoFar(known, told.day, fromSlot)
  const quantilesKw = errors.spread.peakQuantiles.map(quantile =>
    Math.max(kwOf(learned, slot, (told.z[slot] as number) + quantile * size), over.kw)
  )
  const over50 = quantileAt(quantilesKw, 0.5)
  const peakSlot = over.kw >= over50 && over.slot >= 0 ? over.slot : slot
  return {
    date,
    at: momentOf(time, start, Math.round((peakSlot * 86_400_000) / slots)),
    p10Kw: quantileAt(quantilesKw, 0.1),
    p50Kw: over50,
    p90Kw: quantileAt(quantilesKw, 0.9),
    quantilesKw
  }
}

/** The moment of a time by the clock on the day that begins at `start`; of an hour told twice the first. */
function momentOf(time: LocalTime, start: number, clockMs: number): number {
  const t = start + clockMs
  return t + time.offsetMs(start) - time.offsetMs(t)
}

function highestSoFar(known: DayGrid, day: number, before: number): { kw: number; slot: number } {
  let kw = Number.NEGATIVE_INFINITY
  let slot = -1
  const from = (day - known.firstDay) * known.slots
  for (let s = 0; s < before; s++) {
    const value = known.values[from + s] ?? Number.NaN
    if (!(value > kw)) continue
    kw = value
    slot = s
  }
  return { kw, slot }
}

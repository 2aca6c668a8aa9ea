import type { DayGrid } from './dayGrid.ts'
import { dayGrid, dayNumber } from './dayGrid.ts'
import { kwOf, MOST_LEADS } from './errors.ts'
import { firstDayAfter, type LoadModel } from './fit.ts'
import { peakOf } from './peak.ts'
import { meanBetween } from './series.ts'
import { quantileAt } from './spread.ts'
import { stepsAhead, stepValue } from './steps.ts'
import { daysTold, endOf } from './told.ts'
import type { ForecastInput, LoadForecast } from './types.ts'

const HOUR_MS = 3_600_000

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
    peaks: told.map(day => peakOf(learned, errors, day, input, known, time))
  }
}

/** Loads by day from the first day that the fit did not know, up to the origin. */
function knownLoads(model: LoadModel, input: ForecastInput, slots: number, today: number): DayGrid {
  const first = Math.min(firstDayAfter(model), today)
  return dayGrid(input.load, model.calendar.time, slots, first, input.origin)
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
    // The extremes seen in training are those of hourly means.
    const hour = Math.floor((i * steps.stepMs) / HOUR_MS)
    const celsius = meanBetween(temperature, steps.startMs + hour * HOUR_MS, HOUR_MS)
    return celsius < seenC[0] || celsius > seenC[1] ? 1 : 0
  })
}

import type { LocalTime } from '../contract/localTime.ts'
import type { RegularSeries } from '../forecast/load/series.ts'
import { type DayAhead, gridFloor, type TestRows } from './forecastDays.ts'
import { normalEquations } from './forecastNormals.ts'
import { temperatureOfRows, temperatureOver } from './forecastWeather.ts'

const DAY_MS = 86_400_000
const YEAR_DAYS = 365
/** Finer rows share the terms of their half hour. */
const FINEST_SLOT_MS = 1_800_000

/**
 * Tao Hong's vanilla benchmark (Short Term Electric Load Forecasting, 2010; GEFCom2012): load = trend + month +
 * weekday·hour + (T + T² + T³)·month + (T + T² + T³)·hour by least squares, hour being the slot of the local day; fitted
 * anew at the first midnight and at that of each month. Without the trend below two years of history and without the
 * month below one. A row without temperature is not learned from; ahead, `temperatureOfRows` fills it.
 */
export function vanilla(input: {
  load: RegularSeries
  temperature: RegularSeries
  /** What is taken for the test days; else `temperature`. */
  ahead?: RegularSeries
  time: LocalTime
  rows: TestRows
}): DayAhead {
  const { load, temperature, time, rows } = input
  const slots = Math.ceil(DAY_MS / Math.max(load.stepMs, FINEST_SLOT_MS))
  const terms = termsOf(time, load.startMs, slots)
  const normals = normalEquations(terms.count)
  const ahead = temperatureOfRows(input.ahead ?? temperature, temperature, rows)
  const p50Kw = new Float64Array(rows.t.length).fill(NaN)
  let learned = 0
  let first: number | null = null
  let month = ''
  let weights: Float64Array | null = null
  for (const { date, midnight, from, to } of rows.days) {
    if (date.slice(0, 7) !== month) {
      month = date.slice(0, 7)
      const end = (gridFloor(load, midnight) - load.startMs) / load.stepMs
      for (; learned < Math.min(end, load.values.length); learned++) {
        const kw = load.values[learned] ?? NaN
        const t = load.startMs + learned * load.stepMs
        const tempC = temperatureOver(temperature, t, load.stepMs)
        if (!Number.isFinite(kw) || !Number.isFinite(tempC)) continue
        first ??= t
        terms.of(t, tempC)
        normals.add(terms.places, terms.values, kw)
      }
      const days = first === null ? 0 : Math.round((midnight - first) / DAY_MS)
      const left = [...(days < 2 * YEAR_DAYS ? terms.trend : []), ...(days < YEAR_DAYS ? terms.months : [])]
      weights = normals.solve(new Set(left))
    }
    for (let i = from; i < to && weights !== null; i++) {
      terms.of(rows.t[i] ?? 0, ahead[i] ?? NaN)
      let kw = 0
      for (let k = 0; k < terms.places.length; k++)
        kw += (weights[terms.places[k] ?? 0] ?? 0) * (terms.values[k] ?? 0)
      p50Kw[i] = kw
    }
  }
  return { p50Kw, range: null }
}

/** The terms of one row, written over by the next: their places among all, and their values. */
function termsOf(time: LocalTime, startMs: number, slots: number) {
  const trend = 1
  const month = trend + 1
  const weekSlot = month + 12
  const ofMonth = weekSlot + 7 * slots
  const ofSlot = ofMonth + 12 * 3
  const count = ofSlot + 3 * slots
  const places = new Int32Array(10)
  const values = new Float64Array(10)
  const of = (t: number, tempC: number) => {
    const wall = t + time.offsetMs(t)
    const day = new Date(wall)
    const slot = Math.floor((((wall % DAY_MS) + DAY_MS) % DAY_MS) / (DAY_MS / slots))
    const monthPlace = day.getUTCMonth()
    const degrees = (tempC - 15) / 10
    const set = (k: number, place: number, value: number) => {
      places[k] = place
      values[k] = value
    }
    set(0, 0, 1)
    set(1, trend, (t - startMs) / (YEAR_DAYS * DAY_MS))
    set(2, month + monthPlace, 1)
    set(3, weekSlot + day.getUTCDay() * slots + slot, 1)
    for (let power = 0; power < 3; power++) {
      set(4 + power, ofMonth + monthPlace * 3 + power, degrees ** (power + 1))
      set(7 + power, ofSlot + slot * 3 + power, degrees ** (power + 1))
    }
  }
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)
  const months = [...range(month, weekSlot), ...range(ofMonth, ofSlot)]
  return { count, places, values, of, trend: [trend], months }
}

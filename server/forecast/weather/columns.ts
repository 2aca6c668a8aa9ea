import type { WeatherColumns } from '../../contract/weather.ts'
import { heatIndexC } from './heatIndex.ts'

/** What a store says of one station: observations, or for each moment the newest forecast that counts. */
export interface WeatherSeries {
  t: readonly number[]
  /** Seconds each value holds from `t` on; 0: it is that of the moment. */
  intervalS: readonly number[]
  /** Of forecasts, epoch ms. */
  issued?: readonly number[]
  columns: Readonly<Record<string, readonly (number | null)[]>>
}

/** More rows of observations than this are put together to means of equal spans. */
const MOST_OBSERVATIONS = 2000
const MINUTE_MS = 60_000

interface Row {
  t: number
  temperatureC: number | null
  humidityPct: number | null
}

/**
 * Observations, and from the last of them on what was foretold.
 *
 *   observed ├──┬──┬──┬──●
 *   foretold ├─────┬─────┬─────┬─────┬─────┤
 *   shown    ├──┬──┬──┬──●┬────┬─────┬─────┤
 */
export function joinWeather(
  station: string,
  observed: WeatherSeries,
  foretold: WeatherSeries
): WeatherColumns {
  const past = thinned(rowsOf(observed))
  const last = past.at(-1)?.t ?? Number.NEGATIVE_INFINITY
  const later = rowsOf(foretold)
  const ahead = later.filter(({ t }) => t > last)
  const used = foretold.t.flatMap((t, i) => (t > last ? (foretold.issued?.[i] ?? []) : []))
  const rows = [...past, ...ahead]
  return {
    station,
    t: rows.map(({ t }) => t),
    temperatureC: rows.map(({ temperatureC }) => temperatureC),
    humidityPct: rows.map(({ humidityPct }) => humidityPct),
    heatIndexC: rows.map(({ temperatureC, humidityPct }) => heatIndexC(temperatureC, humidityPct)),
    isForecast: rows.map((_, i) => i >= past.length),
    issuedAt: used.length === 0 ? null : new Date(used.reduce((a, b) => Math.max(a, b))).toISOString()
  }
}

function rowsOf({ t, columns }: WeatherSeries): Row[] {
  return t.map((at, i) => ({
    t: at,
    temperatureC: columns.temp_c?.[i] ?? null,
    humidityPct: columns.humidity_pct?.[i] ?? null
  }))
}

/** Means of whole minutes' spans, at the start of each; the last row stays as it is. */
function thinned(rows: Row[]): Row[] {
  const [first, last] = [rows[0], rows.at(-1)]
  if (first === undefined || last === undefined || rows.length <= MOST_OBSERVATIONS) return rows
  const spanMs = Math.ceil((last.t - first.t) / MOST_OBSERVATIONS / MINUTE_MS) * MINUTE_MS
  const spans = Map.groupBy(rows.slice(0, -1), ({ t }) => Math.floor(t / spanMs) * spanMs)
  const means = [...spans].map(([t, of]) => ({
    t: Math.max(t, first.t),
    temperatureC: mean(of.map(({ temperatureC }) => temperatureC)),
    humidityPct: mean(of.map(({ humidityPct }) => humidityPct))
  }))
  return [...means, last]
}

function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter(value => value !== null)
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length
}

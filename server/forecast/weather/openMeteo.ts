import type { StationPlace } from './stationList.ts'

/** One weather reading as the MQTT contract has it; a forecast also says when it was issued. Epoch ms. */
export interface WeatherItem {
  ts: number
  issued?: number
  interval?: number
  temp_c: number
  humidity_pct?: number
}

/** What an answer says of one place; `steps` without their time of issue, ascending. */
export interface WeatherAnswer {
  steps: WeatherItem[]
  /** The present conditions, where the answer has them. */
  current: WeatherItem | null
  /** When the model was run, epoch ms; null: the answer does not say. */
  issuedAt: number | null
}

const HOUR_MS = 3_600_000
/** Seven whole days ahead of any hour of today. */
const DAYS_AHEAD = 8
const MEMBERS = 'temperature_2m,relative_humidity_2m'
const PATH = '/v1/forecast'
/** Whatever lies beyond was never measured near the ground. */
const [COLDEST_C, HOTTEST_C] = [-95, 65]

/** The address asked for one place; it holds the key. `base` is http(s), without query. */
export function forecastAddress(
  base: string,
  { latitude, longitude }: StationPlace,
  apiKey: string | null
): URL {
  const url = new URL(base)
  const path = url.pathname.replace(/\/+$/, '')
  url.pathname = path.endsWith(PATH) ? path : path + PATH
  url.searchParams.set('latitude', String(latitude))
  url.searchParams.set('longitude', String(longitude))
  url.searchParams.set('hourly', MEMBERS)
  url.searchParams.set('current', MEMBERS)
  url.searchParams.set('temperature_unit', 'celsius')
  url.searchParams.set('timeformat', 'unixtime')
  url.searchParams.set('timezone', 'UTC')
  url.searchParams.set('forecast_days', String(DAYS_AHEAD))
  if (apiKey !== null) url.searchParams.set('apikey', apiKey)
  return url
}

/** Reads the body of an answer with status 200; `reason`: why nothing of it can be used, in words. */
export function readAnswer(body: string): WeatherAnswer | { reason: string } {
  let parsed: unknown
  try {
    parsed = JSON.parse(body)
  } catch {
    return { reason: 'its answer is not JSON' }
  }
  const answer = objectOf(Array.isArray(parsed) ? parsed[0] : parsed)
  if (answer === null) return { reason: 'its answer is not a JSON object' }
  if (answer.error === true) return { reason: `it says: ${String(answer.reason).slice(0, 200)}` }
  const hourly = objectOf(answer.hourly)
  if (hourly === null) return { reason: 'its answer has no hourly values' }
  const units = objectOf(answer.hourly_units)
  const fault = unitFault(units, 'hourly_units') ?? columnFault(hourly)
  if (fault !== null) return { reason: fault }
  const toMs = clockOf(answer, units)
  const steps = stepsOf(hourly, toMs)
  if (steps.length === 0) return { reason: 'none of its hourly values is a temperature at a time' }
  return { steps, current: currentOf(answer, toMs), issuedAt: runOf(answer, toMs) }
}

/** The reason in the body of a refusal (`{"error":true,"reason":"…"}`); null: there is none. */
export function refusalReason(body: string): string | null {
  const read = readAnswer(body)
  return 'reason' in read && read.reason.startsWith('it says: ') ? read.reason.slice(9) : null
}

type Json = Record<string, unknown>
type ToMs = (time: unknown) => number | null

const objectOf = (value: unknown): Json | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null

/** A unit that is not said is taken as asked for. */
function unitFault(units: Json | null, where: string): string | null {
  const temperature = units?.temperature_2m ?? '°C'
  if (temperature !== '°C') return `${where}: its temperatures are in ${String(temperature)}, °C is needed`
  const humidity = units?.relative_humidity_2m ?? '%'
  return humidity === '%' ? null : `${where}: its humidity is in ${String(humidity)}, % is needed`
}

function columnFault({ time, temperature_2m, relative_humidity_2m }: Json): string | null {
  if (!Array.isArray(time) || !Array.isArray(temperature_2m)) {
    return 'its hourly values lack time or temperature_2m'
  }
  const columns = [temperature_2m, ...(Array.isArray(relative_humidity_2m) ? [relative_humidity_2m] : [])]
  return columns.every(({ length }) => length === time.length)
    ? null
    : 'its hourly columns are not of equal length'
}

/** Seconds since 1970, or local time without an offset beside the offset of the whole answer. */
function clockOf(answer: Json, units: Json | null): ToMs {
  const offsetS = typeof answer.utc_offset_seconds === 'number' ? answer.utc_offset_seconds : 0
  return time => {
    if (typeof time === 'number' && units?.time !== 'iso8601') return wholeMs(time * 1000)
    if (typeof time !== 'string') return null
    const hasOffset = /(Z|[+-]\d\d:\d\d)$/.test(time)
    const read = Date.parse(hasOffset ? time : `${time}Z`)
    return wholeMs(hasOffset ? read : read - offsetS * 1000)
  }
}

const wholeMs = (ms: number): number | null => (Number.isFinite(ms) && ms > 0 ? Math.round(ms) : null)

function stepsOf({ time, temperature_2m, relative_humidity_2m }: Json, toMs: ToMs): WeatherItem[] {
  const [times, temperatures] = [time as unknown[], temperature_2m as unknown[]]
  const humidities = Array.isArray(relative_humidity_2m) ? relative_humidity_2m : []
  return times
    .flatMap((at, i) => itemOf(toMs(at), temperatures[i], humidities[i]) ?? [])
    .sort((a, b) => a.ts - b.ts)
}

/** null where time or temperature is unknown or impossible; an impossible humidity is unknown. */
function itemOf(ts: number | null, temperature: unknown, humidity: unknown): WeatherItem | null {
  if (ts === null || typeof temperature !== 'number') return null
  if (!(temperature >= COLDEST_C && temperature <= HOTTEST_C)) return null
  const isHumidity = typeof humidity === 'number' && humidity >= 0 && humidity <= 100
  return { ts, temp_c: temperature, ...(isHumidity && { humidity_pct: humidity }) }
}

/** Present conditions in other units are left out: they are no loss. */
function currentOf(answer: Json, toMs: ToMs): WeatherItem | null {
  const current = objectOf(answer.current)
  if (current === null || unitFault(objectOf(answer.current_units), 'current_units') !== null) return null
  return itemOf(toMs(current.time), current.temperature_2m, current.relative_humidity_2m)
}

/** Open-Meteo itself does not say it; others of its shape may. */
function runOf(answer: Json, toMs: ToMs): number | null {
  for (const name of ['issued', 'issued_at', 'model_run', 'reference_time']) {
    const at = toMs(answer[name])
    if (at !== null) return at
  }
  return null
}

/** Those that are not over yet at `issued`, as readings. An hourly value is that of its moment. */
export function forecastItems(steps: readonly WeatherItem[], issued: number): WeatherItem[] {
  return steps.filter(({ ts }) => ts > issued - HOUR_MS).map(step => ({ ...step, issued }))
}

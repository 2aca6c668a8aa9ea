import type { Forecast, ForecastFlag, ForecastKind, ForecastPeak } from '../../contract/forecasts.ts'
import { HALF_HOUR_MS } from '../history/history.ts'
import { type LoadForecast, type PeakForecast, probabilityAbove } from '../load/types.ts'
import type { WeatherAhead } from './weatherAhead.ts'

/** Issues come by the half-hour: after six that failed the last one is no longer what the newest loads say. */
const OLD_MS = 3 * 3_600_000

/** Whether nothing newer than this issue came for so long that decisions should not rest on it. */
export const isOld = (issuedAt: string, now: number): boolean => now - Date.parse(issuedAt) > OLD_MS

/** What must be known to trust a newest issue at a moment, epoch ms. */
export function flagsAt(
  { issuedAt, flags }: Pick<Forecast, 'issuedAt' | 'flags'>,
  now: number
): ForecastFlag[] {
  return isOld(issuedAt, now) ? [...flags, 'old'] : flags
}

/** What a forecast is issued with. */
export interface IssueFacts {
  nodeId: string
  capacityKw: number | null
  kind: ForecastKind
  /** Epoch ms. */
  issuedAt: number
  station: string | null
  weather: WeatherAhead | null
  highestEverKw: number | null
  trainedDays: number
  trainedUntil: number
  /** The local date of a moment. */
  date(t: number): string
  /** Felt temperature, °C, of °C and % humidity. */
  heatIndexC(temperatureC: number, humidityPct: number): number | null
}

/** The forecast as it is kept and shown: with the weather it rests on, its peaks by local day, and what must be known to trust it. Throws RangeError for a load that is no number: kept, it would be read as 0. */
export function issueOf(ahead: LoadForecast, facts: IssueFacts): Forecast {
  const { weather } = facts
  for (const column of [ahead.p10Kw, ahead.p50Kw, ahead.p90Kw])
    if (!column.every(Number.isFinite)) throw new RangeError('a load that is no number came out of the model')
  const t = Array.from(ahead.p50Kw, (_, i) => ahead.startMs + i * ahead.stepMs)
  const heat = heatByDay(t, facts)
  const flags: ForecastFlag[] = []
  if (ahead.aboveEverSeen.includes(1)) flags.push('above-highest')
  if (ahead.saturated.includes(1)) flags.push('saturated')
  if (weather === null || weather.isUnknown || weather.isGuessed) flags.push('no-weather')
  return {
    nodeId: facts.nodeId,
    issuedAt: iso(facts.issuedAt),
    kind: facts.kind,
    basis: ahead.basis,
    stepS: ahead.stepMs / 1000,
    t,
    p10Kw: Array.from(ahead.p10Kw, rounded),
    p50Kw: Array.from(ahead.p50Kw, rounded),
    p90Kw: Array.from(ahead.p90Kw, rounded),
    temperatureC: t.map(at => hundredths(valueAt(weather, 'temperature', at))),
    weather: {
      station: facts.station,
      issuedAt: weather?.issuedAt == null ? null : iso(weather.issuedAt)
    },
    peaks: ahead.peaks.map(peak => peakOf(peak, heat.get(peak.date), facts.capacityKw)),
    capacityKw: facts.capacityKw,
    highestEverKw: facts.highestEverKw,
    flags,
    trainedDays: facts.trainedDays,
    trainedUntil: iso(facts.trainedUntil)
  }
}

function peakOf(peak: PeakForecast, heat: DayHeat | undefined, capacityKw: number | null): ForecastPeak {
  return {
    day: peak.date,
    at: iso(peak.at),
    p10Kw: rounded(peak.p10Kw),
    p50Kw: rounded(peak.p50Kw),
    p90Kw: rounded(peak.p90Kw),
    probabilityAboveCapacity: capacityKw === null ? null : probabilityAbove(peak, capacityKw),
    maxTemperatureC: hundredths(heat?.temperatureC ?? null),
    maxHeatIndexC: hundredths(heat?.heatIndexC ?? null)
  }
}

interface DayHeat {
  temperatureC: number | null
  heatIndexC: number | null
}

/** The highest of each local day, over the steps ahead. */
function heatByDay(t: readonly number[], { weather, date, heatIndexC }: IssueFacts): Map<string, DayHeat> {
  const days = new Map<string, DayHeat>()
  for (const at of t) {
    const temperature = valueAt(weather, 'temperature', at)
    const humidity = valueAt(weather, 'humidity', at)
    const day = date(at)
    const before = days.get(day) ?? { temperatureC: null, heatIndexC: null }
    const felt = temperature === null || humidity === null ? null : heatIndexC(temperature, humidity)
    days.set(day, {
      temperatureC: higher(before.temperatureC, temperature),
      heatIndexC: higher(before.heatIndexC, felt)
    })
  }
  return days
}

function valueAt(weather: WeatherAhead | null, name: 'temperature' | 'humidity', t: number): number | null {
  if (weather === null) return null
  const value = weather[name][Math.floor((t - weather.startMs) / HALF_HOUR_MS)]
  return value === undefined || Number.isNaN(value) ? null : value
}

function higher(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b
  return Math.max(a, b)
}

const iso = (t: number): string => new Date(t).toISOString()
/** Six digits: less than any meter's error, and a third of the text. */
const rounded = (kw: number): number => Number(kw.toPrecision(6))
const hundredths = (value: number | null): number | null =>
  value === null ? null : Math.round(value * 100) / 100

import { topics } from '../server/contract/topics.ts'
import { forecastSource } from './forecast.ts'
import type { LoadModel } from './load/model.ts'
import { digits, meanOver, type Source } from './publish/source.ts'
import { keyOf, uniform } from './random.ts'
import type { LargeConsumer, Sites, Transformer } from './region/sites.ts'
import type { Weather } from './weather.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HALF_HOUR = 30 * MINUTE
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** Eight weeks and a day: with less a load forecast is no regression yet. */
const PAST_DAYS = 57
/** Older than this before the anchor, large consumers are told by the half-hour: baselines look back 45 days. */
const FINE_PAST_DAYS = 46
const HOUSEHOLD_PAST_DAYS = 2

/** How many instants make a mean: the same for a transformer and its households, so that their sums agree. */
const INSTANTS_OF_HALF_HOUR = 3
const INSTANTS_OF_FIVE_MINUTES = 5
/** When large consumers come back from lunch: told by the minute, as an event of the demo is settled by the minute. */
const STEEP = { fromHour: 12.9, toHour: 13.3 }

/** Every publishing device of the region. `adjustmentKw` is what a consumer's orders add to its load. */
export function createFleet(
  sites: Sites,
  model: LoadModel,
  adjustmentKw: (customerId: string, baseKw: number, t: number) => number
): Source[] {
  return [
    ...sites.stations.map(({ id }) => weatherSource(id, known(model.weather, id))),
    ...sites.stations.map(({ id }) => forecastSource(id, known(model.weather, id), PAST_DAYS * DAY)),
    ...sites.transformers.map(transformer => transformerSource(transformer, model)),
    ...sites.consumers.map(consumer => consumerSource(consumer, model, adjustmentKw)),
    ...sites.transformers.map(transformer => concentratorSource(transformer, model))
  ]
}

function weatherSource(id: string, weather: Weather): Source {
  const item = (temperature: number, humidity: number) => ({
    temp_c: digits(temperature, 2),
    humidity_pct: digits(humidity, 1)
  })
  return {
    key: `weather/${id}`,
    topic: topics.weatherObservation(id),
    stored: { kind: 'weather', id, field: 'temp_c' },
    rank: 0,
    ...every(id, 60),
    ...halfHoursOfThePast,
    sample: t => [{ ts: t, ...item(weather.temperatureC(t), weather.humidityPct(t)) }],
    mean: (from, lengthMs) => {
      const mean = (of: (t: number) => number) => meanOver(from, lengthMs, INSTANTS_OF_HALF_HOUR, of)
      return [
        {
          ts: from,
          interval: lengthMs / SECOND,
          ...item(mean(weather.temperatureC), mean(weather.humidityPct))
        }
      ]
    }
  }
}

function transformerSource({ id, reportIntervalS }: Transformer, model: LoadModel): Source {
  const load = known(model.transformers, id)
  const item = (kw: number, kvar: number, temperaturesAt: number) => ({
    kw: digits(kw, 3),
    kvar: digits(kvar, 2),
    oil_c: digits(load.oilC(temperaturesAt), 2),
    ambient_c: digits(load.ambientC(temperaturesAt), 2)
  })
  return {
    key: `transformer/${id}`,
    topic: topics.transformerReading(id),
    stored: { kind: 'transformer', id, field: 'kw' },
    rank: 1,
    ...every(id, reportIntervalS),
    ...halfHoursOfThePast,
    sample: t => {
      const { kw, kvar } = load.power(t)
      return [{ ts: t, ...item(kw, kvar, t) }]
    },
    mean: (from, lengthMs) => {
      const sums = { kw: 0, kvar: 0 }
      for (let index = 0; index < INSTANTS_OF_HALF_HOUR; index += 1) {
        const { kw, kvar } = load.power(from + ((index + 0.5) * lengthMs) / INSTANTS_OF_HALF_HOUR)
        sums.kw += kw / INSTANTS_OF_HALF_HOUR
        sums.kvar += kvar / INSTANTS_OF_HALF_HOUR
      }
      return [{ ts: from, interval: lengthMs / SECOND, ...item(sums.kw, sums.kvar, from + lengthMs / 2) }]
    }
  }
}

function consumerSource(
  { customerId, meterId: id, powerFactor }: LargeConsumer,
  model: LoadModel,
  adjustmentKw: (customerId: string, baseKw: number, t: number) => number
): Source {
  const base = known(model.consumers, customerId)
  const loadKw = (t: number) => {
    const baseKw = base(t)
    return baseKw + adjustmentKw(customerId, baseKw, t)
  }
  const fineFrom = Math.floor(model.clock.afternoonStart / DAY - FINE_PAST_DAYS) * DAY
  const reactive = Math.tan(Math.acos(powerFactor))
  const item = (kw: number) => ({ kw: digits(kw, 2), kvar: digits(kw * reactive, 1) })
  return {
    key: `meter/${id}`,
    topic: topics.meterReading(id),
    stored: { kind: 'meter', id, field: 'kw' },
    rank: 2,
    cadenceMs: 15 * SECOND,
    phaseMs: offBoundary(id, 15),
    intervalDelayMs: null,
    pastStepMs: 5 * MINUTE,
    pastDepthMs: PAST_DAYS * DAY,
    pastBatchMs: DAY,
    sample: t => [{ ts: t, ...item(loadKw(t)) }],
    mean: (from, lengthMs) => {
      if (from < fineFrom) {
        if (from % HALF_HOUR > 0) return []
        const kw = meanOver(from, HALF_HOUR, 2 * INSTANTS_OF_FIVE_MINUTES, loadKw)
        return [{ ts: from, interval: HALF_HOUR / SECOND, ...item(kw) }]
      }
      const hour = model.clock.hour(from)
      const isSteep = hour >= STEEP.fromHour && hour < STEEP.toHour
      const stepMs = isSteep ? Math.min(lengthMs, MINUTE) : lengthMs
      return Array.from({ length: Math.ceil(lengthMs / stepMs) }, (_, i) => ({
        ts: from + i * stepMs,
        interval: stepMs / SECOND,
        ...item(meanOver(from + i * stepMs, stepMs, INSTANTS_OF_FIVE_MINUTES, loadKw))
      }))
    }
  }
}

/** The households behind one transformer, told by their concentrator in one array. */
function concentratorSource({ id, concentratorId, households }: Transformer, model: LoadModel): Source {
  const { householdKw } = known(model.transformers, id)
  const mean = (from: number, lengthMs: number) =>
    households.map(household => ({
      meter: household.meterId,
      ts: from,
      interval: lengthMs / SECOND,
      kw: digits(
        meanOver(from, lengthMs, INSTANTS_OF_HALF_HOUR, t => householdKw(household, t)),
        3
      )
    }))
  return {
    key: `concentrator/${concentratorId}`,
    topic: topics.concentratorReadings(concentratorId),
    stored: { kind: 'meter', id: households[0]?.meterId ?? concentratorId, field: 'kw' },
    rank: 3,
    cadenceMs: 30 * MINUTE,
    phaseMs: 0,
    intervalDelayMs: 5 * SECOND + offBoundary(concentratorId, 120),
    pastStepMs: 30 * MINUTE,
    pastDepthMs: HOUSEHOLD_PAST_DAYS * DAY,
    pastBatchMs: 2 * HOUR,
    sample: () => [],
    mean
  }
}

const every = (id: string, seconds: number) =>
  ({ cadenceMs: seconds * SECOND, phaseMs: offBoundary(id, seconds), intervalDelayMs: null }) as const

const halfHoursOfThePast = {
  pastStepMs: 30 * MINUTE,
  pastDepthMs: PAST_DAYS * DAY,
  pastBatchMs: DAY
} as const

/** A whole second after the boundary, never on it: a sample must not share its time with an interval of the past. */
function offBoundary(id: string, seconds: number): number {
  return (1 + Math.floor(uniform(keyOf(id, 'phase')) * (seconds - 1))) * SECOND
}

function known<T>(map: ReadonlyMap<string, T>, id: string): T {
  const value = map.get(id)
  if (value === undefined) throw new Error(`the model does not know ${id}`)
  return value
}

import { type Static, Type } from 'typebox'
import { EpochMs, Id, Time, Unknown } from './units.ts'

/** How one station stands now. */
export const WeatherStation = Type.Object({
  id: Id,
  /** Nodes that use it, directly or inherited. */
  nodes: Type.Integer(),
  observedAt: Unknown(Time),
  temperatureC: Unknown(Type.Number()),
  humidityPct: Unknown(Type.Number()),
  /** Felt temperature (Rothfusz regression of the US National Weather Service), °C; null without humidity. */
  heatIndexC: Unknown(Type.Number()),
  /** Newest forecast of it. */
  forecastIssuedAt: Unknown(Time),
  forecastUntil: Unknown(Time),
  /** Highest of the local day, observed so far or foretold, and of the next. */
  todayMaxC: Unknown(Type.Number()),
  tomorrowMaxC: Unknown(Type.Number()),
  /** Where its forecasts come from, as far as known: MQTT or the fetched source. */
  from: Type.Enum(['mqtt', 'fetched', 'none']),
  /** Of the fetched source: what went wrong last; null while nothing does. */
  trouble: Unknown(Type.String())
})
export type WeatherStation = Static<typeof WeatherStation>

export const WeatherAnswer = Type.Object({ stations: Type.Array(WeatherStation) })
export type WeatherAnswer = Static<typeof WeatherAnswer>

/** `GET /weather/:station?from&to&issuedBy`: observations and, from the last of them on, what was foretold by then. */
export const WeatherColumns = Type.Object({
  station: Id,
  t: Type.Array(EpochMs),
  temperatureC: Type.Array(Unknown(Type.Number())),
  humidityPct: Type.Array(Unknown(Type.Number())),
  heatIndexC: Type.Array(Unknown(Type.Number())),
  isForecast: Type.Array(Type.Boolean()),
  issuedAt: Unknown(Time)
})
export type WeatherColumns = Static<typeof WeatherColumns>

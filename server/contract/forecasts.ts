import { type Static, Type } from 'typebox'
import { EpochMs, Id, Kw, LocalDate, Time, Unknown } from './units.ts'

/**
 * What a forecast rests on, by the length of the node's history.
 * full: two years and more, with trend · no-trend: less · like-days: too short for a regression: the mean of like days.
 */
export const forecastBases = ['full', 'no-trend', 'like-days'] as const
export const ForecastBasis = Type.Enum([...forecastBases])
export type ForecastBasis = (typeof forecastBases)[number]

/**
 * day-ahead: issued at a local midnight, with the loads known by then · intraday: corrected by the newest loads.
 * Both reach as far as the weather is foretold, at most 7 days.
 */
export const forecastKinds = ['day-ahead', 'intraday'] as const
export const ForecastKind = Type.Enum([...forecastKinds])
export type ForecastKind = (typeof forecastKinds)[number]

/**
 * What must be known to trust it. above-highest: some p50 is over 1.3 times the highest load ever seen · saturated: the
 * temperature ahead is beyond the range seen in training · no-weather: no weather forecast, temperatures as the last days ·
 * old: issued more than three hours ago, and nothing newer could be made; said when it is asked for, never kept.
 */
export const forecastFlags = ['above-highest', 'saturated', 'no-weather', 'old'] as const
export const ForecastFlag = Type.Enum([...forecastFlags])
export type ForecastFlag = (typeof forecastFlags)[number]

/** The highest load of one local day ahead. */
export const ForecastPeak = Type.Object({
  day: LocalDate,
  /** Start of the half-hour with the highest p50. */
  at: Time,
  p10Kw: Kw,
  p50Kw: Kw,
  p90Kw: Kw,
  /** That the highest half-hour of the day passes the node's capacity, 0 … 1; null without a capacity. */
  probabilityAboveCapacity: Unknown(Type.Number({ minimum: 0, maximum: 1 })),
  maxTemperatureC: Unknown(Type.Number()),
  /** Highest heat index of the day; null where humidity is unknown. */
  maxHeatIndexC: Unknown(Type.Number())
})
export type ForecastPeak = Static<typeof ForecastPeak>

/** One issue of one node's load forecast, kept as it was issued. Columns of equal length, `t` the start of each step. */
export const Forecast = Type.Object({
  nodeId: Id,
  issuedAt: Time,
  kind: ForecastKind,
  basis: ForecastBasis,
  stepS: Type.Integer(),
  t: Type.Array(EpochMs),
  p10Kw: Type.Array(Kw),
  p50Kw: Type.Array(Kw),
  p90Kw: Type.Array(Kw),
  /** What it was computed with: the weather forecast as issued by then. */
  temperatureC: Type.Array(Unknown(Type.Number())),
  weather: Type.Object({
    station: Unknown(Id),
    /** When the newest weather forecast in it was issued; null: none was known. */
    issuedAt: Unknown(Time)
  }),
  peaks: Type.Array(ForecastPeak),
  capacityKw: Unknown(Kw),
  highestEverKw: Unknown(Kw),
  flags: Type.Array(ForecastFlag),
  /** Local days of history behind it, and the last of them. */
  trainedDays: Type.Integer(),
  trainedUntil: Time
})
export type Forecast = Static<typeof Forecast>

/** `GET /forecasts/:node`: the newest issue (by `issuedBy`, where asked), beside what came of it so far. */
export const ForecastAnswer = Type.Object({
  nodeId: Id,
  name: Type.String(),
  forecast: Unknown(Forecast),
  /** Why there is none; null where there is one. */
  reason: Unknown(Type.String()),
  /** Of the same steps: the metered load so far. */
  actualKw: Type.Array(Unknown(Kw))
})
export type ForecastAnswer = Static<typeof ForecastAnswer>

/** One line of `GET /forecasts`: what tomorrow, or the highest day ahead, brings. */
export const ForecastRow = Type.Object({
  nodeId: Id,
  name: Type.String(),
  kind: Type.String(),
  issuedAt: Unknown(Time),
  reason: Unknown(Type.String()),
  capacityKw: Unknown(Kw),
  /** Today, and each day ahead. */
  peaks: Type.Array(ForecastPeak),
  flags: Type.Array(ForecastFlag)
})
export type ForecastRow = Static<typeof ForecastRow>

/** How the daily run is: when it last fitted, how long it took, what waits. */
export const ForecastRunState = Type.Object({
  fittedAt: Unknown(Time),
  /** Wall time of the last refit of all nodes, in seconds. */
  fitS: Unknown(Type.Number()),
  nodes: Type.Integer(),
  withForecast: Type.Integer(),
  issuedAt: Unknown(Time),
  running: Type.Boolean(),
  /** What went wrong last; null while nothing does. */
  trouble: Unknown(Type.String())
})
export type ForecastRunState = Static<typeof ForecastRunState>

export const ForecastsAnswer = Type.Object({ run: ForecastRunState, rows: Type.Array(ForecastRow) })
export type ForecastsAnswer = Static<typeof ForecastsAnswer>

/** Shares, not percent. Of day-ahead issues as they were stored, against the load that came. */
export const ForecastDayAccuracy = Type.Object({
  day: LocalDate,
  issuedAt: Time,
  /** Half-hours with both forecast and load. */
  steps: Type.Integer(),
  /** mean |p50 − load| ÷ load; null when the load was 0 somewhere or no step is known. */
  mape: Unknown(Type.Number()),
  /** (highest p50 − highest load) ÷ highest load. */
  peakError: Unknown(Type.Number()),
  /** Share of the steps within p10 … p90; 0.8 is promised. */
  coverage: Unknown(Type.Number()),
  /** mape of taking the same half-hours of the day before, and of a week before. */
  yesterdayMape: Unknown(Type.Number()),
  lastWeekMape: Unknown(Type.Number())
})
export type ForecastDayAccuracy = Static<typeof ForecastDayAccuracy>

/** `GET /forecasts/:node/accuracy?from&to` (local dates, both included). */
export const ForecastAccuracy = Type.Object({
  nodeId: Id,
  days: Type.Array(ForecastDayAccuracy),
  mape: Unknown(Type.Number()),
  peakMape: Unknown(Type.Number()),
  coverage: Unknown(Type.Number()),
  yesterdayMape: Unknown(Type.Number()),
  lastWeekMape: Unknown(Type.Number())
})
export type ForecastAccuracy = Static<typeof ForecastAccuracy>

/** The highest temperature of the local day, °C, and whether it still lies ahead (°C from the forecast). */
export interface DayMaximum {
  maxTemperatureC: number | null
  maxTemperatureIsForecast: boolean
}

/** How the weather stands at a station, and what is foretold; times are epoch ms, null is unknown. */
export interface StationOutlook {
  observedAt: number | null
  temperatureC: number | null
  /** Of the same moment. */
  humidityPct: number | null
  /** Of the newest forecast. */
  forecastIssuedAt: number | null
  forecastUntil: number | null
  /** Highest of the local day, observed so far or foretold. */
  todayMaxC: number | null
  tomorrowMaxC: number | null
}

/** One step of a forecast; NaN is unknown. */
export interface Forecast {
  ts: number
  intervalS: number
  issued: number
  temperatureC: number
}

/**
 * What one weather station says about today.
 *
 *   local midnight             now                local midnight
 *   ├──── observed, by ts ──────┤──── forecast ─────┤   a new local day starts empty,
 *                                                       tomorrow's forecast is kept for it
 */
export interface StationDay {
  /** NaN is unknown. */
  observe(ts: number, temperatureC: number, humidityPct?: number): void
  foresee(forecast: Forecast, now: number): void
  maximum(now: number): DayMaximum
  /** `tomorrow`: as `dateAfter` gives it. */
  outlook(now: number, tomorrow: string): StationOutlook
  /** Forecast steps refused because the station holds as many as it may. */
  readonly dropped: number
}

const HOUR_MS = 3_600_000
const MOST_OBSERVATIONS = 1500
const MOST_FORECAST_STEPS = 2000

interface ForecastStep {
  issued: number
  until: number
  date: string
  temperatureC: number
}

/** `localDate` gives the local date of a moment (epoch ms), in any spelling. */
export function createStationDay(localDate: (t: number) => string): StationDay {
  let day: { date: string; from: number; observed: Map<number, number>; folded: number | null } | null = null
  const forecast = new Map<number, ForecastStep>()
  let dropped = 0

  let newest: { ts: number; temperatureC: number; humidityPct: number } | null = null

  const note = (ts: number, temperatureC: number, humidityPct: number) => {
    if (newest !== null && ts < newest.ts) return
    // The same moment once more erases nothing.
    const isKept = newest !== null && ts === newest.ts && Number.isNaN(humidityPct)
    newest = { ts, temperatureC, humidityPct: isKept ? (newest?.humidityPct ?? NaN) : humidityPct }
  }

  const observe = (ts: number, temperatureC: number, humidityPct = NaN) => {
    note(ts, temperatureC, humidityPct)
    if (day !== null && ts < day.from) {
      if (localDate(ts) !== day.date) return
      day.from = ts
    } else {
      const date = localDate(ts)
      if (day === null || date !== day.date) day = { date, from: ts, observed: new Map(), folded: null }
    }
    day.observed.set(ts, temperatureC)
    // A correction of a folded value no longer reaches it: the price of the bound.
    if (day.observed.size > MOST_OBSERVATIONS) {
      day.folded = Math.max(day.folded ?? -Infinity, ...day.observed.values())
      day.observed.clear()
    }
  }

  const foresee = ({ ts, issued, intervalS, temperatureC }: Forecast, now: number) => {
    const madeAt = Number.isNaN(issued) ? 0 : issued
    const until = ts + intervalS * 1000
    const held = forecast.get(ts)
    if (Number.isNaN(temperatureC) || isPast(ts, until, now)) return
    if (held !== undefined && madeAt < held.issued) return
    if (held === undefined && forecast.size >= MOST_FORECAST_STEPS) {
      dropped += 1
      return
    }
    forecast.set(ts, { issued: madeAt, until, date: localDate(ts), temperatureC })
  }

  const forgetPast = (now: number) => {
    for (const [ts, step] of forecast) if (isPast(ts, step.until, now)) forecast.delete(ts)
  }

  const maximum = (now: number): DayMaximum => {
    const today = localDate(now)
    const observed = day?.date === today ? highest([day.folded, ...day.observed.values()]) : null
    forgetPast(now)
    let ahead = observed ?? -Infinity
    for (const { date, temperatureC } of forecast.values()) {
      if (date === today && temperatureC > ahead) ahead = temperatureC
    }
    if (ahead > (observed ?? -Infinity)) return { maxTemperatureC: ahead, maxTemperatureIsForecast: true }
    return { maxTemperatureC: observed, maxTemperatureIsForecast: false }
  }

  const outlook = (now: number, tomorrow: string): StationOutlook => {
    const { maxTemperatureC: todayMaxC } = maximum(now)
    let [issuedAt, lastUntil, tomorrowMax] = [0, 0, -Infinity]
    for (const [ts, { issued, until, date, temperatureC }] of forecast) {
      issuedAt = Math.max(issuedAt, issued)
      lastUntil = Math.max(lastUntil, ts, until)
      if (date === tomorrow) tomorrowMax = Math.max(tomorrowMax, temperatureC)
    }
    return {
      observedAt: newest?.ts ?? null,
      temperatureC: newest?.temperatureC ?? null,
      humidityPct: newest === null || Number.isNaN(newest.humidityPct) ? null : newest.humidityPct,
      // 0: out of a store that does not say it.
      forecastIssuedAt: issuedAt === 0 ? null : issuedAt,
      forecastUntil: lastUntil === 0 ? null : lastUntil,
      todayMaxC,
      tomorrowMaxC: tomorrowMax === -Infinity ? null : tomorrowMax
    }
  }

  return {
    observe,
    foresee,
    maximum,
    outlook,
    get dropped() {
      return dropped
    }
  }
}

/** The local date that follows that of `now`, whether that day has 23, 24 or 25 hours. */
export function dateAfter(localDate: (t: number) => string, now: number): string {
  const today = localDate(now)
  let at = now
  while (localDate(at) === today) at += HOUR_MS
  return localDate(at)
}

const isPast = (ts: number, until: number, now: number) => Math.max(ts + 1, until) <= now

function highest(values: (number | null)[]): number | null {
  return values.reduce((top, value) => (value !== null && (top === null || value > top) ? value : top), null)
}

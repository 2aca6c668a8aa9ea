import { topics } from '../server/contract/topics.ts'
import type { Connection } from './publish/connection.ts'
import { digits, type Source } from './publish/source.ts'
import type { Weather } from './weather.ts'

const HOUR = 3_600_000
/** A week, as the sources that Gridload fetches from. */
const AHEAD_H = 168
const PAST_ISSUES_MS = 6 * HOUR
const TICK_MS = 1_000

/** The hourly forecast made at the full hour `issued`, for the next seven days: the contract's items. */
export function forecastItems(weather: Weather, issued: number): object[] {
  return Array.from({ length: AHEAD_H }, (_, index) => {
    const ts = issued + index * HOUR
    const middle = ts + HOUR / 2
    return {
      ts,
      interval: 3600,
      issued,
      temp_c: digits(weather.forecastC(issued, middle), 2),
      humidity_pct: digits(weather.forecastHumidityPct(issued, middle), 1)
    }
  })
}

/** A station's forecasts of the past, as they were issued every six hours; those of the present come by the hour. */
export function forecastSource(id: string, weather: Weather, pastDepthMs: number): Source {
  const issue = (issued: number) => forecastItems(weather, issued)
  return {
    key: `forecast/${id}`,
    topic: topics.weatherForecast(id),
    stored: { kind: 'forecast', id, field: 'temp_c' },
    rank: 1,
    cadenceMs: PAST_ISSUES_MS,
    phaseMs: 0,
    intervalDelayMs: 0,
    pastStepMs: PAST_ISSUES_MS,
    pastDepthMs,
    pastBatchMs: 2 * PAST_ISSUES_MS,
    sample: issue,
    mean: issue
  }
}

/** Issues every station's forecast at each full hour, and the present hour's at every new connection. */
export function startForecasts(needs: {
  weather: ReadonlyMap<string, Weather>
  connection: Connection
  now: () => number
}): { stop(): void } {
  const { connection, now } = needs
  const issuedAt = new Map<string, number>()
  connection.onConnect(() => issuedAt.clear())

  const timer = setInterval(() => {
    if (!connection.isConnected()) return
    const issued = Math.floor(now() / HOUR) * HOUR
    for (const [id, weather] of needs.weather) {
      if (issuedAt.get(id) === issued) continue
      issuedAt.set(id, issued)
      connection
        .publish(topics.weatherForecast(id), JSON.stringify(forecastItems(weather, issued)))
        .catch(() => issuedAt.delete(id))
    }
  }, TICK_MS)
  return { stop: () => clearInterval(timer) }
}

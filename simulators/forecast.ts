import { topics } from '../server/contract/topics.ts'
import type { Connection } from './publish/connection.ts'
import { digits } from './publish/source.ts'
import type { Weather } from './weather.ts'

const HOUR = 3_600_000
const AHEAD_H = 72
const TICK_MS = 1_000

/** The hourly forecast made at the full hour `issued`, for the next three days: the contract's items. */
export function forecastItems(weather: Weather, issued: number): object[] {
  return Array.from({ length: AHEAD_H }, (_, index) => {
    const ts = issued + index * HOUR
    return { ts, interval: 3600, issued, temp_c: digits(weather.forecastC(issued, ts + HOUR / 2), 2) }
  })
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

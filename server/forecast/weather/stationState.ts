import type { WeatherStation } from '../../contract/weather.ts'
import type { FetchState } from './fetching.ts'
import { heatIndexC } from './heatIndex.ts'

/** How the weather stands at a station, by the readings that came in; times are epoch ms, null is unknown. */
export interface Outlook {
  observedAt: number | null
  temperatureC: number | null
  humidityPct: number | null
  forecastIssuedAt: number | null
  forecastUntil: number | null
  todayMaxC: number | null
  tomorrowMaxC: number | null
}

const UNHEARD: Outlook = {
  observedAt: null,
  temperatureC: null,
  humidityPct: null,
  forecastIssuedAt: null,
  forecastUntil: null,
  todayMaxC: null,
  tomorrowMaxC: null
}

/** What was observed longer ago than this is no longer so: a station reports once an hour at least. */
const HELD_MS = 3 * 3_600_000

/** `nodes`: how many use it; `fetch` null: it is not fetched; `now` epoch ms. */
export function stationState(
  id: string,
  nodes: number,
  now: number,
  outlook: Outlook = UNHEARD,
  fetch: FetchState | null = null
): WeatherStation {
  const { observedAt, todayMaxC, tomorrowMaxC } = outlook
  const isPresent = observedAt !== null && now - observedAt <= HELD_MS
  const temperatureC = isPresent ? outlook.temperatureC : null
  const humidityPct = isPresent ? outlook.humidityPct : null
  const issuedAt = outlook.forecastIssuedAt ?? fetch?.fetched?.issuedAt ?? null
  return {
    id,
    nodes,
    observedAt: time(observedAt),
    temperatureC,
    humidityPct,
    heatIndexC: heatIndexC(temperatureC, humidityPct),
    forecastIssuedAt: time(issuedAt),
    forecastUntil: time(outlook.forecastUntil),
    todayMaxC,
    tomorrowMaxC,
    from: originOf(issuedAt, outlook, fetch),
    trouble: fetch?.trouble ?? null
  }
}

/** Of the newest forecast; without one, of the observations. */
function originOf(
  issuedAt: number | null,
  { observedAt }: Outlook,
  fetch: FetchState | null
): WeatherStation['from'] {
  if (issuedAt !== null) return issuedAt === fetch?.fetched?.issuedAt ? 'fetched' : 'mqtt'
  return observedAt === null ? 'none' : 'mqtt'
}

const time = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString())

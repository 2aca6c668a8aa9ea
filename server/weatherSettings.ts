import type { EnvironmentReader } from './environment.ts'
import { readStationList, type StationPlace } from './forecast/weather/stationList.ts'

/** Where weather forecasts are fetched from. */
export interface WeatherSettings {
  /** http(s), without query; user name and password do not belong there. */
  url: string
  /** A secret. */
  apiKey: string | null
  stations: readonly StationPlace[]
  /** CSV with further stations; null: there is none. */
  stationsFile: string | null
  everyMs: number
}

/** null: nothing is fetched; forecasts may come by MQTT all the same. */
export function readWeather(read: EnvironmentReader): WeatherSettings | null {
  const url = read.url('WEATHER_URL', ['https:', 'http:'])
  const apiKey = read.optional('WEATHER_API_KEY')
  const list = read.optional('WEATHER_STATIONS')
  const stationsFile = read.optional('WEATHER_STATIONS_FILE')
  const everyMs = read.number('WEATHER_EVERY_MINUTES', 60, 5, 1440) * 60_000
  if (url === null) {
    const isWrong = read.optional('WEATHER_URL') !== null
    if (!isWrong && (apiKey ?? list ?? stationsFile) !== null)
      read.mistakes.push('WEATHER_URL is missing, but another WEATHER_ setting is there: set it, or none')
    return null
  }
  const { username, password, search, hash } = new URL(url)
  if (username !== '' || password !== '' || search !== '' || hash !== '') {
    read.mistakes.push('WEATHER_URL must hold no user name, password or query: the key is WEATHER_API_KEY')
  }
  if (list === null && stationsFile === null) {
    read.mistakes.push(
      'WEATHER_URL needs WEATHER_STATIONS (id:latitude:longitude, …) or WEATHER_STATIONS_FILE'
    )
  }
  const { stations, mistakes } = readStationList(list ?? '')
  read.mistakes.push(...mistakes.map(mistake => `WEATHER_STATIONS ${mistake}`))
  return { url, apiKey, stations, stationsFile, everyMs }
}

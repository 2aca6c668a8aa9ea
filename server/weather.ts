import { readFile } from 'node:fs/promises'
import type { Config } from './config.ts'
import type { GridNode } from './contract/registry.ts'
import type { WeatherColumns, WeatherStation } from './contract/weather.ts'
import type { Durable } from './durable.ts'
import { joinWeather } from './forecast/weather/columns.ts'
import { openFetchedFile } from './forecast/weather/fetchedFile.ts'
import { type Fetching, startFetching } from './forecast/weather/fetching.ts'
import { readStationFile, type StationPlace } from './forecast/weather/stationList.ts'
import { stationState } from './forecast/weather/stationState.ts'
import type { LiveGrid } from './grid/live.ts'
import { restoreWeather } from './grid/restore.ts'
import { stations as stationsAt } from './measuring.ts'
import type { Register } from './register.ts'
import { openFailure, StartFailure } from './startFailure.ts'
import type { WeatherSettings } from './weatherSettings.ts'

export interface WeatherNeeds {
  config: Pick<Config, 'weather' | 'dataDirectory'>
  durable: { ingest: Pick<Durable['ingest'], 'accept'>; readings: Pick<Durable['readings'], 'store'> }
  register: Pick<Register, 'state' | 'onChange'>
  grid: Pick<LiveGrid, 'weather' | 'restore'>
  warn(text: string): void
  now(): number
  random(): number
}

/** The weather at every station: as observed, as foretold, and where that comes from. */
export interface Weather {
  /** By id: those that the registry names, and those that are fetched. */
  stations(): WeatherStation[]
  /**
   * [from, to), epoch ms: observations, then what was foretold; as it was known at `issuedBy`, without it now. Rejects
   * when the store does not answer.
   */
  series(station: string, from: number, to: number, issuedBy?: number): Promise<WeatherColumns>
  stop(): Promise<void>
}

const FIELDS = ['temp_c', 'humidity_pct'] as const
/** A forecast value of before the first moment asked for still holds there. */
const STEP_MS = 3_600_000

/** Rejects with a StartFailure that names each wrong entry of the file of stations. */
export async function startWeather(needs: WeatherNeeds): Promise<Weather> {
  const { config, durable, register, grid, now } = needs
  const { store } = durable.readings
  const places = config.weather === null ? [] : await placesOf(config.weather)
  const fetching = config.weather === null ? null : await fetchInto(needs, config.weather, places)
  const stationOf = stationsAt(() => register.state.nodes)
  restoreNewStations(needs)
  let counted: { nodes: readonly GridNode[]; by: Map<string, number> } = { nodes: [], by: new Map() }

  /** How many nodes use each station. */
  function uses(): Map<string, number> {
    const { nodes } = register.state
    if (counted.nodes === nodes) return counted.by
    const by = new Map<string, number>()
    for (const { id } of nodes) {
      const station = stationOf(id)
      if (station !== null) by.set(station, (by.get(station) ?? 0) + 1)
    }
    counted = { nodes, by }
    return by
  }

  return {
    stations() {
      const at = now()
      const outlooks = new Map(grid.weather(at).map(outlook => [outlook.id, outlook]))
      const nodes = uses()
      const ids = new Set([...outlooks.keys(), ...places.map(({ id }) => id)])
      return [...ids].sort().map(id => {
        return stationState(id, nodes.get(id) ?? 0, at, outlooks.get(id), fetching?.state(id))
      })
    },
    async series(station, from, to, issuedBy = now()) {
      const past = { id: station, from, to: Math.min(to, issuedBy + 1), fields: FIELDS }
      const observed = await store.query({ kind: 'weather', ...past })
      const ahead = { id: station, from: Math.max(from - STEP_MS, 0), to, fields: FIELDS, issuedBy }
      return joinWeather(station, observed, await store.query({ kind: 'forecast', ...ahead }))
    },
    stop: async () => fetching?.stop()
  }
}

async function placesOf({ stations, stationsFile }: WeatherSettings): Promise<StationPlace[]> {
  if (stationsFile === null) return [...stations]
  const text = await readFile(stationsFile, 'utf8').catch(openFailure('WEATHER_STATIONS_FILE', stationsFile))
  const read = readStationFile(text)
  const listed = new Set(stations.map(({ id }) => id))
  const twice = read.stations.filter(({ id }) => listed.has(id))
  const mistakes = [...read.mistakes, ...twice.map(({ id }) => `id ${id} stands in WEATHER_STATIONS already`)]
  if (mistakes.length > 0)
    throw new StartFailure(mistakes.map(line => `WEATHER_STATIONS_FILE ${line}`).join('\n'))
  return [...stations, ...read.stations]
}

/** What came in before the registry named a station is in the store. */
function restoreNewStations({ register, grid, durable, warn, now }: WeatherNeeds): void {
  const idsOf = (nodes: readonly GridNode[]) => new Set(nodes.flatMap(({ weather }) => weather ?? []))
  let known = idsOf(register.state.nodes)
  register.onChange(({ nodes }) => {
    const named = idsOf(nodes)
    const before = known
    const added = [...named].filter(id => !before.has(id))
    known = named
    restoreWeather(grid, added, durable.readings.store, now()).catch((error: Error) =>
      warn(`the weather so far of new stations is not shown: the store does not answer (${error.message})`)
    )
  })
}

async function fetchInto(
  { config, durable, grid, warn, now, random }: WeatherNeeds,
  { url, apiKey, everyMs }: WeatherSettings,
  stations: readonly StationPlace[]
): Promise<Fetching> {
  const file = await openFetchedFile(`${config.dataDirectory}/weather/fetched.json`, url)
  const observedAt = (id: string) => grid.weather(now()).find(one => one.id === id)?.observedAt ?? null
  const { accept } = durable.ingest
  return startFetching({ url, apiKey, everyMs, stations, file, accept, observedAt, warn, now, random })
}

/** The weather in the whole product: fetched from a local server, in by the way of all readings, out over HTTP. */
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type App, startApp } from '../server/app.ts'
import { type Environment, readConfig } from '../server/config.ts'
import type { WeatherColumns, WeatherStation } from '../server/contract/weather.ts'
import { answer } from './forecast/weather/answers.ts'
import { ADMIN_TOKEN, administrator } from './helpers/callers.ts'
import { tempDir } from './helpers/tempDir.ts'
import { until } from './helpers/until.ts'

const KEY = 'a-key-that-nobody-may-see'
const HOUR = 3_600_000
const registry = `kind,id,parent,name,meter,weather,capacity_kw,rating_kva,report_interval_s,customer,committed_kw
company,co,,Company,,W1,5000,,,,
feeder,f1,co,Feeder 1,,,3000,,,,
feeder,f2,co,Feeder 2,,W2,3000,,,,
`
let folder: Awaited<ReturnType<typeof tempDir>>
let stops: (() => Promise<void>)[] = []
let asked: string[]
let url: string

beforeEach(async () => {
  folder = await tempDir()
  asked = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    const isKnown = request.url?.includes('latitude=21')
    const current = {
      time: Math.floor(Date.now() / 900_000) * 900,
      temperature_2m: 33,
      relative_humidity_2m: 70
    }
    if (isKnown) response.end(JSON.stringify(answer({ current }, Date.now())))
    else response.writeHead(500).end(JSON.stringify({ error: true, reason: `no ${KEY}` }))
  })
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  stops.push(() => new Promise(resolve => server.close(() => resolve())))
})
afterEach(async () => {
  for (const stop of stops.toReversed()) await stop()
  stops = []
  await folder.remove()
})

async function start(change: Environment = {}): Promise<App> {
  const read = readConfig({
    ...{ DATA_DIR: folder.path, PORT: '0', MQTT_PORT: '0', LOG_LEVEL: 'silent', ADMIN_TOKEN },
    ...{ WEATHER_URL: url, WEATHER_API_KEY: KEY, WEATHER_STATIONS: 'W1:21:105' },
    ...change
  })
  if ('mistakes' in read) throw new Error(read.mistakes.join())
  const edges = { now: Date.now, random: Math.random, pagesDirectory: folder.path }
  const app = await startApp(read.config, {
    ...edges,
    onLost(error) {
      throw error
    }
  })
  stops.push(app.stop)
  return app
}

async function get<T>(app: App, path: string): Promise<T> {
  const answered = await app.inject({ url: path, headers: administrator })
  expect([path, answered.statusCode, answered.body]).toEqual([path, 200, expect.any(String)])
  expect(answered.body).not.toContain(KEY)
  return answered.json() as T
}

const stationsOf = async (app: App) =>
  (await get<{ stations: WeatherStation[] }>(app, '/api/weather')).stations

async function importRegistry(app: App): Promise<void> {
  const headers = { ...administrator, 'content-type': 'text/csv' }
  const order = {
    method: 'POST',
    url: '/api/registry/import?apply=true',
    headers,
    payload: registry
  } as const
  expect((await app.inject(order)).statusCode).toBe(200)
}

it('a forecast is fetched, kept as readings, shown, and not asked for again by the next start', async () => {
  const first = await start()
  await until(async () => (await stationsOf(first))[0]?.forecastIssuedAt !== null, { what: 'it is fetched' })
  expect((await stationsOf(first))[0]).toMatchObject({ nodes: 0, from: 'fetched', forecastUntil: null })
  // What came in before the registry knew the station is in the store.
  await importRegistry(first)
  await until(async () => (await stationsOf(first))[0]?.forecastUntil !== null, {
    what: 'a forecast is there'
  })
  await stops.pop()?.()
  const app = await start()
  const [w1, w2, ...rest] = await stationsOf(app)
  expect(rest).toEqual([])
  expect(w1).toMatchObject({
    id: 'W1',
    nodes: 2,
    temperatureC: 33,
    humidityPct: 70,
    from: 'fetched',
    trouble: null
  })
  expect(w1?.heatIndexC).toBeGreaterThan(38)
  expect(w1?.todayMaxC).toBeGreaterThanOrEqual(33)
  expect(Date.parse(w1?.forecastUntil ?? '') - Date.now()).toBeGreaterThan(6 * 24 * HOUR)
  expect(w2).toMatchObject({ id: 'W2', nodes: 1, observedAt: null, forecastIssuedAt: null, from: 'none' })

  const columns = await get<WeatherColumns>(app, '/api/weather/W1')
  expect(columns.isForecast[0]).toBe(false)
  expect(columns.isForecast.filter(Boolean).length).toBeGreaterThan(160)
  expect(columns.heatIndexC.every(felt => felt !== null)).toBe(true)
  expect(columns.issuedAt).toBe(w1?.forecastIssuedAt)
  // Nothing had been foretold an hour ago.
  const before = new Date(Date.now() - HOUR).toISOString()
  const unknown = await get<WeatherColumns>(app, `/api/weather/W1?issuedBy=${before}`)
  expect(unknown.isForecast).not.toContain(true)
  const refused = await app.inject({
    url: '/api/weather/W1?from=2026-01-01T00:00:00Z',
    headers: administrator
  })
  expect(refused.json()).toMatchObject({ status: 400, detail: expect.stringContaining('at most 32 days') })
  expect(asked).toHaveLength(1)
  expect(asked[0]).toContain(KEY)
})

it('trouble of the source is said at its stations, without the key', async () => {
  const app = await start({ WEATHER_STATIONS: 'W1:10:105' })
  const trouble = async () => (await stationsOf(app))[0]?.trouble ?? null
  await until(async () => (await trouble()) !== null, { what: 'trouble is said' })
  expect(await trouble()).toBe('it answers 500: no …')
  const metrics = await app.inject({ url: '/api/metrics', headers: administrator })
  expect(metrics.body).not.toContain(KEY)
})

it('the stations of a file are fetched too; a wrong line stops the start and is named', async () => {
  const file = join(folder.path, 'stations.csv')
  await writeFile(file, 'id,latitude,longitude\nW5,21,105\n')
  const app = await start({ WEATHER_STATIONS_FILE: file })
  await until(() => asked.length === 2, { what: 'both stations are asked for' })
  expect((await stationsOf(app)).map(({ id }) => id)).toEqual(['W1', 'W5'])
  await stops.pop()?.()
  await writeFile(file, 'id,latitude,longitude\nW5,91,105\nW1,21,105\n')
  await expect(start({ WEATHER_STATIONS_FILE: file })).rejects.toThrow(
    'WEATHER_STATIONS_FILE line 2: latitude "91" must be from -90 to 90\nWEATHER_STATIONS_FILE id W1 stands in WEATHER_STATIONS already'
  )
})

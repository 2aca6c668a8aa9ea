import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { MessageChannel, type Worker } from 'node:worker_threads'
import { afterEach, expect, it } from 'vitest'
import type { Forecast } from '../server/contract/forecasts.ts'
import type { LoadRow } from '../server/readings/store.ts'
import { answerCalls } from '../server/workers/calls.ts'
import {
  DAY,
  type ForecastDesk,
  HOUR,
  halfHours,
  loadAt,
  node,
  openForecastDesk,
  temperatureAt,
  writeWeather
} from './forecastDesk.ts'
import { until } from './helpers/until.ts'

const midnight = Date.parse('2026-06-20T00:00:00+07:00')
const nodes = [
  node('CO', { kind: 'company', weather: 'W1', capacityKw: 1100 }),
  node('F1', { parent: 'CO', meter: 'M1', capacityKw: 900 }),
  node('F2', { parent: 'CO', meter: 'M2' }),
  node('H1', { kind: 'meteringPoint', parent: 'F1', meter: 'M3' })
]

let desk: ForecastDesk
afterEach(() => desk.stop())

/** Seventy days of CO and F1, nine of F2; the weather foretold for five days at 18:00 of the day before. */
async function openWithHistory(now: number): Promise<ForecastDesk> {
  desk = await openForecastDesk(now, nodes)
  const from = midnight - 70 * DAY
  const kw = (t: number) => loadAt(t, temperatureAt(t))
  await desk.store.writeLoad(halfHours('CO', from, midnight, kw), 1800)
  await desk.store.writeLoad(halfHours('F1', from, midnight, kw), 1800)
  await desk.store.writeLoad(halfHours('F2', midnight - 9 * DAY, midnight, kw), 1800)
  await writeWeather(desk.store, 'W1', from, midnight)
  await writeWeather(desk.store, 'W1', midnight - 6 * HOUR, midnight + 5 * DAY, midnight - 6 * HOUR)
  return desk
}

const issuesOf = (id: string): Promise<Forecast[]> =>
  desk.records.forecasts.ofNode(id, { from: 0, to: midnight + 30 * DAY })

it('issues day-ahead after midnight, then by the half-hour, and says who has none and why', async () => {
  await openWithHistory(midnight + 2 * 60_000)
  const forecasting = desk.start()
  await until(() => forecasting.rows().length === 3, { what: 'it has begun' })
  expect(forecasting.state()).toMatchObject({
    fittedAt: null,
    withForecast: 0,
    running: false,
    trouble: null
  })

  desk.clock.now = midnight + 6 * 60_000
  await until(() => forecasting.state().fittedAt !== null, { what: 'the refit', timeoutMs: 60_000 })
  const [dayAhead, ...more] = await issuesOf('F1')
  expect(more).toEqual([])
  expect(dayAhead).toMatchObject({
    ...{ kind: 'day-ahead', basis: 'no-trend', stepS: 1800, capacityKw: 900, trainedDays: 70 },
    issuedAt: new Date(midnight + 6 * 60_000).toISOString(),
    weather: { station: 'W1', issuedAt: new Date(midnight - 6 * HOUR).toISOString() }
  })
  expect(dayAhead?.flags).not.toContain('no-weather')
  expect(dayAhead?.t[0]).toBe(midnight)
  // The last hour foretold is 23:00 of the fifth day.
  expect(dayAhead?.t.length).toBe(5 * 48 - 2)
  const errors = dayAhead?.t.map((t, i) =>
    Math.abs((dayAhead.p50Kw[i] ?? 0) / loadAt(t, temperatureAt(t)) - 1)
  )
  expect(Math.max(...(errors ?? [1]))).toBeLessThan(0.1)
  expect(dayAhead?.peaks.map(({ day }) => day).slice(0, 2)).toEqual(['2026-06-20', '2026-06-21'])
  expect(dayAhead?.peaks[0]?.maxHeatIndexC).toBeGreaterThan(dayAhead?.peaks[0]?.maxTemperatureC ?? 99)
  expect(forecasting.newest('F1')?.p50Kw[20]).toBeCloseTo(dayAhead?.p50Kw[20] ?? 0, 1)
  expect(forecasting.reason('F2')).toMatch(/two weeks/)
  expect(forecasting.rows().map(({ nodeId, kind, reason }) => [nodeId, kind, reason === null])).toEqual([
    ['CO', 'company', true],
    ['F1', 'feeder', true],
    ['F2', 'feeder', false]
  ])
  expect(forecasting.ahead().map(({ nodeId }) => nodeId)).toEqual(['CO', 'F1'])

  // Half past nine: the load has been a tenth above what was foretold.
  const nine = midnight + 9 * HOUR
  const high = (t: number) => 1.1 * loadAt(t, temperatureAt(t))
  await desk.store.writeLoad(halfHours('F1', midnight, nine, high), 1800)
  await writeWeather(desk.store, 'W1', midnight, nine)
  desk.clock.now = nine + 3 * 60_000
  await until(async () => (await issuesOf('F1')).length === 2, {
    what: 'the intraday issue',
    timeoutMs: 60_000
  })
  const intraday = (await issuesOf('F1')).at(-1)
  expect(intraday).toMatchObject({ kind: 'intraday', trainedUntil: new Date(midnight).toISOString() })
  expect(intraday?.t[0]).toBe(nine)
  expect((intraday?.p50Kw[0] ?? 0) / (dayAhead?.p50Kw[18] ?? 1)).toBeGreaterThan(1.04)
}, 120_000)

it('what comes after an issue does not change what was issued, and a restart does not fit again', async () => {
  await openWithHistory(midnight + 6 * 60_000)
  const first = desk.start()
  await until(() => first.state().fittedAt !== null, { what: 'the refit', timeoutMs: 60_000 })
  const asIssued = await issuesOf('F1')
  // Late readings of the day before, what came of the day itself, and a weather forecast that was issued later.
  await desk.store.writeLoad(
    halfHours('F1', midnight - DAY, midnight + 9 * HOUR, () => 5000),
    1800
  )
  await writeWeather(desk.store, 'W1', midnight, midnight + 5 * DAY, midnight + HOUR, () => 45)
  await first.stop()
  expect(await issuesOf('F1')).toEqual(asIssued)

  desk.clock.now = midnight + 6.5 * 60_000
  const second = desk.start()
  await until(() => second.newest('F1') !== null, { what: 'the issue of before' })
  expect(second.newest('F1')?.issuedAt).toBe(asIssued[0]?.issuedAt)
  expect(second.issuedAt('F1')).toBe(asIssued[0]?.issuedAt)
  expect(second.issuedAt('nobody')).toBeNull()
  await until(() => second.state().issuedAt !== null, { what: 'an issue after the start', timeoutMs: 60_000 })
  expect(second.state().fittedAt).toBe(first.state().fittedAt)
  expect((await issuesOf('F1'))[0]).toEqual(asIssued[0])
}, 120_000)

it('a forecast issued later, and loads of later, are not looked at by a day-ahead run that is late', async () => {
  await openWithHistory(midnight + 90 * 60_000)
  await desk.store.writeLoad(
    halfHours('F1', midnight, midnight + 1.5 * HOUR, () => 5000),
    1800
  )
  await writeWeather(desk.store, 'W1', midnight, midnight + 5 * DAY, midnight + HOUR, () => 45)
  const forecasting = desk.start()
  await until(() => forecasting.state().fittedAt !== null, { what: 'the refit', timeoutMs: 60_000 })
  const [issue] = await issuesOf('F1')
  expect(issue).toMatchObject({ kind: 'day-ahead', highestEverKw: expect.any(Number) })
  expect(issue?.highestEverKw).toBeLessThan(2000)
  expect(issue?.weather.issuedAt).toBe(new Date(midnight - 6 * HOUR).toISOString())
  expect(Math.max(...(issue?.temperatureC ?? []).map(Number))).toBeLessThan(40)
}, 120_000)

it('a store that is away is said, and the run is tried again', async () => {
  await openWithHistory(midnight + 6 * 60_000)
  desk.away.isAway = true
  const forecasting = desk.start()
  await until(() => forecasting.state().trouble !== null, { what: 'the trouble', timeoutMs: 60_000 })
  expect(forecasting.state()).toMatchObject({
    trouble: 'the disk is being changed',
    fittedAt: null,
    running: false
  })
  expect(desk.warnings).toEqual(['the load forecasts: the disk is being changed; tried again'])
  desk.away.isAway = false
  desk.clock.now += 61_000
  await until(() => forecasting.state().fittedAt !== null, { what: 'the next try', timeoutMs: 60_000 })
  expect(forecasting.state().trouble).toBeNull()
}, 120_000)

it('damaged files are made again; a folder that cannot be written is said, and forecasts are issued all the same', async () => {
  await openWithHistory(midnight + 6 * 60_000)
  const first = desk.start()
  await until(() => first.state().fittedAt !== null, { what: 'the refit', timeoutMs: 60_000 })
  await first.stop()
  const names = await readdir(desk.directory)
  expect(names.sort()).toEqual([
    'CO.load',
    'CO.model',
    'F1.load',
    'F1.model',
    'F2.load',
    'F2.model',
    'W1.error',
    'W1.weather',
    'run.json'
  ])
  for (const name of names) await writeFile(`${desk.directory}/${name}`, 'damaged')
  desk.clock.now = midnight + 35 * 60_000
  const second = desk.start()
  await until(() => second.state().fittedAt !== null, { what: 'all made again', timeoutMs: 60_000 })
  expect(second.state()).toMatchObject({ trouble: null, withForecast: 2 })
  await second.stop()

  await rm(desk.directory, { recursive: true })
  await writeFile(desk.directory, 'no folder')
  desk.clock.now = midnight + 65 * 60_000
  const third = desk.start()
  await until(() => third.state().trouble !== null, { what: 'the trouble', timeoutMs: 60_000 })
  expect(third.state().trouble).toMatch(/EEXIST|ENOTDIR/)
}, 180_000)

it('without any weather forecast the last days stand in, to the end of tomorrow, and it is flagged', async () => {
  desk = await openForecastDesk(midnight + 6 * 60_000, nodes)
  const from = midnight - 70 * DAY
  await desk.store.writeLoad(
    halfHours('F1', from, midnight, t => loadAt(t, temperatureAt(t))),
    1800
  )
  await writeWeather(desk.store, 'W1', from, midnight)
  const forecasting = desk.start()
  await until(() => forecasting.state().fittedAt !== null, { what: 'the refit', timeoutMs: 60_000 })
  const issue = forecasting.newest('F1')
  expect(issue).toMatchObject({ flags: ['no-weather'], weather: { station: 'W1', issuedAt: null } })
  expect(issue?.t.length).toBe(96)
  expect(issue?.temperatureC[28]).toBeCloseTo(temperatureAt(midnight + 14.25 * HOUR - 2 * DAY), 0)
}, 120_000)

it('stops at once in the middle of a run', async () => {
  await openWithHistory(midnight + 6 * 60_000)
  const forecasting = desk.start()
  await until(() => forecasting.state().running, { what: 'the run', timeoutMs: 60_000 })
  await forecasting.stop()
  expect(forecasting.state()).toMatchObject({ running: false, trouble: null })
}, 60_000)

it('a worker that ends in the middle is said; what it gave is whole, and the run is tried again', async () => {
  const twelve = Array.from({ length: 12 }, (_, i) => node(`F${i}`, { weather: i === 11 ? 'W2' : 'W1' }))
  desk = await openForecastDesk(midnight + 6 * 60_000, twelve)
  const from = midnight - 60 * DAY
  const kw = (t: number) => loadAt(t, temperatureAt(t))
  for (const id of ['F0', 'F11']) await desk.store.writeLoad(halfHours(id, from, midnight, kw), 1800)
  await writeWeather(desk.store, 'W1', from, midnight)
  let worker: Worker | null = null
  const onWorker = (one: Worker): void => {
    worker = one
  }
  process.on('worker', onWorker)
  // The weather of the last node never comes.
  let isWaiting = false
  const forecasting = desk.start({
    openReader() {
      const { port1, port2 } = new MessageChannel()
      const query: typeof desk.store.query = asked => {
        if (asked.id !== 'W2' || desk.away.isAway) return desk.store.query(asked)
        isWaiting = true
        return new Promise(() => undefined)
      }
      answerCalls(port1, { query, queryLoad: desk.store.queryLoad } as never)
      port1.unref()
      return port2
    }
  })
  await until(async () => isWaiting && (await issuesOf('F0')).length === 1, {
    what: 'the run in the middle',
    timeoutMs: 60_000
  })
  await (worker as Worker | null)?.terminate()
  process.off('worker', onWorker)
  await until(() => forecasting.state().trouble !== null, { what: 'the trouble' })
  expect(forecasting.state()).toMatchObject({
    trouble: 'the forecast worker ended early',
    fittedAt: null,
    running: false
  })
  const [first] = await issuesOf('F0')
  expect(first).toMatchObject({ kind: 'day-ahead', trainedDays: 60 })
  expect(forecasting.newest('F0')?.issuedAt).toBe(first?.issuedAt)
  expect(forecasting.reason('F11')).toBe('nothing has been issued for it yet')

  desk.away.isAway = true
  desk.clock.now += 61_000
  await until(() => forecasting.state().fittedAt !== null, { what: 'the next try', timeoutMs: 60_000 })
  expect(forecasting.state()).toMatchObject({ trouble: null, withForecast: 2 })
  expect((await issuesOf('F0')).map(({ p50Kw }) => p50Kw)).toEqual([first?.p50Kw, first?.p50Kw])
  expect((await readdir(desk.directory)).filter(name => name.endsWith('.new'))).toEqual([])
}, 120_000)

it('a model that cannot be kept is said, and its node forecast all the same', async () => {
  await openWithHistory(midnight + 6 * 60_000)
  await mkdir(`${desk.directory}/F1.model`, { recursive: true })
  const forecasting = desk.start()
  await until(() => forecasting.state().fittedAt !== null, { what: 'the refit', timeoutMs: 60_000 })
  expect(forecasting.state().trouble).toMatch(/DATA_DIR\/forecast cannot be written.*EISDIR/)
  expect(forecasting.state().withForecast).toBe(2)
  desk.clock.now = midnight + 33 * 60_000
  await until(async () => (await issuesOf('F1')).length === 2, { what: 'fitted anew', timeoutMs: 60_000 })
}, 120_000)

it('of 3,000 registered nodes with five days of load nothing is claimed, and later runs ask little', async () => {
  const many = Array.from({ length: 3000 }, (_, i) => node(`N${i}`))
  desk = await openForecastDesk(midnight + 6 * 60_000, many)
  let asked = 0
  const known = halfHours('N', midnight - 5 * DAY, midnight, () => 50)
  const forecasting = desk.start({
    openReader() {
      const { port1, port2 } = new MessageChannel()
      const queryLoad = ({ node: id, from, to }: { node: string; from: number; to: number }) => {
        asked++
        // Every tenth has never been heard of.
        const rows = id.endsWith('0') ? [] : known.filter(({ t }) => t >= from && t < to)
        const column = <K extends keyof LoadRow>(name: K) => rows.map(row => row[name])
        const means = { t: column('t'), kw: column('kw'), known: column('known') }
        return { ...means, kwMin: [], kwMax: [], reported: column('reported'), expected: column('expected') }
      }
      answerCalls(port1, { query: desk.store.query, queryLoad } as never)
      port1.unref()
      return port2
    }
  })
  await until(() => forecasting.state().fittedAt !== null, { what: 'the refit', timeoutMs: 100_000 })
  expect(asked).toBeLessThan(3000 * 40)
  expect(forecasting.state()).toMatchObject({ trouble: null, nodes: 3000, withForecast: 0 })
  expect(new Set(forecasting.rows().map(({ reason }) => reason))).toEqual(
    new Set(['no load is known yet', 'less than two weeks of load are known'])
  )
  asked = 0
  desk.clock.now = midnight + 33 * 60_000
  await until(() => (forecasting.state().issuedAt ?? '') >= new Date(midnight + 33 * 60_000).toISOString(), {
    what: 'the intraday run',
    timeoutMs: 100_000
  })
  expect(asked).toBeLessThan(3000 * 3)
}, 240_000)

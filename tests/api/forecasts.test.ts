import { afterEach, beforeEach, expect, it } from 'vitest'
import { forecastsRoutes } from '../../server/api/forecasts.ts'
import { createApi } from '../../server/api/server.ts'
import type { View } from '../../server/contract/access.ts'
import type { Forecast, ForecastRow } from '../../server/contract/forecasts.ts'
import { forecastsNeeds } from '../../server/forecastRoutes.ts'
import { StoreError } from '../../server/readings/store.ts'
import { packForecast } from '../../server/records/forecastRow.ts'
import { DAY, type ForecastDesk, HOUR, halfHours, node, openForecastDesk } from '../forecastDesk.ts'

const midnight = Date.parse('2026-06-20T00:00:00+07:00')
const iso = (t: number) => new Date(t).toISOString()
const nodes = [
  node('CO', { kind: 'company' }),
  node('F1', { parent: 'CO' }),
  node('MP1', { kind: 'meteringPoint', parent: 'F1', customerId: 'C1' }),
  node('H1', { kind: 'meteringPoint', parent: 'F1' })
]
const issue = (nodeId: string, origin: number, kind: Forecast['kind'], p50: number): Forecast => {
  const t = Array.from({ length: 96 }, (_, i) => origin + i * (HOUR / 2))
  const column = (kw: number) => t.map(() => kw)
  return {
    ...{ nodeId, issuedAt: iso(origin + 5 * 60_000), kind, basis: 'full', stepS: 1800, t },
    ...{ p10Kw: column(p50 - 10), p50Kw: column(p50), p90Kw: column(p50 + 10), temperatureC: column(30) },
    weather: { station: 'W1', issuedAt: iso(origin - HOUR) },
    ...{
      peaks: [],
      capacityKw: 200,
      highestEverKw: 150,
      flags: [],
      trainedDays: 700,
      trainedUntil: iso(origin)
    }
  }
}
const row = (nodeId: string, issuedAt: string | null): ForecastRow => ({
  ...{ nodeId, name: nodeId, kind: 'feeder', issuedAt, reason: issuedAt === null ? 'too little' : null },
  ...{ capacityKw: null, peaks: [], flags: [] }
})
const view = (ids: readonly string[] | null) =>
  ({ whole: ids === null, node: (id: string) => ids?.includes(id) ?? true }) as unknown as View

let desk: ForecastDesk
let sees: readonly string[] | null
let api: ReturnType<typeof createApi>
beforeEach(async () => {
  sees = null
  desk = await openForecastDesk(midnight + 12 * HOUR, nodes)
  const day = (days: number, kw: number) =>
    desk.store.writeLoad(
      halfHours('F1', midnight + days * DAY, midnight + (days + 1) * DAY, () => kw),
      1800
    )
  await day(-7, 50)
  await day(-1, 80)
  await desk.store.writeLoad(
    halfHours('F1', midnight, midnight + 12 * HOUR, () => 100),
    1800
  )
  const issues = [
    ...[issue('F1', midnight, 'day-ahead', 105), issue('F1', midnight + 11 * HOUR, 'intraday', 101)],
    issue('CO', midnight, 'day-ahead', 300)
  ]
  await desk.records.forecasts.put(issues.map(packForecast))
  api = createApi({ logLevel: 'silent', trustedProxies: [], isHttps: false })
  api.decorateRequest('view')
  api.addHook('onRequest', async request => {
    request.view = view(sees)
  })
  const run = { fittedAt: iso(midnight), fitS: 5, nodes: 3, withForecast: 2, issuedAt: null, running: false }
  forecastsRoutes(
    forecastsNeeds({
      forecasting: {
        state: () => ({ ...run, trouble: '1 nodes could not be computed, the first of them F1: …' }),
        rows: () => [row('CO', iso(midnight)), row('F1', iso(midnight)), row('MP1', null)],
        reason: () => 'less than two weeks of load are known'
      },
      forecasts: desk.records.forecasts,
      store: {
        queryLoad: async asked => (desk.away.isAway ? Promise.reject(gone()) : desk.store.queryLoad(asked))
      },
      node: id => nodes.find(one => one.id === id) ?? null,
      timeZone: 'Asia/Ho_Chi_Minh',
      now: () => desk.clock.now
    })
  )(api as never)
})
afterEach(async () => {
  await api.close()
  await desk.stop()
})
const gone = () => new StoreError('unavailable', 'the disk is being changed')
const get = async (path: string) => {
  const answer = await api.inject(path)
  return { status: answer.statusCode, body: answer.json() }
}

it('lists all nodes; of a part of them only what is seen, without the trouble of others', async () => {
  const all = await get('/api/forecasts')
  expect(all.body.run).toMatchObject({ nodes: 3, trouble: expect.stringContaining('F1') })
  expect(all.body.rows.length).toBe(3)
  sees = ['MP1']
  const own = await get('/api/forecasts')
  expect(own.body.rows.map(({ nodeId }: ForecastRow) => nodeId)).toEqual(['MP1'])
  expect(own.body.run).toMatchObject({ nodes: 1, withForecast: 0 })
  expect(own.body.run.trouble).not.toContain('F1')
})

it('gives the newest issue with what came of it so far, one of a kind, and as of a moment', async () => {
  const newest = await get('/api/forecasts/F1')
  expect(newest.body).toMatchObject({
    nodeId: 'F1',
    name: 'Node F1',
    reason: null,
    forecast: { kind: 'intraday' }
  })
  expect(newest.body.actualKw.slice(0, 3)).toEqual([100, 100, null])
  const ahead = await get('/api/forecasts/F1?kind=day-ahead')
  expect(ahead.body.forecast).toEqual(issue('F1', midnight, 'day-ahead', 105))
  const before = await get(`/api/forecasts/F1?issuedBy=${midnight + 10 * HOUR}`)
  expect(before.body.forecast.kind).toBe('day-ahead')
  const never = await get(`/api/forecasts/F1?issuedBy=${iso(midnight)}`)
  expect(never.body).toMatchObject({
    forecast: null,
    actualKw: [],
    reason: 'nothing is kept that was issued by then'
  })
})

it('says that an issue is old once nothing newer came for three hours, of a day-ahead one never', async () => {
  const flags = async (asked = '') => (await get(`/api/forecasts/F1${asked}`)).body.forecast.flags
  expect(await flags()).toEqual([])
  desk.clock.now = midnight + 14.5 * HOUR
  expect(await flags()).toEqual(['old'])
  expect(await flags('?kind=day-ahead')).toEqual([])
  expect(await flags(`?issuedBy=${iso(midnight + 12 * HOUR)}`)).toEqual([])
})

it('says why there is none', async () => {
  expect((await get('/api/forecasts/MP1')).body).toMatchObject({
    forecast: null,
    reason: expect.stringMatching(/two weeks/)
  })
  expect((await get('/api/forecasts/H1')).body.reason).toBe('a household is not forecast')
  expect((await get('/api/forecasts/nobody')).status).toBe(404)
  expect((await get('/api/forecasts/F1?kind=tomorrow')).status).toBe(400)
})

it('measures the day-ahead issues against the load that came', async () => {
  const { body } = await get('/api/forecasts/F1/accuracy?from=2026-06-19&to=2026-06-21')
  expect(body.days).toMatchObject([{ day: '2026-06-20', steps: 24, peakError: null, coverage: 1 }])
  expect([body.mape, body.yesterdayMape, body.lastWeekMape].map(one => Number(one.toFixed(6)))).toEqual([
    0.05, 0.2, 0.5
  ])
  expect((await get('/api/forecasts/F1/accuracy')).body.days.length).toBe(1)
  expect((await get('/api/forecasts/F1/accuracy?from=2026-06-21&to=2026-06-20')).status).toBe(400)
  expect((await get('/api/forecasts/F1/accuracy?from=2024-06-21&to=2026-06-20')).status).toBe(400)
  expect((await get('/api/forecasts/nobody/accuracy')).status).toBe(404)
})

it('takes the sum over a part of the meters for no load, as the models do', async () => {
  const part = halfHours('F1', midnight + 2 * HOUR, midnight + 3 * HOUR, () => 40)
  const whole = halfHours('F1', midnight, midnight + 2 * HOUR, () => 100)
  const rows = [
    ...whole.map(one => ({ ...one, reported: 10 })),
    ...part.map(one => ({ ...one, reported: 4 }))
  ]
  await desk.store.writeLoad(
    rows.map(one => ({ ...one, expected: 10 })),
    1800
  )
  const { actualKw } = (await get('/api/forecasts/F1?kind=day-ahead')).body
  expect(actualKw.slice(0, 8)).toEqual([100, 100, 100, 100, null, null, 100, 100])
  const { days } = (await get('/api/forecasts/F1/accuracy?from=2026-06-20&to=2026-06-20')).body
  expect(days).toMatchObject([{ steps: 22, coverage: 1 }])
})

it('a store that is away is no fault of the server', async () => {
  desk.away.isAway = true
  expect((await get('/api/forecasts/F1')).status).toBe(503)
})

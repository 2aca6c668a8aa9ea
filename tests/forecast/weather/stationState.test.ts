import { expect, it } from 'vitest'
import { stationState } from '../../../server/forecast/weather/stationState.ts'
import { HOUR, NOON } from './answers.ts'

const outlook = {
  observedAt: NOON,
  temperatureC: 35,
  humidityPct: 60,
  forecastIssuedAt: NOON - HOUR,
  forecastUntil: NOON + 100 * HOUR,
  todayMaxC: 38,
  tomorrowMaxC: null
}
const fetched = { fetchedAt: NOON, issuedAt: NOON - HOUR, etag: null, sha256: '', observedAt: null }

it('is what came by MQTT where nothing is fetched', () => {
  const state = stationState('W1', 3, NOON, outlook)
  expect(state).toMatchObject({
    id: 'W1',
    nodes: 3,
    observedAt: '2026-05-20T03:00:00.000Z',
    forecastIssuedAt: '2026-05-20T02:00:00.000Z',
    todayMaxC: 38,
    from: 'mqtt',
    trouble: null
  })
  expect(state.heatIndexC).toBeCloseTo(45.1, 0)
  expect(stationState('W1', 3, NOON, { ...outlook, forecastIssuedAt: null }).from).toBe('mqtt')
  expect(stationState('W1', 0, NOON)).toMatchObject({ observedAt: null, heatIndexC: null, from: 'none' })
})

it('says whose the newest forecast is, and what troubles the source', () => {
  const from = (issuedAt: number | null) =>
    stationState('W1', 1, NOON, { ...outlook, forecastIssuedAt: issuedAt }, { fetched, trouble: null }).from
  expect([from(NOON - HOUR), from(NOON), from(null)]).toEqual(['fetched', 'mqtt', 'fetched'])
  const trouble = 'it refuses connections'
  expect(stationState('W1', 1, NOON, undefined, { fetched: null, trouble })).toMatchObject({
    from: 'none',
    trouble
  })
})

it('a temperature of hours ago is not the present one; when it was observed stays said', () => {
  const [present, past] = [3, 4].map(hours => stationState('W1', 1, NOON + hours * HOUR, outlook))
  expect(present).toMatchObject({ temperatureC: 35, humidityPct: 60 })
  const gone = { temperatureC: null, humidityPct: null, heatIndexC: null }
  expect(past).toMatchObject({ ...gone, observedAt: '2026-05-20T03:00:00.000Z', todayMaxC: 38 })
})

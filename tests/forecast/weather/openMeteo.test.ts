import { describe, expect, it } from 'vitest'
import {
  forecastAddress,
  forecastItems,
  readAnswer,
  refusalReason
} from '../../../server/forecast/weather/openMeteo.ts'
import { answer, HOUR, hourlyOf, NOON } from './answers.ts'

const MIDNIGHT = NOON - 3 * HOUR
const read = (body: unknown) => {
  const found = readAnswer(JSON.stringify(body))
  if ('reason' in found) throw new Error(found.reason)
  return found
}
const reasonOf = (body: string) => {
  const found = readAnswer(body)
  return 'reason' in found ? found.reason : 'good'
}

describe('the address', () => {
  const place = { id: 'W1', latitude: 21.03, longitude: -105.85 }

  it('asks for temperature and humidity of the hours ahead, in °C, in seconds of UTC', () => {
    const url = forecastAddress('https://api.open-meteo.com', place, null)
    expect(url.origin + url.pathname).toBe('https://api.open-meteo.com/v1/forecast')
    expect(Object.fromEntries(url.searchParams)).toEqual({
      latitude: '21.03',
      longitude: '-105.85',
      hourly: 'temperature_2m,relative_humidity_2m',
      current: 'temperature_2m,relative_humidity_2m',
      temperature_unit: 'celsius',
      timeformat: 'unixtime',
      timezone: 'UTC',
      forecast_days: '8'
    })
  })

  it('keeps the path of the setting, and brings the key where there is one', () => {
    for (const base of ['http://w/proxy', 'http://w/proxy/', 'http://w/proxy/v1/forecast']) {
      const url = forecastAddress(base, place, 'a&b')
      expect(url.pathname).toBe('/proxy/v1/forecast')
      expect(url.searchParams.get('apikey')).toBe('a&b')
    }
  })
})

describe('an answer', () => {
  it('is temperatures and humidities by hour', () => {
    const { steps, current, issuedAt } = read(answer())
    expect(steps).toHaveLength(192)
    expect(steps[1]).toEqual({ ts: MIDNIGHT + HOUR, temp_c: 30.1, humidity_pct: 61 })
    expect([current, issuedAt]).toEqual([null, null])
  })

  it('may be that of several places: the first counts; it may say when the model was run', () => {
    expect(read([answer(), answer()]).steps).toHaveLength(192)
    expect(read(answer({ issued_at: MIDNIGHT / 1000 })).issuedAt).toBe(MIDNIGHT)
    expect(read(answer({ model_run: '2026-05-20T00:00:00Z' })).issuedAt).toBe(MIDNIGHT)
  })

  it('may be in local time without offset beside the offset of all', () => {
    const local = answer({
      utc_offset_seconds: 25_200,
      hourly_units: { time: 'iso8601', temperature_2m: '°C', relative_humidity_2m: '%' },
      hourly: { time: ['2026-05-20T10:00'], temperature_2m: [35.5], relative_humidity_2m: [55] },
      current_units: { time: 'iso8601', temperature_2m: '°C' },
      current: { time: '2026-05-20T10:15', interval: 900, temperature_2m: 35.9 }
    })
    expect(read(local).steps).toEqual([{ ts: NOON, temp_c: 35.5, humidity_pct: 55 }])
    expect(read(local).current).toEqual({ ts: NOON + HOUR / 4, temp_c: 35.9 })
  })

  it('leaves out what is null or cannot be, and takes no humidity for unknown', () => {
    const holed = answer()
    hourlyOf(holed).temperature_2m.splice(0, 3, null, 212, '31')
    hourlyOf(holed).relative_humidity_2m.splice(3, 2, null, 140)
    const { steps } = read(holed)
    expect(steps).toHaveLength(189)
    expect(steps.slice(0, 2)).toEqual([
      { ts: NOON, temp_c: 30.3 },
      { ts: NOON + HOUR, temp_c: 30.4 }
    ])
    const dry = answer()
    delete (dry.hourly as Record<string, unknown>).relative_humidity_2m
    expect(read(dry).steps[0]).toEqual({ ts: MIDNIGHT, temp_c: 30 })
  })

  it('whose present conditions are in another unit has none', () => {
    const current = { time: NOON / 1000, temperature_2m: 95, relative_humidity_2m: 50 }
    expect(read(answer({ current, current_units: { temperature_2m: '°F' } })).current).toBeNull()
  })

  it.each([
    ['<html>', 'not JSON'],
    ['"text"', 'not a JSON object'],
    ['null', 'not a JSON object'],
    ['[]', 'not a JSON object'],
    ['{"error":true,"reason":"Daily API request limit exceeded."}', 'it says: Daily API request limit'],
    ['{"latitude":1}', 'no hourly values'],
    [
      JSON.stringify(answer({ hourly_units: { time: 'unixtime', temperature_2m: '°F' } })),
      'its temperatures are in °F, °C is needed'
    ],
    [
      JSON.stringify(answer({ hourly_units: { relative_humidity_2m: 'g/kg' } })),
      'its humidity is in g/kg, % is needed'
    ],
    ['{"hourly":{"time":[1]}}', 'lack time or temperature_2m'],
    ['{"hourly":{"time":[1,2],"temperature_2m":[30]}}', 'not of equal length'],
    ['{"hourly":{"time":[1,2],"temperature_2m":[null,null]}}', 'none of its hourly values'],
    ['{"hourly":{"time":["soon"],"temperature_2m":[30]}}', 'none of its hourly values']
  ])('%s is refused in words', (body, words) => {
    expect(reasonOf(body)).toContain(words)
  })
})

it('a refusal says why, where it does', () => {
  expect(refusalReason('{"error":true,"reason":"Latitude must be in range"}')).toBe(
    'Latitude must be in range'
  )
  expect(refusalReason('<html>')).toBeNull()
  expect(refusalReason('{"hourly":{}}')).toBeNull()
})

it('a forecast begins with the hour in which it is issued', () => {
  const items = forecastItems(read(answer()).steps, NOON + 10 * 60_000)
  expect(items[0]).toEqual({ ts: NOON, issued: NOON + 10 * 60_000, temp_c: 30.3, humidity_pct: 63 })
  expect(items).toHaveLength(189)
})

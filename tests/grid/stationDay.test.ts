import { expect, it } from 'vitest'
import { createStationDay, dateAfter } from '../../server/grid/stationDay.ts'

/** The local date at UTC+7. */
const localDate = (t: number) => new Date(t + 7 * 3_600_000).toISOString().slice(0, 10)
const local = (time: string) => Date.parse(`${time}+07:00`)
const forecast = (ts: string, temp_c: number, issued: string, intervalS = 3600) => ({
  ts: local(ts),
  intervalS,
  issued: local(issued),
  temperatureC: temp_c
})

it('knows nothing before anything was said', () => {
  expect(createStationDay(localDate).maximum(local('2026-05-20T12:00:00'))).toEqual({
    maxTemperatureC: null,
    maxTemperatureIsForecast: false
  })
})

it('takes the higher of what was observed today and what is forecast for the rest of it', () => {
  const day = createStationDay(localDate)
  const now = local('2026-05-20T10:20:00')
  day.observe(local('2026-05-20T09:00:00'), 33)
  day.foresee(forecast('2026-05-20T13:00:00', 38, '2026-05-20T06:00:00'), now)
  day.foresee(forecast('2026-05-21T13:00:00', 40, '2026-05-20T06:00:00'), now)
  expect(day.maximum(now)).toEqual({ maxTemperatureC: 38, maxTemperatureIsForecast: true })
  // The forecast hour is over; what was observed in it stands until midnight.
  day.observe(local('2026-05-20T13:30:00'), 37.4)
  expect(day.maximum(local('2026-05-20T14:00:00'))).toEqual({
    maxTemperatureC: 37.4,
    maxTemperatureIsForecast: false
  })
  expect(day.maximum(local('2026-05-20T22:00:00')).maxTemperatureC).toBe(37.4)
})

it('starts anew at local midnight, with the forecast for the new day', () => {
  const day = createStationDay(localDate)
  day.observe(local('2026-05-20T13:30:00'), 39)
  day.foresee(forecast('2026-05-21T13:00:00', 36, '2026-05-20T06:00:00'), local('2026-05-20T14:00:00'))
  expect(day.maximum(local('2026-05-20T23:59:59')).maxTemperatureC).toBe(39)
  expect(day.maximum(local('2026-05-21T00:00:00'))).toEqual({
    maxTemperatureC: 36,
    maxTemperatureIsForecast: true
  })
  day.observe(local('2026-05-20T15:00:00'), 41)
  day.observe(local('2026-05-21T00:10:00'), 29)
  day.observe(local('2026-05-20T16:00:00'), 42)
  expect(day.maximum(local('2026-05-21T14:00:00'))).toEqual({
    maxTemperatureC: 29,
    maxTemperatureIsForecast: false
  })
})

it('counts a late observation of today, in any order, and corrects a wrong one', () => {
  const day = createStationDay(localDate)
  day.observe(local('2026-05-20T12:00:00'), 85)
  day.observe(local('2026-05-20T11:00:00'), 36.5)
  day.observe(local('2026-05-20T12:00:00'), 36)
  expect(day.maximum(local('2026-05-20T12:30:00')).maxTemperatureC).toBe(36.5)
})

it('keeps of several forecasts for one hour the newest issued, whenever it comes', () => {
  const now = local('2026-05-20T10:00:00')
  const older = forecast('2026-05-20T13:00:00', 39, '2026-05-20T03:00:00')
  const newer = forecast('2026-05-20T13:00:00', 36, '2026-05-20T09:00:00')
  for (const order of [
    [older, newer],
    [newer, older]
  ]) {
    const day = createStationDay(localDate)
    for (const each of order) day.foresee(each, now)
    expect(day.maximum(now).maxTemperatureC).toBe(36)
  }
})

it('is bounded: what does not fit is counted, and a long day of observations keeps its maximum', () => {
  const day = createStationDay(localDate)
  const start = local('2026-05-20T00:00:00')
  for (let i = 0; i < 2100; i += 1)
    day.foresee({ ts: start + i * 600_000, intervalS: 0, issued: start, temperatureC: 30 }, start)
  expect(day.dropped).toBe(100)
  for (let s = 0; s < 4000; s += 1) day.observe(start + s * 10_000, s === 100 ? 38 : 31)
  expect(day.maximum(start + 40_000_000).maxTemperatureC).toBe(38)
})

it('says how the weather stands and what is foretold', () => {
  const day = createStationDay(localDate)
  const now = local('2026-05-20T10:20:00')
  const nothing = { observedAt: null, temperatureC: null, humidityPct: null, todayMaxC: null }
  expect(day.outlook(now, dateAfter(localDate, now))).toEqual({
    ...nothing,
    ...{ forecastIssuedAt: null, forecastUntil: null, tomorrowMaxC: null }
  })
  day.observe(local('2026-05-20T10:00:00'), 33, 70)
  day.observe(local('2026-05-20T09:00:00'), 34, 60)
  day.foresee(forecast('2026-05-20T13:00:00', 38, '2026-05-20T06:00:00'), now)
  day.foresee(forecast('2026-05-20T14:00:00', 37, '2026-05-20T09:00:00'), now)
  day.foresee(forecast('2026-05-21T13:00:00', 40, '2026-05-20T06:00:00'), now)
  day.foresee(forecast('2026-05-22T13:00:00', 41, '2026-05-20T06:00:00'), now)
  const outlook = {
    observedAt: local('2026-05-20T10:00:00'),
    temperatureC: 33,
    humidityPct: 70,
    forecastIssuedAt: local('2026-05-20T09:00:00'),
    forecastUntil: local('2026-05-22T14:00:00'),
    todayMaxC: 38,
    tomorrowMaxC: 40
  }
  expect(day.outlook(now, dateAfter(localDate, now))).toEqual(outlook)
  // The same moment out of the store knows no humidity, and takes none away; a newer one has none.
  day.observe(local('2026-05-20T10:00:00'), 33)
  expect(day.outlook(now, dateAfter(localDate, now))).toEqual(outlook)
  day.observe(local('2026-05-20T10:10:00'), 33.5)
  expect(day.outlook(now, dateAfter(localDate, now))).toMatchObject({ temperatureC: 33.5, humidityPct: null })
})

it('knows tomorrow on a day of 23 and of 25 hours', () => {
  const at = (shiftHours: number) => (t: number) =>
    new Date(t + (t >= local('2026-05-20T12:00:00') ? 7 + shiftHours : 7) * 3_600_000)
      .toISOString()
      .slice(0, 10)
  for (const shift of [1, -1]) {
    const day = createStationDay(at(shift))
    const now = local('2026-05-20T00:30:00')
    day.foresee(forecast('2026-05-21T02:00:00', 30, '2026-05-19T06:00:00'), now)
    day.foresee(forecast('2026-05-22T02:00:00', 40, '2026-05-19T06:00:00'), now)
    expect(day.outlook(now, dateAfter(at(shift), now)).tomorrowMaxC).toBe(30)
  }
})

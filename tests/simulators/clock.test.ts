import { expect, test } from 'vitest'
import { createClock } from '../../simulators/clock.ts'
import { createWeather } from '../../simulators/weather.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
// A Wednesday, 12:41 in a zone nine hours ahead.
const anchor = Date.parse('2026-06-10T03:41:00Z')
const offset = 9 * HOUR

test('the anchor is the start of the afternoon shift, on day 0', () => {
  const clock = createClock(anchor, offset)
  expect(clock.afternoonStart).toBe(anchor)
  expect(clock.hour(anchor)).toBe(13)
  expect(clock.hour(anchor - 14 * HOUR)).toBe(23)
  expect([anchor, anchor - 14 * HOUR, anchor + 11 * HOUR].map(clock.day)).toEqual([0, -1, 1])
  expect([0, 2, 3, 4, 5, -3, -4].map(clock.isWeekend)).toEqual([false, false, true, true, false, true, true])
})

test('an anchor far from noon moves nothing', () => {
  const night = Date.parse('2026-06-10T18:00:00Z')
  const clock = createClock(night, offset)
  expect(clock.hour(night)).toBe(3)
  expect(clock.hour(clock.afternoonStart)).toBe(13)
  expect(clock.day(clock.afternoonStart)).toBe(0)
})

test.each([1, 2, 3, 4, 5])('seed %d: the anchor day is the hottest of a heat wave', seed => {
  const clock = createClock(anchor, offset)
  const weather = createWeather(clock, seed, 'W', 0)
  const highOf = (day: number) => {
    const minutes = Array.from(
      { length: 24 * 12 },
      (_, index) => anchor - 13 * HOUR + day * DAY + index * 300_000
    )
    return Math.max(...minutes.map(weather.temperatureC))
  }
  expect(highOf(0)).toBeGreaterThan(37.8)
  expect(highOf(0)).toBeLessThan(39.5)
  for (let day = -45; day < 0; day += 1) {
    expect(highOf(day)).toBeGreaterThan(33)
    expect(highOf(day)).toBeLessThan(37)
  }
  expect(weather.temperatureC(anchor)).toBeGreaterThan(36.5)
  for (let t = anchor - DAY; t < anchor + DAY; t += 60_000) {
    expect(Math.abs(weather.temperatureC(t + 60_000) - weather.temperatureC(t))).toBeLessThan(0.15)
    expect(weather.humidityPct(t)).toBeGreaterThan(35)
    expect(weather.humidityPct(t)).toBeLessThan(98)
  }
})

test('a forecast is nearly right for the next hours and less so for the day after tomorrow', () => {
  const weather = createWeather(createClock(anchor, offset), 1, 'W', 0)
  const errors = (fromH: number, toH: number) => {
    const hours = Array.from({ length: toH - fromH }, (_, index) => anchor + (fromH + index) * HOUR)
    return Math.max(...hours.map(t => Math.abs(weather.forecastC(anchor, t) - weather.temperatureC(t))))
  }
  expect(errors(0, 6)).toBeLessThan(0.4)
  expect(errors(0, 72)).toBeLessThanOrEqual(1.75)
  expect(errors(24, 72)).toBeGreaterThan(errors(0, 6))
  expect(errors(0, 168)).toBeLessThanOrEqual(2.6)
})

test('one issue after the other says nearly the same, and is more right the nearer the day', () => {
  const weather = createWeather(createClock(anchor, offset), 1, 'W', 0)
  const target = (day: number) => anchor + day * DAY + 1.5 * HOUR
  const meanError = (aheadH: number) => {
    const days = Array.from({ length: 200 }, (_, day) => day - 100)
    const errors = days.map(day =>
      Math.abs(
        weather.forecastC(target(day) - aheadH * HOUR, target(day)) - weather.temperatureC(target(day))
      )
    )
    return errors.reduce((sum, error) => sum + error, 0) / errors.length
  }
  const byLead = [6, 24, 72, 160].map(meanError)
  expect(byLead).toEqual(byLead.toSorted((a, b) => a - b))
  expect(byLead[1]).toBeGreaterThan(0.15)
  expect(byLead[3]).toBeLessThan(1.6)
  for (let hour = 0; hour < 160; hour += 1) {
    const said = (issued: number) => weather.forecastC(issued, target(6))
    expect(Math.abs(said(anchor + hour * HOUR) - said(anchor + (hour - 1) * HOUR))).toBeLessThan(0.6)
    expect(weather.forecastHumidityPct(anchor, anchor + hour * HOUR)).toBeGreaterThan(20)
    expect(weather.forecastHumidityPct(anchor, anchor + hour * HOUR)).toBeLessThanOrEqual(98)
  }
})

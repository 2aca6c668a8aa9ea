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

test.each([1, 2, 3, 4, 5])(
  'seed %d: the anchor day is the hottest for three weeks, and the next working day is hotter still',
  seed => {
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
    for (let day = -57; day < 0; day += 1) {
      if (day >= -28 && day < -18) continue
      expect(highOf(day), `day ${day}`).toBeGreaterThan(33)
      expect(highOf(day), `day ${day}`).toBeLessThan(37)
    }
    const wave = Array.from({ length: 9 }, (_, index) => highOf(index - 27))
    expect(Math.max(...wave)).toBeGreaterThan(40)
    expect(Math.min(...wave)).toBeLessThan(30)
    expect(highOf(1)).toBeGreaterThan(40.7)
    expect(highOf(1)).toBeLessThan(41.6)
    expect(highOf(2)).toBeLessThan(38.6)
    expect(weather.temperatureC(anchor)).toBeGreaterThan(36.5)
    for (let t = anchor - DAY; t < anchor + DAY; t += 60_000) {
      expect(Math.abs(weather.temperatureC(t + 60_000) - weather.temperatureC(t))).toBeLessThan(0.15)
      expect(weather.humidityPct(t)).toBeGreaterThan(35)
      expect(weather.humidityPct(t)).toBeLessThan(98)
    }
  }
)

test('a forecast is nearly right for the next hours and less so for the day after tomorrow', () => {
  const weather = createWeather(createClock(anchor, offset), 1, 'W', 0)
  const errors = (fromH: number, toH: number) => {
    const hours = Array.from({ length: toH - fromH }, (_, index) => anchor + (fromH + index) * HOUR)
    return Math.max(...hours.map(t => Math.abs(weather.forecastC(anchor, t) - weather.temperatureC(t))))
  }
  expect(errors(0, 6)).toBeLessThan(0.4)
  expect(errors(0, 72)).toBeLessThanOrEqual(1.75)
  expect(errors(24, 72)).toBeGreaterThan(errors(0, 6))
  expect(errors(0, 96)).toBeLessThanOrEqual(2.6)
})

// Wednesday: hot on Thursday, the front on Monday; Friday: hot on Monday, the front on Wednesday.
test.each([
  { first: '2026-06-10', hot: '2026-06-11', front: '2026-06-15' },
  { first: '2026-06-12', hot: '2026-06-15', front: '2026-06-17' },
  { first: '2026-06-15', hot: '2026-06-16', front: '2026-06-18' }
])('first seen on $first: both days ahead look too hot, until the front is seen', ({ first, hot, front }) => {
  const start = Date.parse(`${first}T13:02:00+07:00`)
  const weather = createWeather(createClock(start, offset), 1, 'W', 0)
  const highest = (date: string, at: (t: number) => number) =>
    Math.max(
      ...Array.from({ length: 24 }, (_, hour) => at(Date.parse(`${date}T00:00:00+07:00`) + hour * HOUR))
    )
  const said = (date: string, afterH: number) =>
    highest(date, t => weather.forecastC(start + afterH * HOUR, t))
  expect(highest(hot, weather.temperatureC)).toBeGreaterThan(39.9)
  expect(said(hot, 0)).toBeGreaterThan(38.8)
  expect(highest(front, weather.temperatureC)).toBeLessThan(34.2)
  expect(said(front, -24)).toBeGreaterThan(37.5)
  expect(said(front, 0)).toBeGreaterThan(37.5)
  expect(said(front, 5)).toBeLessThan(36.5)
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

import { expect, it } from 'vitest'
import { emptyHistory, putInto } from '../../../server/forecast/history/history.ts'
import { type Foretold, weatherAhead } from '../../../server/forecast/run/weatherAhead.ts'

const HALF_HOUR = 1_800_000
const DAY = 48 * HALF_HOUR
const origin = Date.parse('2026-06-20T00:00:00+07:00')
const atLeastUntil = origin + 2 * DAY

function observed(days: number, temperature: (t: number) => number | null) {
  const history = emptyHistory(2)
  const t = Array.from({ length: days * 48 }, (_, i) => origin - days * DAY + i * HALF_HOUR)
  putInto(history, t, [t.map(temperature), t.map(() => 60)])
  return history
}
function foretold(hours: number, temperature: (hour: number) => number, first = 0): Foretold {
  const t = Array.from({ length: hours - first }, (_, i) => origin + (first + i) * 2 * HALF_HOUR)
  return {
    ...{ t, intervalS: t.map(() => 0), issued: t.map(() => origin - 5 * DAY) },
    columns: { temp_c: t.map((_, i) => temperature(first + i)), humidity_pct: t.map(() => 70) }
  }
}
const at = (weather: ReturnType<typeof weatherAhead>, t: number) =>
  weather.temperature[(t - weather.startMs) / HALF_HOUR]

it('reaches as far as the forecast, at most seven days', () => {
  const five = weatherAhead({
    observed: observed(20, () => 25),
    foretold: foretold(121, () => 30),
    origin,
    atLeastUntil
  })
  expect(five).toMatchObject({
    until: origin + 5 * DAY,
    isGuessed: false,
    isUnknown: false,
    issuedAt: origin - 5 * DAY
  })
  expect(at(five, origin - HALF_HOUR)).toBe(25)
  expect(at(five, origin)).toBe(30)
  const ten = weatherAhead({
    observed: observed(20, () => 25),
    foretold: foretold(240, () => 30),
    origin,
    atLeastUntil
  })
  expect(ten.until).toBe(origin + 7 * DAY)
})

it('runs straight from what was observed last to a forecast that begins later', () => {
  const { temperature, startMs } = weatherAhead({
    ...{ observed: observed(20, () => 20), origin, atLeastUntil },
    foretold: foretold(72, () => 30, 4)
  })
  const ahead = [...temperature.subarray((origin - startMs) / HALF_HOUR)].slice(0, 9)
  for (const [i, value] of ahead.entries())
    if (i > 0) expect(value).toBeGreaterThanOrEqual(ahead[i - 1] ?? 99)
  expect(ahead[0]).toBeCloseTo(20 + 10 * (0.5 / 4.25), 5)
  expect(ahead[8]).toBeCloseTo(30)
})

it('what is not foretold is taken from the last three days, to the end of tomorrow, and said', () => {
  const days = [10, 20, 30, 40]
  const history = observed(20, t => days[Math.floor((origin - 1 - t) / DAY)] ?? 50)
  const none = weatherAhead({ observed: history, foretold: foretold(0, () => 0), origin, atLeastUntil })
  expect(none).toMatchObject({ until: atLeastUntil, isGuessed: true, issuedAt: null })
  expect(at(none, origin + 14 * HALF_HOUR)).toBeCloseTo(20)
  expect(at(none, origin + DAY + 14 * HALF_HOUR)).toBeCloseTo(20)
  const tenHours = weatherAhead({ observed: history, foretold: foretold(11, () => 33), origin, atLeastUntil })
  expect(tenHours).toMatchObject({ until: atLeastUntil, isGuessed: true })
  expect([at(tenHours, origin + 9 * HALF_HOUR), at(tenHours, origin + 30 * HALF_HOUR)]).toEqual([33, 20])
})

it('two weeks of temperature are needed to train with; observations after the origin are not looked at', () => {
  const little = weatherAhead({
    observed: observed(9, () => 25),
    foretold: foretold(72, () => 30),
    origin,
    atLeastUntil
  })
  expect(little.isUnknown).toBe(true)
  const late = observed(20, () => 25)
  putInto(
    late,
    [origin, origin + HALF_HOUR],
    [
      [99, 99],
      [99, 99]
    ]
  )
  const ahead = weatherAhead({ observed: late, foretold: foretold(72, () => 30), origin, atLeastUntil })
  expect(at(ahead, origin)).toBe(30)
})

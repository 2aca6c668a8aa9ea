import { expect, it } from 'vitest'
import { joinWeather } from '../../../server/forecast/weather/columns.ts'
import { HOUR, NOON } from './answers.ts'

const series = (
  t: number[],
  temp_c: (number | null)[],
  humidity_pct: (number | null)[],
  issued?: number[]
) => ({ t, intervalS: t.map(() => 0), ...(issued && { issued }), columns: { temp_c, humidity_pct } })
const none = series([], [], [])

it('is what was observed, and from the last of it on what was foretold', () => {
  const observed = series([NOON - HOUR, NOON], [32, 33.5], [70, null])
  const foretold = series(
    [NOON - HOUR, NOON, NOON + HOUR, NOON + 2 * HOUR],
    [31, 32, 34, 35],
    [71, 70, 60, null],
    [NOON, NOON, NOON - 2 * HOUR, NOON - HOUR]
  )
  const joined = joinWeather('W1', observed, foretold)
  expect(joined).toMatchObject({
    station: 'W1',
    t: [NOON - HOUR, NOON, NOON + HOUR, NOON + 2 * HOUR],
    temperatureC: [32, 33.5, 34, 35],
    humidityPct: [70, null, 60, null],
    isForecast: [false, false, true, true],
    // Of those that are shown.
    issuedAt: new Date(NOON - HOUR).toISOString()
  })
  expect(joined.heatIndexC.map(felt => felt !== null)).toEqual([true, false, true, false])
})

it('is one of both where the other is missing, or nothing', () => {
  const foretold = series([NOON], [34], [60], [NOON])
  expect(joinWeather('W1', none, foretold)).toMatchObject({ t: [NOON], isForecast: [true] })
  expect(joinWeather('W1', series([NOON], [34], [60]), none)).toMatchObject({
    isForecast: [false],
    issuedAt: null
  })
  expect(joinWeather('W1', none, none)).toMatchObject({ t: [], issuedAt: null })
})

it('puts many observations together to means, and keeps the last', () => {
  const t = Array.from({ length: 10_000 }, (_, i) => NOON + i * 60_000)
  const observed = series(
    t,
    t.map((_, i) => (i % 2 === 0 ? 30 : 32)),
    t.map(() => null)
  )
  const { t: thinned, temperatureC, humidityPct } = joinWeather('W1', observed, none)
  expect(thinned.length).toBeLessThan(2100)
  expect(thinned[0]).toBe(NOON)
  expect([thinned.at(-1), temperatureC.at(-1)]).toEqual([t.at(-1), 32])
  for (const temperature of temperatureC.slice(1, -2))
    expect(Math.abs((temperature ?? 0) - 31)).toBeLessThan(0.5)
  expect(new Set(humidityPct)).toEqual(new Set([null]))
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { factorise } from '../../../server/forecast/load/cholesky.ts'
import { fitLoad, forecastLoad } from '../../../server/forecast/load/model.ts'
import { regularSeries } from '../../../server/forecast/load/series.ts'
import { changedFrom, DAY_MS, HOUR_MS, invent, type Moment, seeded } from './synthetic.ts'

const QUARTER_MS = HOUR_MS / 4
const shop = ({ hour, weekday, celsius, noise }: Moment) =>
  80 +
  (weekday === 0 ? 20 : 60) * Math.max(0, Math.sin(((hour - 7) * Math.PI) / 14)) +
  Math.max(0, celsius - 22) +
  3 * noise

describe('laws', () => {
  it('nothing after the origin changes a forecast, whatever it is', () => {
    const node = invent({ days: 70 }, shop)
    fc.assert(
      fc.property(fc.integer({ min: 60 * 24, max: 68 * 24 }), fc.integer(), (hour, seed) => {
        const origin = node.start + hour * HOUR_MS
        const random = seeded(seed)
        const other = changedFrom(node.load, origin, () =>
          random() < 0.3 ? Number.NaN : 1e4 * (random() - 0.5)
        )
        const [told, retold] = [node.load, other].map(load => {
          const model = fitLoad({ ...node, load, knownUntil: origin })
          return forecastLoad(model, { ...node, load, origin, until: origin + DAY_MS })
        })
        expect(retold).toEqual(told)
      }),
      { numRuns: 12 }
    )
  })

  it('whatever is missing, every step has ordered numbers', () => {
    const node = invent({ days: 50 }, shop)
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 0, max: 96 }),
        fc.double({ min: 0, max: 0.6, noNaN: true }),
        (seed, before, share) => {
          const random = seeded(seed)
          const origin = node.end - DAY_MS
          const holes = (value: number) => (random() < share ? Number.NaN : value)
          const load = changedFrom(
            { ...node.load, values: node.load.values.map(holes) },
            origin - before * HOUR_MS,
            () => Number.NaN
          )
          const temperature = { ...node.temperature, values: node.temperature.values.map(holes) }
          const model = fitLoad({ ...node, load, temperature, knownUntil: origin })
          const ahead = forecastLoad(model, { load, temperature, origin, until: origin + 3 * DAY_MS })
          if (ahead === null) throw new Error(model.reason ?? '')
          expect(ahead.p50Kw).toHaveLength(72)
          ahead.p50Kw.forEach((kw, i) => {
            expect(Number.isFinite(kw)).toBe(true)
            expect(ahead.p10Kw[i]).toBeLessThanOrEqual(kw)
            expect(ahead.p90Kw[i]).toBeGreaterThanOrEqual(kw)
          })
        }
      ),
      { numRuns: 25 }
    )
  })

  it.each([
    ['quarter hours', QUARTER_MS, 96],
    ['five minutes', HOUR_MS / 12, 288],
    ['twenty-five minutes', 25 * 60_000, 58],
    ['hours', HOUR_MS, 24]
  ])('%s are told at their own step', (_, stepMs, steps) => {
    const node = invent({ days: 30, stepMs }, shop)
    const midnight = node.start + 29 * DAY_MS
    const model = fitLoad({ ...node, knownUntil: midnight })
    const ahead = forecastLoad(model, { ...node, origin: midnight, until: midnight + DAY_MS })
    expect(Math.abs((ahead?.p50Kw.length ?? 0) - steps)).toBeLessThanOrEqual(1)
    const missed = ahead?.p50Kw.map((kw, i) => {
      const at = Math.round((ahead.startMs - node.start) / stepMs) + i
      return Math.abs(kw - (node.load.values[at] ?? kw))
    })
    expect((missed?.reduce((sum, kw) => sum + kw, 0) ?? 1e9) / steps).toBeLessThan(8)
  })

  it('days of 23 and 25 hours have all their steps', () => {
    const node = invent(
      { days: 260, stepMs: 2 * QUARTER_MS, zone: 'Australia/Melbourne', from: '2022-02-01' },
      shop
    )
    const { time } = node.calendar
    let model = fitLoad({ ...node, knownUntil: time.dayStart('2022-04-03') })
    for (const [from, to, steps] of [
      ['2022-04-03', '2022-04-04', 50],
      ['2022-10-02', '2022-10-03', 46],
      ['2022-10-03', '2022-10-04', 48]
    ] as const) {
      const origin = time.dayStart(from)
      model = fitLoad({ ...node, knownUntil: origin }, model)
      const ahead = forecastLoad(model, { ...node, origin, until: time.dayStart(to) })
      expect(ahead?.p50Kw).toHaveLength(steps)
      expect(ahead?.p50Kw.every(Number.isFinite)).toBe(true)
      expect(ahead?.peaks.map(({ date }) => date)).toEqual([from])
    }
  })

  it('a fit in the room of an earlier one equals a fit from nothing; the earlier one is refused', () => {
    const node = invent({ days: 90 }, shop)
    const other = invent({ days: 100, seed: 5 }, moment => 7 * shop(moment))
    const earlier = fitLoad({ ...other, knownUntil: other.end })
    const origin = node.end - DAY_MS
    const alone = fitLoad({ ...node, knownUntil: origin })
    const again = fitLoad({ ...node, knownUntil: origin }, earlier)
    const ahead = { ...node, origin, until: node.end }
    expect(forecastLoad(again, ahead)).toEqual(forecastLoad(alone, ahead))
    expect(() => forecastLoad(earlier, { ...other, origin: other.end, until: other.end + DAY_MS })).toThrow(
      RangeError
    )
  })

  it('days since the fit are taken in: a level that moved is followed without a new fit', () => {
    const node = invent(
      { days: 130 },
      moment => shop(moment) * (moment.t > Date.parse('2022-06-20') ? 1.2 : 1)
    )
    const model = fitLoad({ ...node, knownUntil: Date.parse('2022-06-20') })
    const errorOn = (date: string) => {
      const origin = Date.parse(date)
      const ahead = forecastLoad(model, { ...node, origin, until: origin + DAY_MS })
      const at = Math.round((origin - node.start) / HOUR_MS)
      return (ahead?.p50Kw.reduce((sum, kw, i) => sum + (node.load.values[at + i] ?? 0) - kw, 0) ?? 0) / 24
    }
    expect(errorOn('2022-06-20')).toBeGreaterThan(10)
    expect(Math.abs(errorOn('2022-07-05'))).toBeLessThan(0.6 * errorOn('2022-06-20'))
  })

  it('the loads of today correct the hours ahead, and less so tomorrow', () => {
    let drift = 0
    const node = invent({ days: 120 }, moment => {
      drift = 0.95 * drift + 3 * moment.noise
      return shop(moment) + drift
    })
    const midnight = node.end - DAY_MS
    const noon = midnight + 12 * HOUR_MS
    const model = fitLoad({ ...node, knownUntil: midnight })
    const risen = changedFrom(node.load, midnight, kw => kw + 15)
    const [usual, higher] = [node.load, risen].map(load =>
      forecastLoad(model, { ...node, load, origin: noon, until: midnight + 2 * DAY_MS })
    )
    const rise = (i: number) => (higher?.p50Kw[i] ?? 0) - (usual?.p50Kw[i] ?? 0)
    expect(rise(0)).toBeGreaterThan(8)
    expect(rise(30)).toBeLessThan(0.6 * rise(0))
  })

  it('what it rests on follows the length of the history', () => {
    const node = invent({ days: 760 }, shop)
    const basisAfter = (days: number) => fitLoad({ ...node, knownUntil: node.start + days * DAY_MS }).basis
    expect([8, 13, 20, 55, 60, 400, 740].map(basisAfter)).toEqual([
      ...['none', 'none', 'like-days', 'like-days', 'no-trend', 'no-trend', 'full']
    ])
    const model = fitLoad({ ...node, knownUntil: node.start + 8 * DAY_MS })
    expect(model.reason).toMatch(/two weeks/)
    expect(
      forecastLoad(model, { ...node, origin: model.knownUntil, until: model.knownUntil + DAY_MS })
    ).toBeNull()
  })

  it('without temperature it still tells, and a doubtful temperature widens the bands', () => {
    const node = invent({ days: 150 }, moment => shop(moment) + 4 * Math.max(0, moment.celsius - 20))
    const origin = node.end - DAY_MS
    const blind = fitLoad({ ...node, temperature: null, knownUntil: origin })
    expect(forecastLoad(blind, { ...node, temperature: null, origin, until: node.end })?.p50Kw).toHaveLength(
      24
    )
    const model = fitLoad({ ...node, knownUntil: origin })
    const width = (temperatureErrorK: number) => {
      const ahead = forecastLoad(model, { ...node, origin, until: node.end, temperatureErrorK })
      return ahead?.p90Kw.reduce((sum, kw, i) => sum + kw - (ahead.p10Kw[i] ?? 0), 0) ?? 0
    }
    expect(width(2)).toBeGreaterThan(1.05 * width(0))
  })

  it('a factor times itself is the matrix', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 14 }), fc.integer(), (n, seed) => {
        const random = seeded(seed)
        const b = Float64Array.from({ length: n * n }, () => random() - 0.5)
        const at = (i: number, j: number) =>
          Array.from({ length: n }, (_, k) => (b[i * n + k] ?? 0) * (b[j * n + k] ?? 0)).reduce(
            (x, y) => x + y,
            i === j ? 1 : 0
          )
        const l = Float64Array.from({ length: n * n }, (_, k) => at(Math.floor(k / n), k % n))
        factorise(l, n, n)
        for (let i = 0; i < n; i++) {
          for (let j = 0; j <= i; j++) {
            let sum = 0
            for (let k = 0; k <= j; k++) sum += (l[i * n + k] ?? 0) * (l[j * n + k] ?? 0)
            expect(sum).toBeCloseTo(at(i, j), 9)
          }
        }
      })
    )
  })
})

describe('a regular series', () => {
  it('finds its step, keeps gaps, and says what is wrong', () => {
    const series = regularSeries([0, 1800e3, 5400e3], [1, null, 3])
    expect(series).toMatchObject({ startMs: 0, stepMs: 1800e3 })
    expect('values' in series && [...series.values]).toEqual([1, Number.NaN, Number.NaN, 3])
    expect(regularSeries([0], [1])).toHaveProperty('reason')
    expect(regularSeries([0, 7200e3], [1, 2])).toHaveProperty('reason')
    expect(regularSeries([0, 1800e3, 3000e3, 4800e3, 6600e3], [1, 2, 3, 4, 5])).toHaveProperty('reason')
  })
})

import { describe, expect, test } from 'vitest'
import { createOil, type OilNeeds } from '../../../simulators/load/oil.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Midnight of the anchor's day. */
const ANCHOR = Date.parse('2026-06-09T17:00:00Z')
const oil = (change: Partial<OilNeeds> = {}) =>
  createOil({
    ...{ key: 7, fault: null, day: t => (t - ANCHOR) / DAY, loading: () => 0.7, ambientC: () => 34 },
    ...change
  })
const noon = (days: number) => ANCHOR + (days + 0.5) * DAY
const RISE_K = 55 * ((1 + 5 * 0.7 ** 2) / 6) ** 0.8

describe('the oil of a simulated transformer', () => {
  test('stands in balance with a constant load, up to its own deviation and the noise of the sensor', () => {
    const rise = oil()(noon(0)) - 34
    expect(rise).toBeGreaterThan(0.95 * RISE_K - 0.4)
    expect(rise).toBeLessThan(1.05 * RISE_K + 0.4)
  })

  test('of a larger one cooled by nature alone follows its class: 52 K at rated load, in 105 minutes', () => {
    const at = (t: number) =>
      oil({ cooling: 'ONAN', loading: moment => (moment < noon(0) ? 0 : 1) })(noon(0) + t) - 34
    expect(at(DAY)).toBeGreaterThan(0.95 * 52 - 0.4)
    expect(at(DAY)).toBeLessThan(1.05 * 52 + 0.4)
    expect((at(105 * 60_000) - at(-HOUR)) / (at(DAY) - at(-HOUR))).toBeCloseTo(1 - Math.exp(-1), 1)
  })

  test('knows a load that changes after it was asked for the last time', () => {
    let share = 1
    const called = oil({ cooling: 'ONAN', loading: () => share })
    const before = called(noon(0))
    share = 0.5
    expect(called(noon(0))).toBeCloseTo(before, 6)
    expect(called(noon(0) + 2 * HOUR)).toBeLessThan(before - 10)
  })

  test('follows a step with the time constant of the class: 63 % after three hours', () => {
    const at = (t: number, step: number) =>
      oil({ loading: moment => (moment < noon(0) ? 0.2 : step) })(noon(0) + t) - 34
    const [before, after] = [at(-HOUR, 1), at(DAY, 1)]
    expect((at(3 * HOUR, 1) - before) / (after - before)).toBeCloseTo(1 - Math.exp(-1), 1)
  })

  test('has one value at a moment, whatever was asked before', () => {
    const loading = (t: number) => 0.6 + 0.3 * Math.sin(t / 1e7)
    const one = oil({ loading })
    for (const days of [-40, 3, -1, 0]) one(noon(days))
    expect(one(noon(-7))).toBe(oil({ loading })(noon(-7)))
  })

  test('is hotter by half its rise at last where the radiators clog, and healthy before', () => {
    const clogged = oil({ fault: 'cooling' })
    const excess = (days: number) => clogged(noon(days)) - oil()(noon(days))
    expect(excess(-13)).toBeCloseTo(0, 6)
    expect(excess(-6)).toBeGreaterThan(5)
    expect(excess(1) / (oil()(noon(1)) - 34)).toBeCloseTo(0.5, 1)
  })

  test('spikes, then stands still where the sensor breaks', () => {
    const broken = oil({ fault: 'sensor' })
    const day = (days: number) =>
      Array.from({ length: 144 }, (_, i) => broken(ANCHOR + days * DAY + i * 600_000))
    expect(day(-6)).toEqual(Array.from({ length: 144 }, (_, i) => oil()(ANCHOR - 6 * DAY + i * 600_000)))
    expect(day(-4).filter(value => value > 200).length).toBeGreaterThan(3)
    expect(day(-4).filter(value => value < 100).length).toBeGreaterThan(72)
    expect(new Set(day(0)).size).toBe(1)
  })
})

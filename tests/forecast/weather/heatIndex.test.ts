import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { heatIndexC } from '../../../server/forecast/weather/heatIndex.ts'

const toC = (fahrenheit: number) => (fahrenheit - 32) / 1.8
const feltF = (temperatureF: number, humidityPct: number) =>
  (heatIndexC(toC(temperatureF), humidityPct) ?? Number.NaN) * 1.8 + 32

describe('the heat index', () => {
  // The chart of the National Weather Service, °F by % relative humidity.
  it.each([
    [80, 40, 80],
    [82, 80, 89],
    [84, 100, 103],
    [86, 90, 105],
    [88, 75, 103],
    [90, 70, 106],
    [92, 60, 105],
    [94, 50, 103],
    [96, 65, 121],
    [98, 45, 109],
    [100, 40, 109],
    [100, 55, 124],
    [104, 40, 119],
    [108, 45, 137],
    [110, 40, 136]
  ])('at %d °F and %d %% feels like %d °F', (temperature, humidity, felt) => {
    expect(Math.abs(feltF(temperature, humidity) - felt)).toBeLessThanOrEqual(1.5)
  })

  it('is the tabulated value to the degree in the middle of the chart', () => {
    expect(Math.round(feltF(90, 70))).toBe(106)
    expect(Math.round(feltF(100, 55))).toBe(124)
    expect(Math.round(feltF(86, 90))).toBe(105)
  })

  it('is adjusted where the air is very dry or very humid', () => {
    const dry = (13 - 5) / 4
    expect(feltF(95, 13) - feltF(95, 5)).toBeGreaterThan(dry)
    expect(feltF(82, 90)).toBeGreaterThan(feltF(82, 85))
  })

  it('is near the temperature itself on a mild day', () => {
    expect(heatIndexC(20, 50)).toBeCloseTo(19.68, 2)
    expect(Math.abs((heatIndexC(24, 50) ?? 0) - 24)).toBeLessThan(1)
  })

  it('never falls as it gets hotter, and jumps nowhere by more than the formulas differ', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 26.7, max: 45, noNaN: true }),
        fc.integer({ min: 40, max: 85 }),
        (t, rh) => {
          expect((heatIndexC(t + 0.5, rh) ?? 0) - (heatIndexC(t, rh) ?? 0)).toBeGreaterThan(0)
        }
      )
    )
  })

  it('is unknown without temperature or humidity, and with a humidity that cannot be', () => {
    expect(heatIndexC(null, 50)).toBeNull()
    expect(heatIndexC(30, null)).toBeNull()
    expect(heatIndexC(30, 101)).toBeNull()
    expect(heatIndexC(30, -1)).toBeNull()
    expect(heatIndexC(Number.NaN, 50)).toBeNull()
  })
})

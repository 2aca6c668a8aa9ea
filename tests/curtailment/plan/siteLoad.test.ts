import { describe, expect, it } from 'vitest'
import { summedLoad, yearlyEnergy } from '../../../server/curtailment/plan/siteLoad.ts'
import { HALF_HOUR, halfHours, NOW } from './site.ts'

describe('several metering points', () => {
  it('are summed half-hour by half-hour, unknown where one of them is', () => {
    const sum = summedLoad([
      { t: [0, HALF_HOUR, 2 * HALF_HOUR], kw: [1, null, 3] },
      { t: [HALF_HOUR, 2 * HALF_HOUR], kw: [20, 30] }
    ])
    expect(sum).toEqual({
      t: [0, HALF_HOUR, 2 * HALF_HOUR],
      intervalS: [1800, 1800, 1800],
      kw: [null, null, 33]
    })
  })
})

describe('the energy of a year', () => {
  const of = (days: number, kwAt: Parameters<typeof halfHours>[1]) =>
    yearlyEnergy(summedLoad([halfHours(days, kwAt)]), NOW)

  it('is measured where a year is there', () => {
    expect(of(366, () => 100)).toEqual({ kwh: 876_000, days: 365, isExtrapolated: false, meanKw: 100 })
  })

  it('is extrapolated from less, and says from how much', () => {
    expect(of(90, () => 100)).toEqual({ kwh: 876_000, days: 90, isExtrapolated: true, meanKw: 100 })
  })

  it('a year with holes is extrapolated too', () => {
    expect(of(366, t => (t % 10 === 0 && t < NOW - 200 * 86_400_000 ? null : 100)).isExtrapolated).toBe(true)
  })

  it('of less than a week nothing is said', () => {
    expect(of(6, () => 100)).toMatchObject({ kwh: null, days: 6, meanKw: 100 })
    expect(of(0, () => 100)).toMatchObject({ kwh: null, days: 0, meanKw: null })
  })
})

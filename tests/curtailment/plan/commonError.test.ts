import { describe, expect, it } from 'vitest'
import { commonErrorOf, type PlaceboColumns } from '../../../server/curtailment/plan/commonError.ts'
import { normals, seeded } from './random.ts'

const dates = Array.from({ length: 40 }, (_, i) => `2026-05-${String(i + 1).padStart(2, '0')}`)
const site = (errors: readonly number[], kw = 100): PlaceboColumns => ({
  day: Int32Array.from(errors.keys()),
  actualKw: Float32Array.from(errors, () => kw),
  baselineKw: Float32Array.from(errors, error => kw + error)
})

describe('the error that all sites share', () => {
  it('is the RRMSE of the sum: errors against each other cancel', () => {
    const errors = dates.map((_, i) => (i % 2 ? 10 : -10))
    const against = errors.map(error => -error)
    expect(commonErrorOf([site(errors)], dates)).toEqual({ share: expect.closeTo(0.1, 6), days: 40 })
    expect(commonErrorOf([site(errors), site(against)], dates).share).toBeCloseTo(0, 6)
    expect(commonErrorOf([site(errors), site(errors)], dates).share).toBeCloseTo(0.1, 6)
  })

  it('of many sites is what they share, however much each errs by itself', () => {
    const normal = normals(seeded(3))
    const hot = dates.map(() => 4 * normal())
    const sites = Array.from({ length: 2000 }, () => site(hot.map(common => common + 30 * normal())))
    const shared = Math.sqrt(hot.reduce((sum, x) => sum + x * x, 0) / hot.length) / 100
    expect(commonErrorOf(sites, dates).share).toBeCloseTo(shared, 2)
  })

  it('is assumed where there are less than ten common days', () => {
    expect(commonErrorOf([], dates)).toEqual({ share: 0.05, days: 0 })
    expect(commonErrorOf([site(Array(9).fill(1))], dates)).toEqual({ share: 0.05, days: 0 })
    expect(commonErrorOf([site(Array(10).fill(1))], dates).days).toBe(10)
  })

  it('a day on which much of the load was not tested does not count', () => {
    const whole = site(Array(20).fill(5), 100)
    const half = site(Array(12).fill(5), 100)
    expect(commonErrorOf([whole, half], dates).days).toBe(12)
  })

  it('two hours of one date are two errors and one day', () => {
    const twice = dates.map((_, i) => dates[Math.floor(i / 2)] ?? '')
    expect(commonErrorOf([site(Array(40).fill(5))], twice)).toEqual({
      share: expect.closeTo(0.05, 6),
      days: 20
    })
  })
})

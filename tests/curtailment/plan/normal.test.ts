import { describe, expect, it } from 'vitest'
import { below, clipped, probabilityOf, quantile, Z90 } from '../../../server/curtailment/plan/normal.ts'
import { normals, seeded } from './random.ts'

describe('the normal distribution', () => {
  // Abramowitz and Stegun, table 26.1 and 26.2.
  it.each([
    [0, 0.5],
    [1, 0.841344746068543],
    [1.96, 0.97500210485178],
    [2.5, 0.993790334674224],
    [3, 0.99865010196837],
    [5, 0.999999713348428]
  ])('below %d: %d', (x, p) => {
    expect(below(x)).toBeCloseTo(p, 10)
    expect(below(-x)).toBeCloseTo(1 - p, 10)
  })

  it('keeps the digits of its far tail', () => {
    expect(below(-6) / 9.86587645037698e-10).toBeCloseTo(1, 9)
  })

  it.each([0.001, 0.1, 0.5, 0.9, 0.999])('the quantile of %d leads back to it', p => {
    expect(below(quantile(p))).toBeCloseTo(p, 12)
  })

  it('its 90 % quantile', () => {
    expect(quantile(0.9)).toBeCloseTo(Z90, 12)
  })

  it('without spread it is a comparison', () => {
    expect(probabilityOf({ mean: 10, sd: 0 }, 10)).toBe(1)
    expect(probabilityOf({ mean: 10, sd: 0 }, 10.1)).toBe(0)
    expect(probabilityOf({ mean: 10, sd: 5 }, 10)).toBeCloseTo(0.5, 12)
  })
})

describe('a normal quantity that cannot leave its limits', () => {
  it.each([
    [{ mean: 1, sd: 0.3 }, 0, 1],
    [{ mean: 0.2, sd: 0.4 }, 0, 1.2],
    [{ mean: 2, sd: 0.5 }, 0, 1],
    [{ mean: -1, sd: 0.5 }, 0, 1]
  ])('%o within %d to %d is what is drawn and cut', (spread, low, high) => {
    const normal = normals(seeded(7))
    const draws = Array.from({ length: 200_000 }, () =>
      Math.min(high, Math.max(low, spread.mean + spread.sd * normal()))
    )
    const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length
    const sd = Math.sqrt(draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length)
    const found = clipped(spread, low, high)
    expect(found.mean).toBeCloseTo(mean, 2)
    expect(found.sd).toBeCloseTo(sd, 2)
  })

  it('without spread, and without room', () => {
    expect(clipped({ mean: 5, sd: 0 }, 0, 3)).toEqual({ mean: 3, sd: 0 })
    expect(clipped({ mean: 5, sd: 1 }, 2, 2)).toEqual({ mean: 2, sd: 0 })
  })
})

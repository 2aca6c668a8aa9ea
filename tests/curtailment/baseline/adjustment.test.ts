import { describe, expect, it } from 'vitest'
import { adjusted, adjustmentOf, isOffsetCapped } from '../../../server/curtailment/baseline/adjustment.ts'
import { additive, multiplicative } from '../methods.ts'

const window = { from: 0, to: 5 }
const flat = (kw: number) => new Float64Array(5).fill(kw)
const kw = (...values: number[]) => Float64Array.from(values)

describe('the same-day adjustment', () => {
  it.each([
    [130, 1.2, 1.3, true],
    [120, 1.2, 1.2, false],
    [100, 1, 1, false],
    [50, 0.8, 0.5, true]
  ])('morning at %i of 100: factor %d, uncapped %d', (actual, factor, uncapped, isCapped) => {
    expect(adjustmentOf(multiplicative, flat(100), flat(actual), window)).toEqual({
      kind: 'multiplicative',
      factor,
      uncapped,
      isCapped
    })
  })

  it('needs four fifths of the window', () => {
    const four = kw(110, 110, 110, 110, NaN)
    expect(adjustmentOf(multiplicative, flat(100), four, window).kind).toBe('multiplicative')
    expect(adjustmentOf(multiplicative, flat(100), kw(110, 110, 110, NaN, NaN), window)).toEqual({
      kind: 'none',
      note: 'not adjusted: less than 80 % of the adjustment window is known'
    })
  })

  it('compares the same slots only', () => {
    const basis = kw(100, 100, 100, 100, 900)
    const found = adjustmentOf(multiplicative, basis, kw(110, 110, 110, 110, NaN), window)
    expect(found).toMatchObject({ factor: 1.1 })
  })

  it('is none where the days before have no load', () => {
    const found = adjustmentOf(multiplicative, flat(0), flat(50), window)
    expect(found).toEqual({
      kind: 'none',
      note: 'not adjusted: the earlier days have no load in the adjustment window'
    })
    expect(adjusted(kw(7, NaN), found)).toEqual([7, null])
  })

  it('never makes a baseline negative, and an additive cap follows each slot', () => {
    const offset = adjustmentOf(additive, flat(100), flat(40), window)
    expect(adjusted(kw(100, 50, NaN), offset)).toEqual([40, 0, null])
    expect(isOffsetCapped(kw(100, 50), offset, { from: 0, to: 2 })).toBe(false)
    const capped = adjustmentOf({ ...additive, cap: 0.2 }, flat(100), flat(40), window)
    expect(adjusted(kw(100, 50), capped)).toEqual([80, 40])
    expect(isOffsetCapped(kw(100, 50), capped, { from: 0, to: 2 })).toBe(true)
    expect(isOffsetCapped(kw(1000, 50), capped, { from: 0, to: 1 })).toBe(false)
  })
})

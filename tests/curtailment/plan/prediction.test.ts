import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type EnrolmentContract, plainContract } from '../../../server/contract/enrolments.ts'
import {
  availableOf,
  habitOf,
  predicted,
  programmeHabit
} from '../../../server/curtailment/plan/prediction.ts'

const contract = (changes: Partial<EnrolmentContract> = {}) => ({ ...plainContract, ...changes })
const available = (
  committedKw: number,
  presentKw: number,
  changes: Partial<EnrolmentContract> = {},
  baselineKw: number | null = null
) => availableOf({ committedKw, contract: contract(changes) }, presentKw, baselineKw).availableKw

describe('what to ask of a customer', () => {
  it.each([
    ['what it committed', 200, 1000, {}, null, 200],
    ['never above its load', 200, 150, {}, null, 150],
    ['the minimum load stays', 200, 250, { minimumLoadKw: 100 }, null, 150],
    ['so do the loads that are never cut, together', 200, 250, { neverCurtail: loads(70, 50) }, null, 130],
    ['the larger of the two counts', 200, 250, { minimumLoadKw: 100, neverCurtail: loads(70) }, null, 150],
    ['down to the firm service level', 500, 400, { firmServiceLevelKw: 250 }, null, 150],
    ['nothing under it', 500, 200, { firmServiceLevelKw: 250 }, null, 0],
    ['a level alone: everything above it', 0, 400, { firmServiceLevelKw: 250 }, null, 150],
    ['a share of its load', 500, 1000, { committedShare: 0.15 }, null, 150],
    ['a share with its cap', 100, 1000, { committedShare: 0.15 }, null, 100],
    ['a share without a cap', 0, 1000, { committedShare: 0.15 }, null, 150],
    ['by the foretold load where that is lower', 200, 1000, {}, 120, 120],
    ['by the present load where that is lower', 200, 100, {}, 1000, 100],
    ['rounded down', 0, 1000, { committedShare: 0.12345 }, null, 123.4],
    ['nothing of a feeding site', 200, -50, {}, null, 0]
  ])('%s', (_what, committedKw, presentKw, changes, baselineKw, expected) => {
    expect(available(committedKw, presentKw, changes, baselineKw)).toBeCloseTo(expected, 9)
  })

  it('leaves what is kept, whatever the contract', () => {
    const kw = fc.double({ min: 0, max: 1e5, noNaN: true })
    fc.assert(
      fc.property(
        kw,
        kw,
        kw,
        kw,
        fc.option(kw),
        fc.option(kw),
        (committed, present, minimum, never, fsl, base) => {
          const changes = { minimumLoadKw: minimum, neverCurtail: loads(never), firmServiceLevelKw: fsl }
          const asked = available(committed, present, changes, base)
          expect(asked).toBeGreaterThanOrEqual(0)
          const keeps = Math.max(minimum, never, fsl ?? 0)
          if (asked > 0)
            expect(Math.min(present, base ?? present) - asked).toBeGreaterThanOrEqual(keeps - 1e-9)
          if (committed > 0 || fsl === null) expect(asked).toBeLessThanOrEqual(committed)
        }
      )
    )
  })
})

describe('how much of what is asked is delivered', () => {
  const programme = { mean: 0.8, sd: 0.2 }

  it('of nobody measured: the programme, and of nothing measured the assumption', () => {
    expect(programmeHabit([])).toEqual({ mean: 0.9, sd: expect.closeTo(0.25, 9) })
    expect(habitOf([], programme).mean).toBeCloseTo(0.8, 9)
  })

  it('few events say little, many say nearly all', () => {
    expect(habitOf([0.4], programme).mean).toBeCloseTo((3 * 0.8 + 0.4) / 4, 9)
    expect(habitOf(Array(97).fill(0.4), programme).mean).toBeCloseTo((3 * 0.8 + 97 * 0.4) / 100, 9)
  })

  it('the spread is that of the next delivery, by the formula in the docstring', () => {
    const ratios = [0.5, 0.7, 0.9]
    const m = (3 * 0.8 + 2.1) / 6
    const squares = 3 * (0.04 + (0.8 - m) ** 2) + ratios.reduce((sum, r) => sum + (r - m) ** 2, 0)
    expect(habitOf(ratios, programme).sd).toBeCloseTo(Math.sqrt((squares / 6) * (1 + 1 / 6)), 12)
  })

  it('one strange event counts at most 1.2 and at least 0', () => {
    expect(habitOf([30], programme)).toEqual(habitOf([1.2], programme))
    expect(habitOf([-3], programme)).toEqual(habitOf([0], programme))
  })
})

describe('the prediction', () => {
  const room = { loadKw: 1000, keepsKw: 0, availableKw: 100 }

  it('is what is asked times the habit where there is room', () => {
    const found = predicted(room, { mean: 0.8, sd: 0.05 })
    expect(found.meanKw).toBeCloseTo(80, 3)
    expect(found.sdKw).toBeCloseTo(5, 3)
    expect(found.p50Kw).toBeCloseTo(80, 9)
    expect(found.p90Kw - found.p50Kw).toBeCloseTo(1.2815515655 * 5, 6)
    expect(found.p50Kw - found.p10Kw).toBeCloseTo(1.2815515655 * 5, 6)
  })

  it('of a load that can just give it is less', () => {
    const found = predicted({ loadKw: 300, keepsKw: 200, availableKw: 100 }, { mean: 1, sd: 0.2 })
    expect(found.p90Kw).toBe(100)
    expect(found.meanKw).toBeCloseTo(100 - 20 * 0.3989422804, 4)
  })

  it('stays within nothing and the load above what is kept', () => {
    const number = fc.double({ min: 0, max: 1e4, noNaN: true })
    const share = fc.double({ min: 0, max: 1.2, noNaN: true })
    fc.assert(
      fc.property(number, number, number, share, share, (loadKw, keepsKw, ask, mean, sd) => {
        const availableKw = Math.min(ask, Math.max(0, loadKw - keepsKw))
        const { meanKw, p10Kw, p50Kw, p90Kw } = predicted({ loadKw, keepsKw, availableKw }, { mean, sd })
        const most = Math.max(0, loadKw - keepsKw)
        for (const value of [meanKw, p10Kw, p50Kw, p90Kw]) {
          expect(value).toBeGreaterThanOrEqual(0)
          expect(value).toBeLessThanOrEqual(most)
        }
        expect(p10Kw).toBeLessThanOrEqual(p50Kw)
        expect(p50Kw).toBeLessThanOrEqual(p90Kw)
      })
    )
  })
})

function loads(...kws: number[]) {
  return kws.map((kw, i) => ({ name: `Line ${i}`, kw }))
}

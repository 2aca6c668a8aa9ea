import { describe, expect, it } from 'vitest'
import { deliveredOf, excessOf } from '../../../server/curtailment/performance/delivered.ts'
import { halfHours } from './columns.ts'

/** Before, two in its part, after. */
const slots = halfHours(4)
const part = { start: slots[1]?.start ?? NaN, end: slots[2]?.end ?? NaN }
const flat = [500, 500, 500, 500]

describe.each([
  {
    name: 'delivers baseline minus metered, inside its part only',
    meteredKw: [500, 400, 350, 600],
    says: {
      ...{ deliveredKw: [null, 100, 150, null], deliveredKwh: 125, averageKw: 125, ratio: 1.25 },
      ...{ sustainedKw: 100, baselineMeanKw: 500, knownSlots: 2, slots: 2 }
    }
  },
  {
    name: 'that drew more delivered less than nothing',
    meteredKw: [500, 600, 500, 500],
    says: { deliveredKw: [null, -100, 0, null], deliveredKwh: -50, ratio: -0.5, sustainedKw: -100 }
  },
  {
    name: 'counts what is known: an unknown slot is no zero',
    meteredKw: [500, 400, null, 500],
    says: { deliveredKw: [null, 100, null, null], averageKw: 100, ratio: 1, sustainedKw: 100, knownSlots: 1 }
  },
  {
    name: 'of whom nothing is known has no result',
    meteredKw: [500, null, null, 500],
    says: {
      ...{ deliveredKw: [null, null, null, null], deliveredKwh: null, averageKw: null, ratio: null },
      ...{ sustainedKw: null, baselineMeanKw: null, knownSlots: 0, slots: 2 }
    }
  }
])('one participant', ({ name, meteredKw, says }) => {
  it(name, () => {
    expect(deliveredOf(slots, part, { baselineKw: flat, meteredKw }, 100)).toMatchObject(says)
  })
})

describe('the golden vector of the domain reference', () => {
  it('settles 10 of 10 with its factor to 2,807.339 kWh, 93.6 % of 1,500 kW', () => {
    const baselineKw = Array.from({ length: 4 }, () => (5045 * 666) / 605)
    const window = { start: slots[0]?.start ?? NaN, end: slots[3]?.end ?? NaN }
    const meteredKw = [4300, 4100, 4050, 4150]
    const result = deliveredOf(slots, window, { baselineKw, meteredKw }, 1500)
    expect(result.deliveredKwh).toBeCloseTo(2807.339, 3)
    expect(result.ratio).toBeCloseTo(0.93578, 5)
    expect(result.sustainedKw).toBeCloseTo(1253.67, 2)
  })
})

describe('a firm service level', () => {
  it.each([
    { name: 'kept', meteredKw: [900, 300, 299, 900], excessKw: 0 },
    { name: 'broken by the highest load', meteredKw: [900, 310, 340, 900], excessKw: 40 },
    { name: 'judged by the known slots', meteredKw: [null, null, 320, null], excessKw: 20 },
    { name: 'of nobody known is unknown', meteredKw: [900, null, null, 900], excessKw: null }
  ])('$name', ({ meteredKw, excessKw }) => {
    expect(excessOf(slots, part, meteredKw, 300)).toBe(excessKw)
  })
})

import { describe, expect, it } from 'vitest'
import { creditOf } from '../../../server/curtailment/performance/credit.ts'
import { halfHours } from './columns.ts'

const unpaid = {
  incentive: { vndPerKwh: null, vndPerKw: null },
  creditLimitShare: 1,
  minCreditShare: 0
}
const slots = halfHours(4)

describe.each([
  {
    name: 'credits each slot with at most what was committed, and never less than nothing',
    deliveredKw: [150, 50, -40, null],
    terms: unpaid,
    says: { energyKwh: 75, averageKw: 50, vnd: null }
  },
  {
    name: 'allows so much more as the programme says',
    deliveredKw: [150, 50, -40, null],
    terms: { ...unpaid, creditLimitShare: 1.2 },
    says: { energyKwh: 85, vnd: null }
  },
  {
    name: 'pays by energy',
    deliveredKw: [100, 100, 100, 100],
    terms: { ...unpaid, incentive: { vndPerKwh: 3000, vndPerKw: null } },
    says: { energyKwh: 200, averageKw: 100, vnd: 600_000 }
  },
  {
    name: 'pays by mean power too',
    deliveredKw: [100, 100, 100, 100],
    terms: { ...unpaid, incentive: { vndPerKwh: 3000, vndPerKw: 500 } },
    says: { vnd: 650_000 }
  },
  {
    name: 'gives nothing below the least share of what was asked',
    deliveredKw: [24, 24, 24, 24],
    ratio: 0.24,
    terms: { ...unpaid, incentive: { vndPerKwh: 3000, vndPerKw: null }, minCreditShare: 0.25 },
    says: { energyKwh: 0, averageKw: 0, vnd: 0 }
  },
  {
    name: 'gives all of it at that share',
    deliveredKw: [25, 25, 25, 25],
    ratio: 0.25,
    terms: { ...unpaid, minCreditShare: 0.25 },
    says: { energyKwh: 50 }
  },
  {
    name: 'of nothing known is unknown',
    deliveredKw: [null, null, null, null],
    ratio: null,
    terms: unpaid,
    says: null
  }
])('a credit', ({ name, deliveredKw, terms, ratio = 1, says }) => {
  it(name, () => {
    const credit = creditOf(terms, slots, deliveredKw, { committedKw: 100, requestedKw: 100, ratio })
    if (says === null) expect(credit).toBeNull()
    else expect(credit).toMatchObject(says)
  })
})

it('without committed kW, as by a firm service level alone, goes up to what was asked', () => {
  const credit = creditOf(unpaid, slots, [80, 120], { committedKw: 0, requestedKw: 100, ratio: 1 })
  expect(credit?.averageKw).toBe(90)
})

import { describe, expect, it } from 'vitest'
import { extraOf } from '../../../server/curtailment/performance/extra.ts'
import { halfHours } from './columns.ts'

const slots = halfHours(4)
const span = { start: slots[1]?.start ?? NaN, end: slots[3]?.end ?? NaN }
const baselineKw = [100, 100, 100, 100]

describe.each([
  {
    name: 'counts what lies above the baseline, in its span only',
    meteredKw: [900, 120, 80, 160],
    deliveredKwh: 80,
    says: { energyKwh: 40, peakKw: 60, ratio: 0.5 }
  },
  {
    name: 'of a load that stays down is nothing, and its peak below zero',
    meteredKw: [100, 90, 80, 70],
    deliveredKwh: 10,
    says: { energyKwh: 0, peakKw: -10, ratio: 0 }
  },
  {
    name: 'has no share of a delivery that was none',
    meteredKw: [100, 120, 100, 100],
    deliveredKwh: -5,
    says: { energyKwh: 10, peakKw: 20, ratio: null }
  },
  {
    name: 'is what is known of it',
    meteredKw: [100, null, null, 140],
    deliveredKwh: null,
    says: { energyKwh: 20, peakKw: 40, ratio: null }
  },
  {
    name: 'is unknown where no slot is known',
    meteredKw: [900, null, null, null],
    deliveredKwh: 1,
    says: null
  }
])('load beside an event', ({ name, meteredKw, deliveredKwh, says }) => {
  it(name, () => {
    expect(extraOf(slots, span, { baselineKw, meteredKw }, deliveredKwh)).toEqual(says)
  })
})

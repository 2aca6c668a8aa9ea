import { describe, expect, it } from 'vitest'
import type { PlaceboAccuracy } from '../../../server/contract/baselines.ts'
import { defaultTerms } from '../../../server/contract/programmeDefaults.ts'
import type { ProgrammeKind } from '../../../server/contract/programmes.ts'
import type { GridNode } from '../../../server/contract/registry.ts'
import { eligibilityReport, type Found } from '../../../server/curtailment/plan/eligibilityReport.ts'
import { predictabilityOf } from '../../../server/curtailment/plan/predictability.ts'

const point = (changes: Partial<GridNode> = {}): GridNode => ({
  ...{ id: 'MP1', kind: 'meteringPoint', parent: null, name: 'MP1', meter: 'M1', weather: null },
  ...{ capacityKw: null, ratingKva: null, reportIntervalS: 1800, customerId: 'A' },
  ...changes
})
const accuracy = (rrmseShare: number): PlaceboAccuracy => ({
  ...{ method: '10of10', adjustment: null, rrmseShare, biasShare: 0.01, days: 40 }
})
const found = (changes: Partial<Found> = {}): Found => ({
  points: [point()],
  energy: { kwh: 2_000_000, days: 365, isExtrapolated: false, meanKw: 228 },
  predictability: predictabilityOf([accuracy(0.08)], 0.04, 0),
  reportedShare: 1,
  ...changes
})
const report = (changes: Partial<Found> = {}, kind: ProgrammeKind = 'voluntary') =>
  eligibilityReport({ programmeId: 'P1', customerId: 'A' }, { kind }, defaultTerms[kind], found(changes))
const check = (of: ReturnType<typeof report>, name: string) => of.checks.find(one => one.check === name)
const energy = (kwh: number | null, days: number) => ({ kwh, days, isExtrapolated: days < 365, meanKw: 100 })

describe('who may enrol', () => {
  it('large enough, read remotely, foreseeable', () => {
    expect(report()).toMatchObject({ eligible: true, offer: 'as-asked', meanKw: 228 })
    expect(check(report(), 'yearly-energy')).toEqual({
      ...{ check: 'yearly-energy', passed: true, found: 2_000_000, limit: 1_000_000, unit: 'kWh' },
      text: '2000000 kWh a year, measured; at least 1000000 kWh is asked'
    })
  })

  it('a year told from less is said to be', () => {
    const of = report({ energy: energy(900_000, 61) })
    expect(of).toMatchObject({ eligible: false, offer: 'none' })
    expect(check(of, 'yearly-energy')?.text).toBe(
      '900000 kWh a year, extrapolated from 61 measured days; at least 1000000 kWh is asked'
    )
  })

  it('what cannot be known yet is neither yes nor no', () => {
    const of = report({ energy: energy(null, 3), predictability: predictabilityOf([], 0.04, 0) })
    expect(of).toMatchObject({ eligible: null, offer: 'as-asked' })
    expect(check(of, 'yearly-energy')).toMatchObject({ passed: null, found: null })
    expect(check(of, 'predictability')).toMatchObject({ passed: null, found: null })
  })

  it.each([
    ['every 30 minutes', [point()], 1, true, 30],
    ['the slowest counts', [point(), point({ reportIntervalS: 3600 })], 1, false, 60],
    ['without a meter', [point({ meter: null })], 1, false, null],
    ['not registered, but it came', [point({ reportIntervalS: null })], 0.95, true, 30],
    ['not registered, and little came', [point({ reportIntervalS: null })], 0.5, null, null]
  ])('remote metering: %s', (_what, points, reportedShare, passed, minutes) => {
    expect(check(report({ points, reportedShare }), 'remote-metering')).toMatchObject({
      passed,
      found: minutes
    })
  })

  it('class C is offered a firm service level, and passes under one', () => {
    const predictability = predictabilityOf([accuracy(0.31)], 0.04, 0)
    expect(report({ predictability })).toMatchObject({ eligible: false, offer: 'firm-service-level' })
    expect(check(report({ predictability }), 'predictability')).toMatchObject({ passed: false, found: 0.31 })
    expect(report({ predictability }, 'firm-service-level')).toMatchObject({
      eligible: true,
      offer: 'as-asked'
    })
  })
})

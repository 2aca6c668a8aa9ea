import { describe, expect, it } from 'vitest'
import type { PlaceboAccuracy } from '../../../server/contract/baselines.ts'
import { defaultBaseline } from '../../../server/contract/programmeDefaults.ts'
import { classOf, placeboRules, predictabilityOf } from '../../../server/curtailment/plan/predictability.ts'

const tried = (
  method: PlaceboAccuracy['method'],
  rrmseShare: number | null,
  biasShare: number | null = 0,
  days = 40
): PlaceboAccuracy => ({ method, adjustment: null, rrmseShare, biasShare, days })

describe('the class of a site', () => {
  it.each([
    [0, 'A'],
    [0.1, 'A'],
    [0.1001, 'B'],
    [0.2, 'B'],
    [0.2001, 'C']
  ])('RRMSE %d: %s', (rrmse, expected) => {
    expect(classOf(rrmse)).toBe(expected)
  })

  it('is that of the best method within the bias limit', () => {
    const found = predictabilityOf(
      [tried('10of10', 0.15, 0.01), tried('high4of5', 0.05, 0.06), tried('mid6of10', 0.12, -0.04)],
      0.04,
      0
    )
    expect(found).toMatchObject({ class: 'B', best: { method: 'mid6of10' }, at: '1970-01-01T00:00:00.000Z' })
    expect(found.methods).toHaveLength(3)
  })

  it('every method biased: C, without a best', () => {
    expect(predictabilityOf([tried('10of10', 0.05, 0.2)], 0.04, 0)).toMatchObject({ class: 'C', best: null })
  })

  it('unknown where no method could be tried on five days', () => {
    expect(
      predictabilityOf([tried('10of10', 0.05, 0, 4), tried('weather', null, null, 0)], 0.04, 0)
    ).toMatchObject({
      class: null,
      best: null
    })
  })
})

describe('what is tried', () => {
  it('the rule of the programme first, then every method with and without its adjustment, none twice', () => {
    const rules = placeboRules(defaultBaseline)
    expect(rules[0]).toEqual({ method: '10of10', adjustment: defaultBaseline.adjustment })
    expect(new Set(rules.map(rule => JSON.stringify(rule))).size).toBe(rules.length)
    expect(rules.filter(({ method }) => method === 'high4of5')).toHaveLength(2)
    expect(rules.filter(({ method }) => method === 'same-day')).toHaveLength(1)
    expect(rules.some(({ method }) => method === 'firm-service-level')).toBe(false)
  })
})

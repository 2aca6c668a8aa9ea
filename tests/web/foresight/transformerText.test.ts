import { expect, test } from 'vitest'
import type { RegimeLimit, TransformerState } from '../../../server/contract/transformers.ts'
import {
  isBeyondRelief,
  isJudged,
  urgency,
  worstPassed
} from '../../../web/src/views/foresight/transformerText.ts'

const limit = (regime: RegimeLimit['regime'], isPassed: boolean): RegimeLimit => ({
  ...{ regime, isPassed, topOilC: 105, hotSpotC: 120, loadPu: 1.5, minutesLeft: null }
})
const transformer = (change: Partial<TransformerState>): TransformerState =>
  ({
    ...{ loadPu: 0.6, ambientC: 32, hotSpotC: 80, nextPeakHotSpotC: 90, reliefKw: 0, limits: [] },
    oil: { verdict: 'healthy' },
    ...change
  }) as unknown as TransformerState

test('how long the load may last is told only where load, air and hot spot are known', () => {
  expect(isJudged(transformer({}))).toBe(true)
  for (const unknown of [{ loadPu: null }, { ambientC: null }, { hotSpotC: null }])
    expect(isJudged(transformer(unknown))).toBe(false)
})

test('one that no curtailment keeps within its limits comes before one that needs none', () => {
  const [calm, lost, unknown] = [
    transformer({ hotSpotC: 110 }),
    transformer({ reliefKw: null, reliefImpossible: 'no curtailment is enough: …' }),
    transformer({ reliefKw: null })
  ]
  expect([calm, lost, unknown].map(isBeyondRelief)).toEqual([false, true, false])
  expect(urgency(lost)).toBeGreaterThan(urgency(calm))
  expect(urgency(unknown)).toBeLessThan(urgency(calm))
})

test('the gravest limit that is passed is named', () => {
  const limits = [
    limit('normal-cyclic', true),
    limit('long-emergency', true),
    limit('short-emergency', false)
  ]
  expect(worstPassed(transformer({ limits }))).toBe('long-emergency')
  expect(worstPassed(transformer({}))).toBeNull()
})

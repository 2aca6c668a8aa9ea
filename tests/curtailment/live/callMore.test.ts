import { expect, test } from 'vitest'
import type { Plan } from '../../../server/contract/plans.ts'
import { callMore } from '../../../server/curtailment/live/callMore.ts'

const candidate = (customerId: string, proposed = true) => ({
  ...{ customerId, name: customerId, proposed, expectedKw: 80, requestedKw: 100 }
})
const plan = (...candidates: ReturnType<typeof candidate>[]) => ({ shortfallKw: 0, candidates }) as Plan

test('those whom the plan proposes, with what to ask of them', () => {
  expect(callMore(plan(candidate('A'), candidate('B', false)), 50, new Set())).toEqual({
    missingKw: 50,
    isEnough: true,
    candidates: [{ customerId: 'A', name: 'A', expectedKw: 80, requestedKw: 100 }]
  })
})

test('who takes part already, in a group that is let go earlier, is not called again, and is missed', () => {
  const more = callMore(plan(candidate('A'), candidate('B')), 150, new Set(['A']))
  expect(more.candidates.map(({ customerId }) => customerId)).toEqual(['B'])
  expect(more.isEnough).toBe(false)
})

import { expect, it } from 'vitest'
import { backoffMs } from '../../server/readings/backoff.ts'

it.each([
  [1, 0.5, 500],
  [2, 0.5, 1_000],
  [3, 0.5, 2_000],
  [7, 0.5, 30_000],
  [1_000_000, 0.5, 30_000],
  [1, 0, 250],
  [7, 0.999, 44_970]
])('attempt %i, random %d: %d ms', (attempt, random, ms) => {
  expect(backoffMs(attempt, random)).toBeCloseTo(ms, 6)
})

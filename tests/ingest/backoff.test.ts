import { expect, it } from 'vitest'
import { backoffMs } from '../../server/ingest/backoff.ts'

it.each([
  [0, 0, 250],
  [0, 1, 500],
  [1, 1, 1000],
  [5, 1, 16_000],
  [6, 1, 30_000],
  [6, 0, 15_000],
  [5000, 1, 30_000]
])('attempt %i with chance %d waits %i ms', (attempt, chance, expected) => {
  expect(backoffMs(attempt, () => chance)).toBe(expected)
})

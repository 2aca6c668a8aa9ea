import { expect, it } from 'vitest'
import { backoffMs } from '../../server/contract/backoff.ts'

it.each([
  [0, 0.5, 250],
  [1, 0.5, 250],
  [2, 0.5, 500],
  [3, 0.5, 1000],
  [6, 0.5, 8000],
  [7, 0.5, 15_000],
  [1_000_000, 0.5, 15_000],
  [7, 0, 0],
  [7, 0.999, 29_970]
])('after attempt %i, random %d: %d ms', (attempt, random, ms) => {
  expect(backoffMs(attempt, random)).toBeCloseTo(ms, 6)
})

it.each([
  [1, 500],
  [4, 4000],
  [7, 30_000],
  [500, 30_000]
])('after attempt %i, from 1 s to 60 s, random 0.5: %d ms', (attempt, ms) => {
  expect(backoffMs(attempt, 0.5, { firstMs: 1000, longestMs: 60_000 })).toBe(ms)
})

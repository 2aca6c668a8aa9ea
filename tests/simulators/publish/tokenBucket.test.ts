import { expect, test } from 'vitest'
import { createTokenBucket } from '../../../simulators/publish/tokenBucket.ts'

test('a burst at once, then the rate; unused time fills it again up to the burst', () => {
  let now = 0
  const bucket = createTokenBucket(100, 50, () => now)
  expect(bucket.take(50)).toBe(0)
  expect(bucket.take(10)).toBe(100)
  now = 100
  expect(bucket.take(20)).toBe(200)
  now = 60_000
  expect(bucket.take(50)).toBe(0)
  expect(bucket.take(1)).toBe(10)
})

test('a clock that goes back gives nothing and takes nothing', () => {
  let now = 1_000
  const bucket = createTokenBucket(100, 10, () => now)
  now = 0
  expect(bucket.take(10)).toBe(0)
})

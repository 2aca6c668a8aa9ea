import { expect, test } from 'vitest'
import { BackOff, backOffMs } from '../../server/notices/backOff.ts'

test.each([
  [1, 0, 1000],
  [1, 1, 500],
  [2, 0, 2000],
  [4, 0.5, 6000],
  [7, 0, 60_000],
  [500, 0, 60_000]
])('after %i failures, random %d: %i ms', (failures, random, ms) => {
  expect(backOffMs(failures, random)).toBe(ms)
})

test('each topic waits for itself, longer with each failure, and success ends it', () => {
  const backOff = new BackOff(() => 0)
  backOff.failed('A', 0)
  expect([backOff.waits('A', 999), backOff.waits('A', 1000), backOff.waits('B', 0)]).toEqual([
    true,
    false,
    false
  ])
  backOff.failed('A', 1000)
  expect([backOff.waits('A', 2999), backOff.waits('A', 3000)]).toEqual([true, false])
  backOff.succeeded('A')
  expect(backOff.waits('A', 1000)).toBe(false)
  backOff.failed('A', 3000)
  expect(backOff.waits('A', 4000)).toBe(false)
})

test('what has nothing to send any more is forgotten', () => {
  const backOff = new BackOff(() => 0)
  backOff.failed('A', 0)
  backOff.failed('B', 0)
  backOff.keepOnly(new Set(['B', 'C']))
  expect(backOff.size).toBe(1)
  expect(backOff.waits('B', 0)).toBe(true)
})

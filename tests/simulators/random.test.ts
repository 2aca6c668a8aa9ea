import { expect, test } from 'vitest'
import { keyOf, noise, shuffled, uniform } from '../../simulators/random.ts'

test('a value depends on seed, name and slot only, and is spread evenly', () => {
  const key = keyOf(1, 'M-1', 'noise')
  expect(keyOf(1, 'M-1', 'noise')).toBe(key)
  expect(keyOf(2, 'M-1', 'noise')).not.toBe(key)
  expect(keyOf(1, 'M-1n', 'oise')).not.toBe(key)
  const values = Array.from({ length: 10_000 }, (_, slot) => uniform(key, slot))
  expect(Math.min(...values)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...values)).toBeLessThan(1)
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.02)
  const tenths = new Set(values.map(value => Math.floor(value * 10)))
  expect(tenths.size).toBe(10)
})

test('noise is continuous and stays within one', () => {
  const key = keyOf(7)
  for (let t = 0; t < 100_000; t += 500) {
    expect(Math.abs(noise(key, t, 10_000))).toBeLessThanOrEqual(1)
    expect(Math.abs(noise(key, t + 500, 10_000) - noise(key, t, 10_000))).toBeLessThanOrEqual(0.1 + 1e-9)
  }
})

test('shuffling keeps every item and follows the key', () => {
  const items = Array.from({ length: 30 }, (_, index) => index)
  expect(shuffled(3, items)).toEqual(shuffled(3, items))
  expect(shuffled(3, items)).not.toEqual(shuffled(4, items))
  expect(shuffled(3, items).sort((a, b) => a - b)).toEqual(items)
})

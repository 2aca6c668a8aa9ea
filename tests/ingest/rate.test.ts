import { expect, it } from 'vitest'
import { createRate } from '../../server/ingest/rate.ts'

it('is nothing before anything came', () => {
  expect(createRate().perSecond(5_000)).toBe(0)
})

it('is the mean of the last ten whole seconds', () => {
  const rate = createRate()
  for (let second = 100; second < 120; second++) rate.add(50, second * 1000 + 10)
  expect(rate.perSecond(120_000)).toBe(50)
})

it('falls to nothing when nothing comes', () => {
  const rate = createRate()
  rate.add(100, 100_000)
  expect(rate.perSecond(101_000)).toBe(10)
  expect(rate.perSecond(110_000)).toBe(10)
  expect(rate.perSecond(111_000)).toBe(0)
  expect(rate.perSecond(1_000_000)).toBe(0)
})

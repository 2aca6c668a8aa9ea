import { expect, it } from 'vitest'
import { StoredRate } from '../../server/readings/storedRate.ts'

it('is the mean of the last five full seconds', () => {
  const rate = new StoredRate()
  expect(rate.perS(1_000_000)).toBe(0)
  for (let ms = 0; ms < 10_000; ms += 100) rate.add(50, 1_000_000 + ms)
  expect(rate.perS(1_009_999)).toBe(500)
  expect(rate.perS(1_010_000)).toBe(500)
  expect(rate.perS(1_012_500)).toBe(300)
  expect(rate.perS(1_060_000)).toBe(0)
  // A clock that was set back.
  rate.add(50, 500_000)
  expect(rate.perS(501_000)).toBe(10)
})

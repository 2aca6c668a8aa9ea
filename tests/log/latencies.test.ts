import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Latencies } from '../../server/log/latencies.ts'

it('knows no quantile of nothing', () => {
  expect(new Latencies().quantile(0.5)).toBeNull()
})

it('gives every quantile at most 9.1 % too high and never too low', () => {
  const latency = fc.double({ min: 0.01, max: 100_000, noNaN: true })
  fc.assert(
    fc.property(
      fc.array(latency, { minLength: 1, maxLength: 200 }),
      fc.double({ min: 0.001, max: 1, noNaN: true }),
      (seen, share) => {
        const latencies = new Latencies()
        for (const ms of seen) latencies.add(ms)
        const exact = seen.toSorted((a, b) => a - b)[Math.ceil(seen.length * share) - 1] ?? NaN
        const quantile = latencies.quantile(share) ?? NaN
        expect(quantile).toBeGreaterThanOrEqual(exact * (1 - 1e-9))
        expect(quantile).toBeLessThanOrEqual(exact * 2 ** (1 / 8) * (1 + 1e-9))
      }
    ),
    { seed: 3 }
  )
})

it('takes what lies outside its scale at its ends', () => {
  const latencies = new Latencies()
  latencies.add(0)
  expect(latencies.quantile(1)).toBe(0.01)
  latencies.add(1e9)
  expect(latencies.quantile(1)).toBeGreaterThan(100_000)
})

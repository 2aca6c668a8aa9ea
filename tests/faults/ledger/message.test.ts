import { describe, expect, it } from 'vitest'
import { LETTER_MARK, messageOf } from './message.ts'
import { fateOf, meterOf, numberOf, planOf, tsOf } from './plan.ts'

const plan = planOf(Date.UTC(2026, 10, 20), {
  readings: 10_000,
  meters: 100,
  poisonShare: 0.1,
  futureShare: 0.1,
  pastShare: 0.1
})

describe('what a ledger sends', () => {
  it('is the same bytes every time', () => {
    for (let m = 0; m < 100; m++) expect(messageOf(plan, m)).toEqual(messageOf(plan, m))
  })

  it('has the shares of its plan', () => {
    const counts = { good: 0, past: 0, future: 0, poison: 0 }
    for (let n = 0; n < 10_000; n++) counts[fateOf(plan, n)]++
    for (const fate of ['past', 'future', 'poison'] as const) {
      expect(counts[fate]).toBeGreaterThan(850)
      expect(counts[fate]).toBeLessThan(1150)
    }
  })

  it('is found again by meter, time and value, and only by all three', () => {
    const n = [...Array(100).keys()].find(candidate => fateOf(plan, candidate) === 'good') ?? -1
    expect(numberOf(plan, meterOf(plan, n), tsOf(plan, n), n)).toBe(n)
    expect(numberOf(plan, meterOf(plan, n + 1), tsOf(plan, n), n)).toBeNull()
    expect(numberOf(plan, meterOf(plan, n), tsOf(plan, n) + 1, n)).toBeNull()
    expect(numberOf(plan, meterOf(plan, n), tsOf(plan, n), n + 0.5)).toBeNull()
  })

  it.each([1, 20])('carries its numbers into the dead letters, in messages of %i', arraySize => {
    const of = { ...plan, arraySize }
    for (let m = 0; m < 200; m++) {
      const found = [...messageOf(of, m).payload.matchAll(LETTER_MARK)].map(([, n]) => Number(n))
      const numbers = Array.from({ length: arraySize }, (_, at) => m * arraySize + at)
      expect([...new Set(found)]).toEqual(numbers)
    }
  })

  it('spoils no array by one item', () => {
    const of = { ...plan, arraySize: 50 }
    for (let m = 0; m < 200; m++) expect(JSON.parse(messageOf(of, m).payload)).toHaveLength(50)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nthHighest } from '../../../server/curtailment/plan/linearBound.ts'
import { quantile } from '../../../server/curtailment/plan/normal.ts'
import { assuredKw, type Goal, poolOf, sumsOf } from '../../../server/curtailment/plan/pool.ts'
import { smallestSet } from '../../../server/curtailment/plan/smallestSet.ts'
import { seeded } from './random.ts'

type Item = Parameters<typeof poolOf>[0][number]

const item = fc.record({
  meanKw: fc.double({ min: 1, max: 1000, noNaN: true }),
  sdKw: fc.double({ min: 0, max: 400, noNaN: true }),
  baselineKw: fc.double({ min: 0, max: 5000, noNaN: true })
})
const probability = fc.double({ min: 0.5, max: 0.999, noNaN: true })
const commonShare = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 0.3, noNaN: true }))
/** As a share of all the means together. */
const part = fc.double({ min: 0.01, max: 1.1, noNaN: true })

const goalOf = (items: readonly Item[], share: number, p: number, common: number): Goal => ({
  targetKw: share * items.reduce((sum, { meanKw }) => sum + meanKw, 0),
  z: quantile(p),
  commonShare: common
})
const within = (kw: number, { targetKw }: Goal) => kw >= targetKw - 1e-9 * Math.max(1, targetKw)

/** The least size of any set that reaches it; null: none does. */
function bruteForce(items: readonly Item[], goal: Goal): number | null {
  const pool = poolOf(items)
  let least: number | null = null
  for (let mask = 1; mask < 1 << items.length; mask++) {
    const members = items.flatMap((_, i) => ((mask >> i) & 1 ? i : []))
    if (least !== null && members.length >= least) continue
    if (within(assuredKw(sumsOf(pool, members), goal), goal)) least = members.length
  }
  return least
}

/** A fleet as it may be: loads over two decades, 5 to 45 % of them to be had. */
function fleet(size: number, seed: number): Item[] {
  const random = seeded(seed)
  return Array.from({ length: size }, () => {
    const baselineKw = Math.exp(4 + 4 * random())
    const meanKw = baselineKw * (0.05 + 0.4 * random())
    return { meanKw, sdKw: meanKw * (0.1 + 0.4 * random()), baselineKw }
  })
}

describe('the smallest set', () => {
  it('is that of brute force for up to twelve', () => {
    fc.assert(
      fc.property(
        fc.array(item, { minLength: 1, maxLength: 12 }),
        part,
        probability,
        commonShare,
        (items, share, p, common) => {
          const goal = goalOf(items, share, p, common)
          const choice = smallestSet(poolOf(items), goal)
          const least = bruteForce(items, goal)
          expect(choice.isExact).toBe(true)
          expect(choice.isReached).toBe(least !== null)
          if (least !== null) expect(choice.chosen).toHaveLength(least)
        }
      ),
      { numRuns: 300 }
    )
  })

  it('takes the steady one of two, and not the big load whose baseline errs more than it gives', () => {
    const items = [
      { meanKw: 100, sdKw: 60, baselineKw: 0 },
      { meanKw: 100, sdKw: 10, baselineKw: 0 },
      { meanKw: 120, sdKw: 0, baselineKw: 20_000 }
    ]
    const goal = { targetKw: 80, z: quantile(0.9), commonShare: 0.05 }
    expect(smallestSet(poolOf(items), goal).chosen).toEqual([1])
  })

  it('reaches what it says it reaches, and one fewer does not', () => {
    const items = fleet(200, 3)
    for (const share of [0.1, 0.4, 0.7]) {
      const goal = goalOf(items, share, 0.9, 0.03)
      const pool = poolOf(items)
      const { chosen, isReached, isExact, assuredKw: kw } = smallestSet(pool, goal)
      expect({ isReached, isExact }).toEqual({ isReached: true, isExact: true })
      expect(within(assuredKw(sumsOf(pool, chosen), goal), goal)).toBe(true)
      expect(kw).toBeCloseTo(assuredKw(sumsOf(pool, chosen), goal), 6)
      for (const out of chosen) {
        const fewer = chosen.filter(i => i !== out)
        expect(within(assuredKw(sumsOf(pool, fewer), goal), goal)).toBe(false)
      }
    }
  })

  it('more target never needs fewer, nor does a higher probability', () => {
    fc.assert(
      fc.property(
        fc.array(item, { minLength: 1, maxLength: 30 }),
        fc.tuple(part, part),
        fc.tuple(probability, probability),
        commonShare,
        (items, parts, probabilities, common) => {
          const size = (share: number, p: number) => {
            const choice = smallestSet(poolOf(items), goalOf(items, share, p, common))
            return { least: choice.chosen.length - choice.atMostTooMany, count: choice.chosen.length }
          }
          const [less, more] = parts.toSorted((a, b) => a - b) as [number, number]
          const [lower, higher] = probabilities.toSorted((a, b) => a - b) as [number, number]
          expect(size(less, lower).least).toBeLessThanOrEqual(size(more, lower).count)
          expect(size(less, lower).least).toBeLessThanOrEqual(size(less, higher).count)
        }
      ),
      { numRuns: 200 }
    )
  })

  it('of all together too little: everybody, and it is proven', () => {
    const items = fleet(50, 4)
    const choice = smallestSet(poolOf(items), goalOf(items, 1.2, 0.9, 0.03))
    expect(choice).toMatchObject({ isReached: false, isExact: true })
    expect(choice.chosen).toHaveLength(50)
  })

  it('of nobody nothing is reached', () => {
    const goal = { targetKw: 10, z: 1, commonShare: 0.05 }
    expect(smallestSet(poolOf([]), goal)).toMatchObject({
      chosen: [],
      isReached: false,
      isExact: true,
      assuredKw: 0
    })
  })

  it.each([
    [0.1, 0.9, 0.03],
    [0.3, 0.9, 0.05],
    [0.5, 0.99, 0.05],
    [0.8, 0.9, 0.03],
    [0.9, 0.9, 0]
  ])(
    'of 11,000 for %d of the means, probability %d, common error %d: within its bound',
    (share, p, common) => {
      const items = fleet(11_000, 5)
      const goal = goalOf(items, share, p, common)
      const pool = poolOf(items)
      const { chosen, isReached, isExact, atMostTooMany } = smallestSet(pool, goal)
      expect(isReached).toBe(true)
      expect(within(assuredKw(sumsOf(pool, chosen), goal), goal)).toBe(true)
      expect(isExact).toBe(atMostTooMany === 0)
      expect(atMostTooMany).toBeLessThanOrEqual(0.03 * chosen.length)
    }
  )
})

describe('the nth highest', () => {
  it('is that of sorting', () => {
    const values = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(values, fc.nat(), (list, n) => {
        const place = n % list.length
        expect(nthHighest(Float64Array.from(list), place)).toBe(list.toSorted((a, b) => b - a)[place])
      })
    )
  })
})

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { MinuteRows } from '../../server/grid/minuteRows.ts'
import { Steps } from '../../server/grid/steps.ts'
import { StepTable } from '../../server/grid/stepTable.ts'

const rules = [60, 900, null].map(registryS => ({ registryS, defaultS: 300 }))
const shown = (steps: Steps) =>
  Array.from({ length: steps.count }, (_, i) => [steps.at(i), steps.until(i), steps.kw(i)])

const maybe = fc.option(fc.integer({ min: 0, max: 50 }), { nil: NaN })
const point = fc.integer({ min: 0, max: 2 })
const deed = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(fc.constant('put' as const), point, fc.nat(60), maybe, maybe, maybe) },
  fc.tuple(fc.constant('drop' as const), point, fc.nat(20)),
  fc.tuple(fc.constant('replace' as const), point, fc.nat(20))
)

it('holds the steps of each point as if it were alone, in memory that goes from one to the other', () => {
  const holdsAll = (deeds: readonly (typeof deed extends fc.Arbitrary<infer D> ? D : never)[]) => {
    const table = new StepTable(rules, 1000)
    const alone = rules.map(rule => new Steps(rule))
    const of = (n: number): Steps => alone[n] ?? new Steps({ registryS: null, defaultS: 300 })
    for (const [what, n, ...numbers] of deeds) {
      if (what === 'put') {
        const [at = 0, kw = NaN, kva = NaN, kvar = NaN] = numbers
        for (const steps of [of(n), table.of(n)])
          expect(steps.put(at * 1000, at % 2 ? 900 : 0, kw, kva, kvar)).toBe(true)
      } else if (what === 'drop') {
        const count = Math.min(of(n).count, numbers[0] ?? 0)
        of(n).drop(count)
        table.of(n).drop(count)
        table.fit()
      } else {
        const others = new Steps(rules[n] ?? { registryS: null, defaultS: 300 })
        for (let i = 0; i < (numbers[0] ?? 0); i += 1) others.put(i * 500, 0, NaN, i + 1, i / 2)
        table.of(n).replaceWith(others)
        alone[n] = others
      }
    }
    for (const [n, steps] of alone.entries()) expect(shown(table.of(n))).toEqual(shown(steps))
    expect(table.held).toBe(alone.reduce((sum, { count }) => sum + count, 0))
  }
  fc.assert(fc.property(fc.array(deed, { maxLength: 200 }), holdsAll), { seed: 7, numRuns: 300 })
})

it('takes no more than it has room for, and keeps the newest of what takes the place of others', () => {
  const table = new StepTable(rules, 24)
  const puts = (n: number, count: number) =>
    Array.from({ length: count }, (_, i) => table.of(n).put(i * 1000, 0, i, NaN, NaN))
  expect(puts(0, 9)).toEqual([...Array(8).fill(true), true])
  // 8 places of the first block are free again, 16 are taken.
  expect(puts(1, 9).lastIndexOf(true)).toBe(7)
  expect(table.of(2).put(0, 0, 1, NaN, NaN)).toBe(false)
  const others = new Steps({ registryS: null, defaultS: 300 })
  for (let i = 0; i < 20; i += 1) others.put(i * 1000, 0, i, NaN, NaN)
  table.of(1).replaceWith(others)
  expect(shown(table.of(1)).map(([at]) => at)).toEqual([15_000, 16_000, 17_000, 18_000, 19_000])
  expect(table.of(0).count).toBe(9)
})

it('hands out columns of minutes in which nothing is known, one after another and again', () => {
  const rows = new MinuteRows(3)
  const taken = Array.from({ length: 70 }, (_, n) => rows.take().fill(n))
  expect(taken.every((row, n) => row.length === 3 && row.every(kw => kw === n))).toBe(true)
  const [first] = taken
  if (first === undefined) throw new Error('no row')
  rows.giveBack(first)
  expect([...rows.take()]).toEqual([NaN, NaN, NaN])
  expect(taken[1]?.[0]).toBe(1)
})

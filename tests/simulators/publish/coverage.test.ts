import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Coverage, covering, gaps } from '../../../simulators/publish/coverage.ts'

test.each([
  [[], [3, 5], [[3, 5]]],
  [
    [[1, 2]],
    [3, 5],
    [
      [1, 2],
      [3, 5]
    ]
  ],
  [[[1, 3]], [3, 5], [[1, 5]]],
  [
    [
      [1, 2],
      [4, 6],
      [8, 9]
    ],
    [2, 8],
    [[1, 9]]
  ],
  [
    [[4, 6]],
    [1, 2],
    [
      [1, 2],
      [4, 6]
    ]
  ],
  [[[1, 9]], [3, 5], [[1, 9]]],
  [[[1, 2]], [5, 5], [[1, 2]]]
] as [Coverage, [number, number], Coverage][])('%j and %j', (coverage, [from, to], expected) => {
  expect(covering(coverage, from, to)).toEqual(expected)
})

test.each([
  [[], 0, 10, [[0, 10]]],
  [[[0, 10]], 0, 10, []],
  [
    [
      [2, 3],
      [5, 6]
    ],
    0,
    10,
    [
      [0, 2],
      [3, 5],
      [6, 10]
    ]
  ],
  [
    [
      [0, 3],
      [8, 20]
    ],
    2,
    10,
    [[3, 8]]
  ]
] as [Coverage, number, number, Coverage][])('%j leaves gaps in [%d, %d)', (coverage, from, to, expected) => {
  expect(gaps(coverage, from, to)).toEqual(expected)
})

test('what was covered is no gap, and what was not is one: against a plain set of numbers', () => {
  const stretch = fc.tuple(fc.nat(60), fc.nat(60)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
  fc.assert(
    fc.property(fc.array(stretch, { maxLength: 12 }), stretches => {
      const coverage = stretches.reduce<Coverage>((sum, [from, to]) => covering(sum, from, to), [])
      const isCovered = (n: number) => stretches.some(([from, to]) => n >= from && n < to)
      const missing = gaps(coverage, 0, 60)
      for (let n = 0; n < 60; n += 1) {
        expect(missing.some(([from, to]) => n >= from && n < to)).toBe(!isCovered(n))
      }
    })
  )
})

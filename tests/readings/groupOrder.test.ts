import fc from 'fast-check'
import { expect, it } from 'vitest'
import { GroupOrder } from '../../server/readings/groupOrder.ts'

const groups = new GroupOrder()
const order = (...keys: number[]) => {
  const into = new Uint32Array(keys.length)
  groups.fill(into, Uint32Array.from(keys), keys.length)
  return [...into]
}

it.each([
  { keys: [], expected: [] },
  { keys: [7], expected: [0] },
  { keys: [5, 3, 9], expected: [0, 1, 2] },
  { keys: [1, 2, 3, 1, 2, 3, 1], expected: [0, 3, 6, 1, 4, 2, 5] },
  // The same place in the table, also across its end.
  { keys: [2047, 4095, 2047, 0, 4095], expected: [0, 2, 1, 4, 3] },
  { keys: [0xffffffff, 0, 0xffffffff], expected: [0, 2, 1] }
])('puts $keys in the order $expected', ({ keys, expected }) => {
  expect(order(...keys)).toEqual(expected)
})

it('keeps groups in the order of their first members, and members in theirs, of any keys', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(40), { maxLength: 300 }), keys => {
      const byKey = Map.groupBy(keys.keys(), place => keys[place])
      expect(order(...keys)).toEqual([...byKey.values()].flat())
    })
  )
})

it('holds as many as there are', () => {
  const keys = Array.from({ length: 5000 }, (_, place) => Math.imul(place % 1700, 0x9e3779b1) >>> 0)
  const byKey = Map.groupBy(keys.keys(), place => keys[place])
  expect(order(...keys)).toEqual([...byKey.values()].flat())
})

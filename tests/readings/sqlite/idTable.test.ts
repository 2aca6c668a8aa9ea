import fc from 'fast-check'
import { expect, it } from 'vitest'
import { IdTable } from '../../../server/readings/sqlite/idTable.ts'

const find = (table: IdTable, hash: number, id: string) =>
  table.find(hash, Buffer.from(`<${id}>`), 1, id.length)
const add = (table: IdTable, hash: number, id: string, n: number) =>
  table.add(hash, Buffer.from(`<${id}>`), 1, id.length, n)

it('tells ids apart by their bytes, also when their hashes are the same', () => {
  const id = fc.string({ unit: fc.constantFrom('a', 'b', '-'), minLength: 1, maxLength: 64 })
  fc.assert(
    fc.property(fc.uniqueArray(id, { maxLength: 200 }), fc.integer({ min: 1, max: 5 }), (ids, hashes) => {
      const table = new IdTable()
      const hash = (index: number) => (index % hashes) * 0x10000000
      for (const [index, one] of ids.entries()) {
        expect(find(table, hash(index), one)).toBe(0)
        add(table, hash(index), one, index + 1)
      }
      for (const [index, one] of ids.entries()) expect(find(table, hash(index), one)).toBe(index + 1)
    }),
    { seed: 4, numRuns: 30 }
  )
})

it('knows many, stays within its bound, and makes room for others in time', () => {
  const table = new IdTable()
  const hash = (n: number) => Math.imul(n, 0x9e3779b1) >>> 0
  const name = (n: number) => `METER-OF-THE-NORTH-${n}`
  const known = (from: number, to: number) => {
    let count = 0
    for (let n = from; n < to; n += 997) count += Number(find(table, hash(n), name(n)) === n)
    return count / ((to - from) / 997)
  }
  for (let n = 1; n <= 600_000; n++) add(table, hash(n), name(n), n)
  expect(known(1, 200_000)).toBeGreaterThan(0.99)
  expect(known(500_000, 600_000)).toBe(0)
  // Those who are asked for and not known, again and again.
  for (let round = 0; round < 30; round++) {
    for (let n = 600_001; n <= 800_000; n++)
      if (find(table, hash(n), name(n)) === 0) add(table, hash(n), name(n), n)
  }
  expect(known(600_001, 800_000)).toBeGreaterThan(0.9)
})

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { SourceTable } from '../../server/grid/sourceTable.ts'
import { batchOf } from '../../server/log/readingBatch.ts'
import { reading } from './nodes.ts'

const kind = fc.constantFrom('meter', 'transformer', 'weather')
const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/)
const sources = fc.array(fc.tuple(kind, id), { maxLength: 300 })

it('finds the rows of every source that was added, and of no other', () => {
  fc.assert(
    fc.property(sources, sources, (added, others) => {
      const table = new SourceTable()
      const expected = new Map<string, number>()
      for (const [kind, id] of added) {
        const key = `${kind}/${id}`
        if (!expected.has(key)) expected.set(key, expected.size)
        expect(table.add(kind, id)).toBe(expected.get(key))
      }
      expect(table.count).toBe(expected.size)
      const asked = [...added, ...others]
      const batch = batchOf(asked.map(([kind, id]) => reading(kind, id, 1, { q: 1 })))
      for (const [row, [kind, id]] of asked.entries()) {
        const n = expected.get(`${kind}/${id}`) ?? -1
        expect(table.find(batch, row)).toBe(n)
        expect(table.numberOf(kind, id)).toBe(n)
        if (n >= 0) expect([table.kind(n), table.id(n)]).toEqual([kind, id])
      }
    })
  )
})

it('tells sources apart whose hashes are the same', () => {
  const table = new SourceTable()
  table.add('meter', 'A')
  const batch = batchOf([reading('meter', 'A', 1, { kw: 1 }), reading('meter', 'B', 1, { kw: 1 })])
  batch.hash[1] = batch.hash[0] ?? 0
  expect([table.find(batch, 0), table.find(batch, 1)]).toEqual([0, -1])
})

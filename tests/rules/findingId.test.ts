import { expect, it } from 'vitest'
import { ID_PATTERN } from '../../server/contract/id.ts'
import { findingId } from '../../server/rules/findingId.ts'

const raisedAt = Date.parse('2026-05-20T06:00:00Z')

it('is the prefix, the node and the time', () => {
  expect(findingId('HP', 'F-1', raisedAt)).toBe(`HP-F-1-${raisedAt.toString(36)}`)
})

it.each([1, 40, 51, 52, 53, 64])('is a valid id for a node id of %i characters', length => {
  expect(findingId('HP', 'x'.repeat(length), raisedAt)).toMatch(new RegExp(ID_PATTERN))
})

it('differs for long ids that begin alike', () => {
  const ids = ['a', 'b'].map(end => findingId('SG', 'x'.repeat(63) + end, raisedAt))
  expect(new Set(ids).size).toBe(2)
})

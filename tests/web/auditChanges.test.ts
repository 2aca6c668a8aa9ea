import { describe, expect, test } from 'vitest'
import { changedMembers } from '../../web/src/auditChanges.ts'

describe('what a command changed', () => {
  test('nothing', () => {
    expect(changedMembers({ a: 1, b: { c: 'x' } }, { a: 1, b: { c: 'x' } })).toEqual([])
    expect(changedMembers(null, null)).toEqual([])
  })
  test('members, by their path', () => {
    expect(changedMembers({ name: 'Lan', place: { id: 1 } }, { name: 'Mai', place: { id: 1 } })).toEqual([
      { path: 'name', before: 'Lan', after: 'Mai' }
    ])
    expect(changedMembers({ place: { id: 1 } }, { place: { id: 2 } })).toEqual([
      { path: 'place.id', before: '1', after: '2' }
    ])
  })
  test('what came, and what went', () => {
    expect(changedMembers(null, { a: true, at: null })).toEqual([
      { path: 'a', before: null, after: 'true' },
      { path: 'at', before: null, after: 'null' }
    ])
    expect(changedMembers({ a: 1 }, null)).toEqual([{ path: 'a', before: '1', after: null }])
  })
  test('lists of words stand in one line, long lists by their length', () => {
    expect(changedMembers({ roles: ['a'] }, { roles: ['a', 'b'] })).toEqual([
      { path: 'roles', before: 'a', after: 'a, b' }
    ])
    const many = Array.from({ length: 21 }, (_, at) => ({ at }))
    expect(changedMembers(null, { many })).toEqual([{ path: 'many', before: null, after: '[21]' }])
    expect(changedMembers({ list: [] }, { list: [{ kw: 3 }] })).toEqual([
      { path: 'list', before: '[]', after: null },
      { path: 'list.0.kw', before: null, after: '3' }
    ])
  })
})

import { describe, expect, test } from 'vitest'
import type { AuditEntry } from '../../server/contract/audit.ts'
import { changedMembers, sidesOf, whoseAct } from '../../web/src/auditChanges.ts'

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

describe('what an entry tells', () => {
  const entry = (change: Partial<AuditEntry>) =>
    ({ before: null, after: null, personal: null, ...change }) as AuditEntry
  const attempt = entry({ outcome: 'attempted', before: { state: 'draft' }, after: { note: 'go' } })
  test('a command that was done: what its attempt had found, and what is after', () => {
    expect(sidesOf(entry({ outcome: 'done', after: { state: 'notified' } }), attempt)).toEqual({
      before: { state: 'draft' },
      after: { state: 'notified' }
    })
  })
  test('what was asked for, or why it was refused, stands alone', () => {
    expect(sidesOf(attempt, null)).toEqual({ before: null, after: { note: 'go' } })
    expect(sidesOf(entry({ outcome: 'refused', after: { status: 409 } }), attempt)).toEqual({
      before: null,
      after: { status: 409 }
    })
    expect(sidesOf(entry({ outcome: 'done' }), attempt)).toEqual({ before: null, after: null })
  })
  test('names beside the chain, until they are erased', () => {
    const after = { name: '(a name)' }
    const beside = { name: 'Lan', address: '127.0.0.1', before: null, after: { name: 'Mai' } }
    expect(sidesOf(entry({ outcome: 'done', after, personal: beside }), null).after).toEqual({ name: 'Mai' })
    expect(sidesOf(entry({ outcome: 'done', after }), null).after).toEqual(after)
    expect(whoseAct(entry({ personal: beside }))).toEqual({ name: 'Lan', address: '127.0.0.1' })
    expect(whoseAct(entry({}))).toBeNull()
  })
})

import { expect, it } from 'vitest'
import { createDirtyBlocks } from '../../server/grid/dirtyBlocks.ts'

const always = () => true

it('gives the newest block first, with all its dirty hours and names', () => {
  const dirty = createDirtyBlocks()
  for (const [hour, name] of [
    [30, 'a'],
    [50, 'b'],
    [48, 'c'],
    [71, 'd']
  ] as const)
    dirty.mark(hour, name, 0)
  expect(dirty.take(71, 24, always)).toEqual({ hours: [48, 50], names: new Set(['b', 'c']) })
  expect(dirty.take(71, 24, always)).toEqual({ hours: [30], names: new Set(['a']) })
  expect(dirty.take(71, 24, always)).toBeNull()
  expect(dirty.take(72, 24, always)).toEqual({ hours: [71], names: new Set(['d']) })
})

it('waits as long as the caller wants', () => {
  const dirty = createDirtyBlocks()
  dirty.mark(5, 'a', 100)
  dirty.mark(5, 'b', 200)
  const seen: unknown[] = []
  const isDue = (hour: number, wait: object) => seen.push([hour, { ...wait }]) === 0
  expect(dirty.take(9, 1, isDue)).toBeNull()
  expect(seen).toMatchObject([[5, { firstAt: 100, lastAt: 200 }]])
})

it('means everybody when everybody, or too many, are named', () => {
  const dirty = createDirtyBlocks({ mostNames: 2 })
  for (const name of ['a', 'b', 'c']) dirty.mark(1, name, 0)
  dirty.mark(2, 'a', 0)
  expect(dirty.take(9, 4, always)).toEqual({ hours: [1, 2], names: null })
})

it('takes back what was not finished, beside what was marked meanwhile', () => {
  const dirty = createDirtyBlocks()
  dirty.mark(1, 'a', 0)
  const block = dirty.take(9, 4, always)
  dirty.mark(1, 'b', 0)
  if (block !== null) dirty.putBack(block, 0)
  expect(dirty.take(9, 4, always)).toEqual({ hours: [1], names: new Set(['a', 'b']) })
})

it('tells its hours as ranges', () => {
  const dirty = createDirtyBlocks()
  for (const hour of [7, 3, 4, 5, 9]) dirty.mark(hour, null, 0)
  expect(dirty.ranges()).toEqual([
    [3, 5],
    [7, 7],
    [9, 9]
  ])
})

it('is bounded and counts what it cannot hold', () => {
  const dirty = createDirtyBlocks({ mostHours: 2 })
  for (const hour of [1, 2, 3, 1]) dirty.mark(hour, 'a', 0)
  expect([dirty.size, dirty.dropped]).toEqual([2, 1])
})

it('holds a bounded number of names in all hours together: further ones mean everybody', () => {
  const dirty = createDirtyBlocks({ mostNamesInAll: 3 })
  for (const hour of [1, 2, 3, 4]) dirty.mark(hour, `m${hour}`, 0)
  const names = () => dirty.take(9, 1, always)?.names
  expect(names()).toBeNull()
  expect(names()).toEqual(new Set(['m3']))
  // What was taken makes room.
  dirty.mark(5, 'm5', 0)
  expect(names()).toEqual(new Set(['m5']))
})

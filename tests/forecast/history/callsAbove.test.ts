import { expect, it } from 'vitest'
import { callsAbove } from '../../../server/forecast/history/callsAbove.ts'

const called = { start: 0, end: 1, deliveredKw: 5, requestedKw: 6 }

it('a call counts at its own point and at every node above it', () => {
  const calls = callsAbove([
    { id: 'top', parent: null },
    { id: 'feeder', parent: 'top' },
    { id: 'other', parent: 'top' },
    { id: 'point', parent: 'feeder' }
  ])
  calls.add('point', called)
  calls.add('feeder', called)
  calls.add('gone', called)
  const counts = [...calls.byNode].map(([id, some]) => [id, some.length])
  expect(counts).toEqual([
    ['point', 1],
    ['feeder', 2],
    ['top', 2],
    ['gone', 1]
  ])
})

it('a circle of parents ends', () => {
  const calls = callsAbove([
    { id: 'a', parent: 'b' },
    { id: 'b', parent: 'a' }
  ])
  calls.add('a', called)
  expect([...calls.byNode.keys()]).toEqual(['a', 'b'])
})

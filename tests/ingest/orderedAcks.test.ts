import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createOrderedAcks } from '../../server/ingest/orderedAcks.ts'

it('releases together what waited for an earlier one', () => {
  const released: number[][] = []
  const acks = createOrderedAcks<number>(items => released.push(items))
  const durable = [1, 2, 3, 4].map(item => acks.add(item))
  durable[0]?.()
  durable[2]?.()
  durable[3]?.()
  expect(released).toEqual([[1]])
  durable[1]?.()
  expect(released).toEqual([[1], [2, 3, 4]])
})

it('releases everything once, in order of arrival, whatever becomes durable first', () => {
  const shuffled = fc
    .integer({ min: 1, max: 60 })
    .chain(count => fc.shuffledSubarray([...Array(count).keys()], { minLength: count }))
  fc.assert(
    fc.property(shuffled, order => {
      const released: number[] = []
      const acks = createOrderedAcks<number>(items => released.push(...items))
      const durable = order.map((_, item) => acks.add(item))
      for (const item of order) durable[item]?.()
      expect(released).toEqual(order.map((_, item) => item))
    }),
    { numRuns: 200, seed: 3 }
  )
})

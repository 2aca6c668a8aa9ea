import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createAckRing } from '../../server/ingest/ackRing.ts'

/** The packet ids of a packed row of PUBACKs. */
function idsOf(packets: Buffer | null): number[] {
  if (packets === null) return []
  const ids: number[] = []
  for (let at = 0; at < packets.length; at += 4) {
    expect(packets.readUInt16BE(at)).toBe(0x4002)
    ids.push(packets.readUInt16BE(at + 2))
  }
  return ids
}

it('releases by group, in order of arrival', () => {
  const ring = createAckRing()
  ring.add(7)
  ring.add(300)
  ring.mark(4)
  ring.add(9)
  ring.mark(6)
  expect(ring.due()).toBeNull()
  ring.durable(3)
  expect(ring.due()).toBeNull()
  ring.durable(4)
  expect(idsOf(ring.due())).toEqual([7, 300])
  expect(ring.newestGroup).toBe(6)
  ring.durable(8)
  expect(idsOf(ring.due())).toEqual([9])
  expect(ring.newestGroup).toBeNull()
  expect(ring.length).toBe(0)
})

it('releases nothing that is not marked yet', () => {
  const ring = createAckRing()
  ring.durable(5)
  ring.add(1)
  expect(ring.due()).toBeNull()
  ring.mark(6)
  expect(ring.due()).toBeNull()
})

it('holds what waits for something of its own, and all after it', () => {
  const ring = createAckRing()
  ring.add(1)
  const release = ring.addHeld(2, 1)
  ring.add(3)
  ring.mark(1)
  ring.durable(1)
  expect(idsOf(ring.due())).toEqual([1])
  release()
  expect(idsOf(ring.due())).toEqual([2, 3])
})

it('enters an id once while it waits, and again afterwards', () => {
  const ring = createAckRing()
  ring.add(1)
  ring.mark(1)
  ring.add(1)
  ring.mark(2)
  ring.addHeld(1, 2)()
  ring.durable(1)
  expect(idsOf(ring.due())).toEqual([1])
  ring.add(1)
  ring.mark(3)
  ring.durable(3)
  expect(idsOf(ring.due())).toEqual([1])
})

it('has room for every packet id', () => {
  const ring = createAckRing()
  for (let round = 1; round <= 3; round++) {
    for (let id = 1; id <= 65_535; id++) ring.add(id)
    ring.mark(round)
    expect(ring.length).toBe(65_535)
    ring.durable(round)
    expect(idsOf(ring.due())).toEqual(Array.from({ length: 65_535 }, (_, index) => index + 1))
  }
})

it('acknowledges each once, in order and never too soon, whatever happens when', () => {
  const step = fc.oneof(
    fc.record({ what: fc.constant('add' as const), count: fc.integer({ min: 1, max: 300 }) }),
    fc.record({ what: fc.constant('commit' as const), count: fc.integer({ min: 1, max: 3 }) })
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), steps => {
      const ring = createAckRing()
      const sent: { id: number; group: number }[] = []
      const acknowledged: number[] = []
      let group = 1
      let durable = 0
      for (const { what, count } of steps) {
        if (what === 'add') {
          for (let index = 0; index < count; index++) {
            const id = (sent.length % 65_535) + 1
            ring.add(id)
            sent.push({ id, group })
          }
          ring.mark(group++)
        } else {
          durable = Math.min(durable + count, group - 1)
          ring.durable(durable)
          acknowledged.push(...idsOf(ring.due()))
          const expected = sent.filter(one => one.group <= durable).map(({ id }) => id)
          expect(acknowledged).toEqual(expected)
          expect(ring.length).toBe(sent.length - expected.length)
        }
      }
    }),
    { numRuns: 60, seed: 4 }
  )
})

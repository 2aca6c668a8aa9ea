import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Answer } from '../../server/contract/events.ts'
import { createEventMemory } from '../../server/records/eventMemory.ts'
import { openRecords, type Records } from '../../server/records/openRecords.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { at, event, minutes, next, noon, participant } from './samples.ts'

// Two processes on one database: what one remembers must never be older than what the other has written.

const ids = Array.from({ length: 2300 }, (_, i) => `C${String(i).padStart(4, '0')}`)
const accept: Answer = {
  ...{ answer: 'accept', version: 2, at: at(noon), via: 'mqtt' },
  ...{ kw: null, reasonCode: null, reason: null }
}
const large = event('CE-1', ['draft', 'notified'], {
  participants: ids.toReversed().map(id => participant(id))
})
let one: Records
let other: Records
let remove: () => Promise<void>

beforeEach(async () => {
  const folder = await tempDir()
  const file = join(folder.path, 'records.sqlite')
  one = await openRecords({ file })
  other = await openRecords({ file })
  remove = folder.remove
  await one.events.insert(large)
})
afterEach(async () => {
  await one.stop()
  await other.stop()
  await remove()
})

/** Each reads it twice: as it is kept, and as it is remembered. */
async function expectBoth(expected: unknown): Promise<void> {
  for (const { events } of [one, other, one, other]) expect(await events.get('CE-1')).toEqual(expected)
  expect(await one.events.list({})).toEqual([expected])
}

test('a large event is read in pieces, its participants in their order', () => expectBoth(large))

test('what another process writes is seen: an answer, thanks, a new version', async () => {
  await expectBoth(large)
  const answered = await other.events.setParticipant('CE-1', 'C0007', { answer: accept })
  const withAnswer = (id: string) => (id === 'C0007' ? { answer: accept } : {})
  const expected = {
    ...large,
    participants: large.participants.map(p => ({ ...p, ...withAnswer(p.customerId) }))
  }
  expect(answered).toEqual(expected)
  await expectBoth(expected)

  const signed = { by: 'Lan', byId: 'usr-lan', at: at(noon) }
  const items = [{ eventId: 'CE-1', customerId: 'C0009' }]
  await one.thanks.write({ items, note: 'cảm ơn', offers: [], offerNote: '' }, signed)
  const thanked = await other.events.get('CE-1')
  expect(thanked?.participants.find(p => p.customerId === 'C0009')?.thanks).toMatchObject({ by: 'Lan' })
  await expectBoth(thanked)

  if (thanked === null) throw new Error('CE-1 is gone')
  const moved = next(thanked, 'standby')
  expect(await one.events.advance(moved, 2, [])).toBe(true)
  await expectBoth(moved)
  expect(await other.events.advance(next(thanked, 'cancelled'), 2, [])).toBe(false)
})

test('a version that changes some of the participants, their number and their order is kept whole', async () => {
  await one.events.setParticipant('CE-1', 'C0007', { answer: accept })
  const before = await one.events.get('CE-1')
  if (before === null) throw new Error('CE-1 is gone')
  const end = at(noon + minutes(30))
  const some = before.participants.map((p, i) => (i % 7 ? p : { ...p, end, releasedAt: end }))
  const further = participant('C9999', { furtherMeters: [{ meteringPointId: 'MP-x', meterId: 'M-x' }] })
  const changed = next(before, 'notified', { participants: [further, ...some] })
  // An answer that comes in meanwhile stays, though the new version does not know it.
  await other.events.setParticipant('CE-1', 'C0008', { answer: accept })
  expect(await one.events.advance(changed, 2, [])).toBe(true)
  const answered = changed.participants.map(p => (p.customerId === 'C0008' ? { ...p, answer: accept } : p))
  await expectBoth({ ...changed, participants: answered })

  const again = next({ ...changed, participants: answered }, 'notified', {
    participants: answered.map((p, i) => (i % 5 ? p : { ...p, furtherMeters: [], supersededBy: 'CE-9' }))
  })
  expect(await one.events.advance(again, 3, [])).toBe(true)
  await expectBoth(again)
})

test('an event that is advanced while it is read is seen as it was, or as it is, never as half of each', async () => {
  const ended = at(noon + minutes(30))
  const moved = next(large, 'notified', {
    participants: large.participants.map(p => ({ ...p, end: ended, releasedAt: ended }))
  })
  const [seen] = await Promise.all([other.events.get('CE-1'), one.events.advance(moved, 2, [])])
  const told = seen?.participants.map(({ releasedAt }) => releasedAt === ended)
  expect(new Set(told)).toEqual(new Set([seen?.version === 3]))
  await expectBoth(moved)
})

test('what is remembered is bounded: the events longest not asked for go first', () => {
  const memory = createEventMemory()
  const of = (id: string) => ({ ...large, id, participants: Array(25_000).fill(participant('C1')) })
  memory.keep(of('a'), 1)
  memory.keep(of('b'), 1)
  expect(memory.get('a', 1)?.id).toBe('a')
  memory.keep(of('c'), 1)
  expect(['a', 'b', 'c'].map(id => memory.get(id, 1)?.id)).toEqual(['a', undefined, 'c'])
  expect(memory.get('a', 2)).toBeNull()
})

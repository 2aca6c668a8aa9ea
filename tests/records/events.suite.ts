import { expect, test } from 'vitest'
import type { Answer } from '../../server/contract/events.ts'
import type { Records } from '../../server/records/openRecords.ts'
import { at, event, minutes, next, noon, participant, performance } from './samples.ts'

const message = (key: string) => ({ key, topic: `to/${key}`, payload: '{}', retain: true, dueAt: noon })

export function eventsSuite(open: () => Promise<Records>): void {
  const accept: Answer = {
    ...{ answer: 'accept', version: 2, at: at(noon), via: 'mqtt', kw: 450.5 },
    ...{ reasonCode: null, reason: null }
  }

  test('an event comes back as inserted, with its participants in their order', async () => {
    const { events } = await open()
    const some = ['Z', 'A', 'M'].map(id => participant(id, { requestedKw: 0.1 + 0.2 }))
    const draft = event('CE-1', ['draft'], { participants: some, findingId: 'FI-1' })
    await events.insert(draft)
    expect(await events.get('CE-1')).toEqual(draft)
    expect(await events.get('CE-2')).toBeNull()
    await expect(events.insert(draft)).rejects.toThrow()
  })

  test('ids count up through a day and are never given twice', async () => {
    const { events } = await open()
    const ids = await Promise.all(Array.from({ length: 5 }, () => events.nextId('2026-11-22')))
    expect(ids.toSorted()).toEqual([1, 2, 3, 4, 5].map(n => `CE-20261122-00${n}`))
    expect(await events.nextId('2026-11-23')).toBe('CE-20261123-001')
  })

  test('of two that advance the same version, one wins, and only its messages are kept', async () => {
    const { events, outbox } = await open()
    const draft = event('CE-1')
    await events.insert(draft)
    const sent = next(draft, 'notified')
    const cancelled = next(draft, 'cancelled')
    const won = await Promise.all([
      events.advance(sent, 1, [message('sent')]),
      events.advance(cancelled, 1, [message('cancelled')])
    ])
    expect(won.filter(Boolean)).toHaveLength(1)
    const winner = won[0] ? sent : cancelled
    expect(await events.get('CE-1')).toEqual(winner)
    expect((await outbox.due(noon, 10)).map(({ key }) => key)).toEqual([won[0] ? 'sent' : 'cancelled'])
    expect(await events.advance(next(draft, 'notified'), 1, [])).toBe(false)
    expect(await events.advance(next(event('CE-9'), 'notified'), 1, [])).toBe(false)
  })

  test('a version that does not count up is a mistake of the caller', async () => {
    const { events } = await open()
    await events.insert(event('CE-1'))
    await expect(events.advance(event('CE-1'), 1, [])).rejects.toThrow('must count up')
  })

  test('an advance that cannot be written whole is not written at all', async () => {
    const { events, outbox } = await open()
    const draft = event('CE-1')
    await events.insert(draft)
    const broken = { ...message('x'), topic: null as unknown as string }
    await expect(events.advance(next(draft, 'notified'), 1, [message('a'), broken])).rejects.toThrow()
    expect(await events.get('CE-1')).toEqual(draft)
    expect(await outbox.due(noon, 10)).toEqual([])
  })

  test('an answer given while the event advances is kept', async () => {
    const { events } = await open()
    const sent = event('CE-1', ['draft', 'notified'])
    await events.insert(sent)
    await events.setParticipant('CE-1', 'C1', { acknowledgedAt: at(noon + 1), answer: accept })
    const raised = sent.participants.map(one => ({ ...one, requestedKw: 700 }))
    await events.advance(next(sent, 'active', { participants: raised }), 2, [])
    const stored = await events.get('CE-1')
    expect(stored?.participants).toEqual([
      participant('C1', { requestedKw: 700, acknowledgedAt: at(noon + 1), answer: accept }),
      participant('C2', { requestedKw: 700 })
    ])
  })

  test('participants: a later answer replaces, the first thanks stay, the version does not move', async () => {
    const { events } = await open()
    await events.insert(event('CE-1'))
    await events.setParticipant('CE-1', 'C1', { answer: accept })
    const optOut: Answer = { ...accept, answer: 'opt-out', reason: 'sự cố lò' }
    const changed = await events.setParticipant('CE-1', 'C1', { answer: optOut })
    expect(changed).toMatchObject({ version: 1, participants: [{ answer: optOut }, { answer: null }] })
    const thanks = { by: 'Lan', at: at(noon), note: 'cảm ơn' }
    const byLan = { ...thanks, byId: 'usr-lan' }
    await events.setParticipant('CE-1', 'C1', { thanks: byLan })
    const again = { by: 'Minh', byId: 'usr-minh', at: at(noon + 1), note: '' }
    expect(await events.setParticipant('CE-1', 'C1', { thanks: again })).toMatchObject({
      participants: [{ thanks, answer: optOut }, { thanks: null }]
    })
    expect(await events.setParticipant('CE-1', 'C9', { thanks: byLan })).toBeNull()
    expect(await events.setParticipant('CE-9', 'C1', { thanks: byLan })).toBeNull()
  })

  test('lists are newest first and filtered by state, customer and thanks', async () => {
    const { events } = await open()
    const thanks = { by: 'Lan', at: at(noon), note: '' }
    const later = { start: at(noon + minutes(90)), end: at(noon + minutes(120)) }
    await events.insert(event('CE-2', ['draft', 'notified', 'active'], later))
    await events.insert(event('CE-1', ['draft', 'notified'], { participants: [participant('C3')] }))
    await events.insert(event('CE-0', ['draft'], { participants: [participant('C3', { thanks })] }))
    const ids = async (filter: Parameters<typeof events.list>[0]) =>
      (await events.list(filter)).map(({ id }) => id)
    expect(await ids({})).toEqual(['CE-2', 'CE-1', 'CE-0'])
    expect(await ids({ limit: 2 })).toEqual(['CE-2', 'CE-1'])
    expect(await ids({ states: ['draft', 'active'] })).toEqual(['CE-2', 'CE-0'])
    expect(await ids({ states: [] })).toEqual([])
    expect(await ids({ customerId: 'C3' })).toEqual(['CE-1', 'CE-0'])
    expect(await ids({ customerId: 'C3', unthanked: true })).toEqual(['CE-1'])
  })

  test('a result is replaced until the event is final, and then stays', async () => {
    const { events } = await open()
    const ended = event('CE-1', ['draft', 'notified', 'active', 'ended'])
    await events.insert(ended)
    expect(await events.result('CE-1')).toBeNull()
    await events.saveResult(performance(ended, { C1: 0.5 }))
    const better = performance(ended, { C1: 0.9, C2: null })
    await events.saveResult(better)
    await events.advance(next(ended, 'final'), 4, [])
    expect(await events.saveResult(performance(ended, { C1: 0.1 }))).toEqual(better)
    expect(await events.result('CE-1')).toEqual(better)
    expect([...(await events.results(['CE-1', 'CE-9'])).keys()]).toEqual(['CE-1'])
  })
}

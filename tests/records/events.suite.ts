import { expect, test } from 'vitest'
import type { Answer } from '../../server/contract/events.ts'
import type { Records } from '../../server/records/openRecords.ts'
import { at, event, minutes, next, noon, participant } from './samples.ts'

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

  test('the parts of participants, drill, priority and target come back; the order changes, the answers stay', async () => {
    const { events } = await open()
    const part = {
      ...{ start: at(noon + minutes(30)), end: at(noon + minutes(50)), releaseGroup: 2 },
      furtherMeters: [{ meteringPointId: 'MP-9', meterId: 'M-9' }]
    }
    const drill = { isDrill: true, priority: 9, targetKw: 12.5, releaseStepMinutes: 15 }
    const sent = event('CE-1', ['draft', 'notified'], { ...drill, participants: [participant('C1', part)] })
    await events.insert(sent)
    expect(await events.get('CE-1')).toEqual(sent)
    await events.setParticipant('CE-1', 'C1', { answer: accept })
    const away = { ...part, end: at(noon + minutes(40)), releasedAt: at(noon), supersededBy: 'CE-2' }
    const order = [participant('C3'), participant('C1', { ...away, furtherMeters: [] })]
    await events.advance(next(sent, 'active', { participants: order }), 2, [])
    expect((await events.get('CE-1'))?.participants).toEqual([
      participant('C3'),
      participant('C1', { ...away, furtherMeters: [], answer: accept })
    ])
  })

  test('a command is known again by its key and by who gave it, and is carried out once', async () => {
    const { events, outbox } = await open()
    const draft = event('CE-1')
    const key = { key: 'k-1', sha256: 'abc' }
    await events.insert(draft, key)
    const made = { eventId: 'CE-1', version: 1, state: 'draft', sha256: 'abc' }
    expect(await events.byCommandKey('k-1', 'usr-lan')).toEqual(made)
    expect(await events.byCommandKey('k-1', 'usr-minh')).toBeNull()
    await expect(events.insert(event('CE-2'), key)).rejects.toThrow()
    expect(await events.get('CE-2')).toBeNull()
    const change = {
      version: 2,
      state: 'notified',
      at: at(noon),
      by: 'Lan',
      byId: 'usr-lan',
      note: null
    } as const
    const sent = { ...draft, ...{ version: 2, state: change.state }, history: [...draft.history, change] }
    await expect(events.advance(sent, 1, [message('a')], key)).rejects.toThrow()
    expect(await events.get('CE-1')).toEqual(draft)
    expect(await outbox.due(noon, 10)).toEqual([])
    expect(await events.advance(sent, 1, [], { key: 'k-2', sha256: 'def' })).toBe(true)
    expect(await events.byCommandKey('k-2', 'usr-lan')).toMatchObject({ version: 2, state: 'notified' })
    const byMinh = {
      ...event('CE-3'),
      history: event('CE-3').history.map(one => ({ ...one, byId: 'usr-minh' }))
    }
    await events.insert(byMinh, key)
    expect(await events.byCommandKey('k-1', 'usr-minh')).toMatchObject({ eventId: 'CE-3' })
    const nobodys = { ...event('CE-4'), history: event('CE-4').history.map(one => ({ ...one, byId: null })) }
    await expect(events.insert(nobodys, key)).rejects.toThrow('a command key of nobody')
  })

  test('everything said is kept in its order, the same once', async () => {
    const { events, answers } = await open()
    await events.insert(event('CE-1'))
    const decline: Answer = {
      ...{ answer: 'decline', version: 1, at: at(noon + 2), via: 'http', kw: null },
      ...{ reasonCode: 'production', reason: 'giao hàng' }
    }
    await answers.add('CE-1', 'C2', decline)
    await answers.add('CE-1', 'C1', accept)
    await answers.add('CE-1', 'C1', accept)
    await events.setParticipant('CE-1', 'C1', { answer: decline, said: decline })
    const name = (id: string) => ({ customerId: id, customerName: `Nhà máy ${id}` })
    expect(await answers.ofEvent('CE-1')).toEqual([
      { ...name('C1'), ...accept },
      { ...name('C1'), ...decline },
      { ...name('C2'), ...decline }
    ])
    expect(await answers.ofEvent('CE-9')).toEqual([])
  })

  test('events by their ids, by time, and as one customer has them', async () => {
    const { events } = await open()
    const later = { start: at(noon + minutes(90)), end: at(noon + minutes(120)) }
    await events.insert(event('CE-1'))
    await events.insert(event('CE-3', ['draft', 'notified'], later))
    await events.insert(event('CE-2', ['final'], { participants: [participant('C1'), participant('C9')] }))
    expect(await events.ids()).toEqual(['CE-1', 'CE-2', 'CE-3'])
    expect(await events.ids({ states: ['final', 'notified'] })).toEqual(['CE-2', 'CE-3'])
    expect(await events.ids({ states: [] })).toEqual([])
    expect(await events.ids({ from: noon + 1, to: noon + minutes(91) })).toEqual(['CE-3'])
    expect(await events.ids({ to: noon + minutes(90), customerId: 'C9' })).toEqual(['CE-2'])
    const ofC1 = await events.ofCustomer('C1')
    expect(ofC1.map(({ id }) => id)).toEqual(['CE-3', 'CE-2', 'CE-1'])
    expect(ofC1.flatMap(({ participants }) => participants.map(one => one.customerId))).toEqual([
      ...['C1', 'C1', 'C1']
    ])
  })
}

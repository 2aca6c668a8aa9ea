import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Recognition } from '../../server/recognition/recognition.ts'
import type { Records } from '../../server/records/openRecords.ts'
import { at, event, keepResult, next, noon } from '../records/samples.ts'
import { openRecognition, type RecognitionWorld } from './openRecognition.ts'

let world: RecognitionWorld
let records: Records
let recognition: Recognition
const lan = { by: 'Lan', byId: 'usr-lan' }
const ended = event('CE-1', ['draft', 'notified', 'active', 'ended'])
const whole = { participant: () => true, customer: () => true, node: () => true }
const offer = { customerId: 'C1', kind: 'transformer-test' as const, ...lan }

beforeEach(async () => {
  world = await openRecognition()
  ;({ records, recognition } = world)
  for (const id of ['C1', 'C2']) await records.customers.insert({ id, name: `Thép ${id}` })
  await records.events.insert(ended)
  await keepResult(records, ended, { C1: 0.8, C2: 0.9 })
})
afterEach(() => world.stop())

test('from the final result to the thanks, and the list empties', async () => {
  expect(await recognition.pending()).toEqual({ pending: [] })
  expect(await recognition.thank('CE-1', 'C1', lan, noon)).toEqual({
    ok: false,
    status: 409,
    reason: 'CE-1 is ended: thanks follow when its result is final'
  })
  await records.events.advance(next(ended, 'final'), 4, [])
  expect((await recognition.pending()).pending.map(({ customerId }) => customerId)).toEqual(['C1', 'C2'])

  const thanked = await recognition.thank('CE-1', 'C1', { ...lan, note: 'rất đúng giờ' }, noon)
  const thanks = { by: 'Lan', at: at(noon), note: 'rất đúng giờ' }
  expect(thanked).toMatchObject({
    ok: true,
    value: { version: 5, participants: [{ thanks }, { thanks: null }] }
  })
  expect((await recognition.pending()).pending.map(({ customerId }) => customerId)).toEqual(['C2'])

  const again = await recognition.thank('CE-1', 'C1', { by: 'Minh', byId: 'usr-minh' }, noon + 1)
  expect(again).toMatchObject({ ok: true, value: { participants: [{ thanks }, {}] } })
  expect(await recognition.record('C1', 1234.5)).toMatchObject({
    customer: { id: 'C1', name: 'Thép C1' },
    presentKw: 1234.5,
    entries: [{ eventId: 'CE-1', ratio: 0.8, thanks }],
    totals: { events: 1, deliveredKwh: 400, ratio: 0.8, thanks: 1 }
  })
})

test.each([
  ['CE-9', 'C1', 'there is no curtailment event CE-9'],
  ['CE-1', 'C9', 'customer C9 does not take part in CE-1']
])('thanks to nobody: %s %s', async (eventId, customerId, reason) => {
  await records.events.advance(next(ended, 'final'), 4, [])
  expect(await recognition.thank(eventId, customerId, lan, noon)).toEqual({
    ok: false,
    status: 404,
    reason
  })
})

test('an unknown customer has no record', async () => {
  expect(await recognition.record('C9', null)).toBeNull()
})

test('who does not see with what a customer takes part reads of it neither in the record nor in the thanks', async () => {
  await records.events.advance(next(ended, 'final'), 4, [])
  const isSeen = ({ customerId }: { customerId: string }) => customerId !== 'C1'
  expect((await recognition.pending(isSeen)).pending.map(({ customerId }) => customerId)).toEqual(['C2'])
  expect(await recognition.record('C1', null, isSeen)).toMatchObject({ entries: [], totals: { events: 0 } })
})

test('many at once: those that can be are thanked and offered a service, the others are named; again it changes nothing', async () => {
  await records.events.advance(next(ended, 'final'), 4, [])
  await records.events.insert(event('CE-2', ['draft', 'notified']))
  const items = [
    { eventId: 'CE-1', customerId: 'C1' },
    { eventId: 'CE-1', customerId: 'C2' },
    { eventId: 'CE-1', customerId: 'C1' },
    { eventId: 'CE-2', customerId: 'C1' },
    { eventId: 'CE-1', customerId: 'C9' },
    { eventId: 'CE-9', customerId: 'C1' }
  ]
  await recognition.thank('CE-1', 'C2', lan, noon)
  const command = { items, note: 'cảm ơn', reward: { kind: 'transformer-test' as const }, ...lan }
  const refused = [
    { eventId: 'CE-2', customerId: 'C1', reason: 'CE-2 is notified: thanks follow when its result is final' },
    { eventId: 'CE-1', customerId: 'C9', reason: 'customer C9 does not take part in CE-1' },
    { eventId: 'CE-9', customerId: 'C1', reason: 'customer C1 does not take part in CE-9' }
  ]
  const first = await recognition.thankMany(command, () => true, noon)
  expect(first).toMatchObject({ thanked: 1, before: 1, rewards: 2 })
  expect(first.refused).toHaveLength(3)
  expect(first.refused).toEqual(expect.arrayContaining(refused))
  expect(await recognition.thankMany(command, () => true, noon)).toMatchObject({
    ...{ thanked: 0, before: 2, rewards: 0 }
  })
  expect(await recognition.rewards.list({}, whole)).toMatchObject([
    { customerId: 'C1', eventId: 'CE-1', season: 2026, state: 'offered', history: [{ by: 'Lan' }] },
    { customerId: 'C2' }
  ])
})

test('a foreign participant is refused in the words for a missing one', async () => {
  await records.events.advance(next(ended, 'final'), 4, [])
  const items = [{ eventId: 'CE-1', customerId: 'C1' }]
  const isSeen = ({ customerId }: { customerId: string }) => customerId !== 'C1'
  expect(await recognition.thankMany({ items, ...lan }, isSeen, noon)).toMatchObject({
    thanked: 0,
    refused: [{ reason: 'customer C1 does not take part in CE-1' }]
  })
})

test('a service from the offer over the day to done, each step with its name; and who is behind', async () => {
  const offered = await recognition.rewards.offer({ ...offer, eventId: 'CE-1' }, whole, noon)
  expect(offered).toMatchObject({ ok: true, value: { state: 'offered', season: 2026 } })
  const id = offered.ok ? offered.value.id : ''
  expect(await recognition.rewards.offer({ ...offer, eventId: 'CE-1' }, whole, noon)).toEqual(offered)
  const days = (count: number) => noon + count * 86_400_000
  const why = async (now: number) => (await recognition.forgotten(whole, now)).forgotten.map(row => row.why)
  expect(await why(days(29))).toEqual([])
  expect(await why(days(31))).toEqual(['reward-not-booked'])
  const minh = { by: 'Minh', byId: 'usr-minh' }
  const booked = { state: 'booked' as const, plannedFor: '2026-07-01', ...minh }
  expect(await recognition.rewards.change(id, booked, days(32))).toMatchObject({ ok: true })
  expect(await why(days(33))).toEqual([])
  expect(await why(days(60))).toEqual(['reward-overdue'])
  await recognition.rewards.change(id, { state: 'done', note: 'dầu tốt', ...minh }, days(61))
  expect(await why(days(90))).toEqual([])
  expect(await recognition.record('C1', null)).toMatchObject({
    rewards: [
      {
        state: 'done',
        plannedFor: '2026-07-01',
        history: [
          { state: 'offered', by: 'Lan' },
          { state: 'booked', by: 'Minh', plannedFor: '2026-07-01' },
          { state: 'done', by: 'Minh', note: 'dầu tốt' }
        ]
      }
    ]
  })
  expect(await recognition.rewards.change(id, { state: 'declined', ...minh }, days(62))).toMatchObject({
    status: 409
  })
})

test.each([
  ['C9', 'CE-1', 'customer C9 is unknown'],
  ['C1', 'CE-9', 'customer C1 does not take part in CE-9']
])('no service for nobody: %s %s', async (customerId, eventId, reason) => {
  expect(await recognition.rewards.offer({ ...offer, customerId, eventId }, whole, noon)).toEqual({
    ...{ ok: false, status: 422, reason }
  })
})

test('a service for a call with another company’s metering point is not seen', async () => {
  await recognition.rewards.offer({ ...offer, eventId: 'CE-1' }, whole, noon)
  await recognition.rewards.offer(offer, whole, noon)
  const south = { ...whole, participant: () => false }
  expect(await recognition.rewards.list({}, south)).toMatchObject([{ eventId: null }])
})

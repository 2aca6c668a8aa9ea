import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createRecognition, type Recognition } from '../../server/recognition/recognition.ts'
import { openRecords, type Records } from '../../server/records/openRecords.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { at, event, next, noon, performance } from '../records/samples.ts'

let folder: Awaited<ReturnType<typeof tempDir>>
let records: Records
let recognition: Recognition
const lan = { by: 'Lan', byId: 'usr-lan' }
const ended = event('CE-1', ['draft', 'notified', 'active', 'ended'])

beforeEach(async () => {
  folder = await tempDir()
  records = await openRecords({ file: join(folder.path, 'records.sqlite') })
  recognition = createRecognition(records)
  await records.customers.insert({ id: 'C1', name: 'Thép' })
  await records.events.insert(ended)
  await records.events.saveResult(performance(ended, { C1: 0.8, C2: 0.9 }))
})
afterEach(async () => {
  await records.stop()
  await folder.remove()
})

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
    customer: { id: 'C1', name: 'Thép' },
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

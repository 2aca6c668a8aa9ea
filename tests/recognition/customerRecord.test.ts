import { Compile } from 'typebox/compile'
import { expect, test } from 'vitest'
import type { CurtailmentEvent, EventState } from '../../server/contract/events.ts'
import type { Performance } from '../../server/contract/performance.ts'
import { CustomerRecord } from '../../server/contract/record.ts'
import { customerRecord } from '../../server/recognition/customerRecord.ts'
import { at, deliveries, event, noon, participant, performance } from '../records/samples.ts'

const customer = { id: 'C1', name: 'Thép' }
const final: EventState[] = ['draft', 'notified', 'active', 'ended', 'final']

function recordOf(events: CurtailmentEvent[], results: Performance[] = []) {
  return customerRecord({
    customer,
    enrolments: [],
    presentKw: null,
    events,
    deliveries: events.flatMap(one => {
      const result = results.find(({ eventId }) => eventId === one.id)
      return result === undefined
        ? []
        : deliveries(one, result).filter(({ customerId }) => customerId === 'C1')
    }),
    rewards: []
  })
}

test('without events there is nothing, and no share', () => {
  expect(recordOf([])).toMatchObject({
    openNotices: [],
    entries: [],
    totals: { events: 0, deliveredKwh: 0, ratio: null, thanks: 0, drills: 0, creditVnd: null }
  })
})

test('asked, delivered and thanks of each event; totals over those it took part in', () => {
  const thanks = { by: 'Lan', at: at(noon), note: 'cảm ơn' }
  const thanked = event('CE-2', final, { participants: [participant('C1', { thanks, requestedKw: 400 })] })
  const plain = event('CE-1', final)
  const record = recordOf(
    [thanked, plain],
    [performance(thanked, { C1: 0.75 }), performance(plain, { C1: 1.25 })]
  )
  expect(record.entries).toMatchObject([
    { eventId: 'CE-2', requestedKw: 400, averageKw: 300, deliveredKwh: 300, ratio: 0.75, thanks },
    { eventId: 'CE-1', requestedKw: 500, averageKw: 625, deliveredKwh: 625, ratio: 1.25, thanks: null }
  ])
  expect(record.totals).toEqual({
    events: 2,
    deliveredKwh: 925,
    ratio: 1,
    thanks: 1,
    drills: 0,
    creditVnd: null
  })
  expect(Compile(CustomerRecord).Check({ ...record, enrolments: [] })).toBe(true)
})

test('what could not be measured is unknown and is no part of the mean', () => {
  const unknown = event('CE-2', final)
  const known = event('CE-1', final)
  const record = recordOf([unknown, known], [performance(unknown), performance(known, { C1: 0.5 })])
  expect(record.entries[0]).toMatchObject({ averageKw: null, deliveredKwh: null, ratio: null })
  expect(record.totals).toEqual({
    events: 2,
    deliveredKwh: 250,
    ratio: 0.5,
    thanks: 0,
    drills: 0,
    creditVnd: null
  })
})

test('a declined event stands in the record, but its load is nobody’s delivery', () => {
  const answer = {
    answer: 'decline',
    version: 2,
    at: at(noon),
    via: 'http',
    kw: null,
    reasonCode: 'order-deadline',
    reason: 'giao hàng'
  } as const
  const declined = event('CE-1', final, { participants: [participant('C1', { answer })] })
  const record = recordOf([declined], [performance(declined, { C1: -0.3 })])
  expect(record.entries).toMatchObject([{ answer, ratio: -0.3 }])
  expect(record.totals).toEqual({
    events: 0,
    deliveredKwh: 0,
    ratio: null,
    thanks: 0,
    drills: 0,
    creditVnd: null
  })
})

test.each<[EventState[], number, number]>([
  [['draft'], 0, 0],
  [['draft', 'cancelled'], 0, 0],
  [['draft', 'notified'], 1, 1],
  [['draft', 'notified', 'active'], 1, 1],
  [['draft', 'notified', 'active', 'ended'], 1, 0],
  [['draft', 'notified', 'cancelled'], 1, 0]
])('%j: %i entries, %i of them open; a running result is not shown', (states, entries, open) => {
  const one = event('CE-1', states)
  const record = recordOf([one], [{ ...performance(one, { C1: 0.5 }), isFinal: false }])
  expect(record.entries).toHaveLength(entries)
  expect(record.openNotices).toHaveLength(open)
  expect(record.entries.every(entry => entry.ratio === null)).toBe(true)
  expect(record.totals.events).toBe(0)
})

test('an event of others is not in it', () => {
  expect(recordOf([event('CE-1', final, { participants: [participant('C2')] })]).entries).toEqual([])
})

test('a drill stands in the record and in no total', () => {
  const drill = event('CE-2', final, { isDrill: true })
  const real = event('CE-1', final)
  const record = recordOf([drill, real], [performance(drill, { C1: 1 }), performance(real, { C1: 0.5 })])
  expect(record.entries.map(({ isDrill, ratio }) => [isDrill, ratio])).toEqual([
    [true, 1],
    [false, 0.5]
  ])
  expect(record.totals).toMatchObject({ events: 1, deliveredKwh: 250, ratio: 0.5, drills: 1 })
})

test('each entry names its result, its metering point and meter, and its own part of the event', () => {
  const own = { start: at(noon + 900_000), end: at(noon + 1_800_000) }
  const one = event('CE-1', final, { participants: [participant('C1', own)] })
  expect(recordOf([one], [performance(one, { C1: 0.5 })]).entries).toMatchObject([
    { ...own, meteringPointId: 'MP-C1', meterId: 'M-C1', resultVersion: 1, sustainedKw: 250 }
  ])
})

test('an event that was cancelled while it ran counts by what was measured until then', () => {
  const cut = event('CE-1', ['draft', 'notified', 'active', 'cancelled'])
  expect(recordOf([cut], [performance(cut, { C1: 0.5 })]).totals).toMatchObject({ events: 1, ratio: 0.5 })
})

test('a provisional result is not shown', () => {
  const one = event('CE-1', ['draft', 'notified', 'active', 'ended', 'provisional'])
  const provisional = { ...performance(one, { C1: 0.5 }), isFinal: false }
  expect(recordOf([one], [provisional]).entries).toMatchObject([{ ratio: null, resultVersion: null }])
})

test('whom another event called away, or who may come back, has no open notice any more', () => {
  const away = event('CE-2', ['draft', 'notified'], {
    participants: [participant('C1', { supersededBy: 'CE-9' })]
  })
  const back = event('CE-1', ['draft', 'notified', 'active'], {
    participants: [participant('C1', { releasedAt: at(noon) })]
  })
  expect(recordOf([away, back])).toMatchObject({ openNotices: [], entries: [{}, {}] })
})

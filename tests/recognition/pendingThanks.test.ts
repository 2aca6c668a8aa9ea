import { expect, test } from 'vitest'
import type { AnswerWord } from '../../server/contract/events.ts'
import { pendingOf } from '../../server/recognition/pendingThanks.ts'
import { at, deliveries, event, noon, participant, performance } from '../records/samples.ts'

const final = ['draft', 'notified', 'active', 'ended', 'final'] as const
const said = (answer: AnswerWord) => ({
  answer: { answer, version: 2, at: at(noon), via: 'mqtt' as const, kw: null, reasonCode: null, reason: null }
})

test('who took part and has not been thanked, with what it delivered', () => {
  const thanks = { by: 'Lan', at: at(noon), note: '' }
  const one = event('CE-1', final, {
    participants: [
      participant('C1'),
      participant('thanked', { thanks }),
      participant('tried', said('accept')),
      participant('declined', said('decline')),
      participant('helped all the same', said('decline')),
      participant('silent')
    ]
  })
  const shares = { C1: 1, thanked: 1, tried: 0, declined: 0, 'helped all the same': 0.6, silent: 0 }
  const pending = pendingOf(one, deliveries(one, performance(one, shares)))
  expect(pending.map(({ customerId }) => customerId)).toEqual(['C1', 'tried', 'helped all the same'])
  expect(pending[0]).toEqual({
    eventId: 'CE-1',
    customerId: 'C1',
    customerName: 'Nhà máy C1',
    start: one.start,
    end: one.end,
    requestedKw: 500,
    averageKw: 500,
    deliveredKwh: 500,
    ratio: 1
  })
})

test('what could not be measured is thanked all the same', () => {
  expect(pendingOf(event('CE-1', final), [])).toMatchObject([{ ratio: null }, { ratio: null }])
})

test('whom another event called away before it began is owed nothing', () => {
  const one = event('CE-1', final, { participants: [participant('C1', { supersededBy: 'CE-9' })] })
  expect(pendingOf(one, [])).toEqual([])
})

test('a drill owes no thanks', () => {
  expect(pendingOf(event('CE-1', final, { isDrill: true }), [])).toEqual([])
})

test.each(['draft', 'notified', 'standby', 'active', 'ended', 'provisional', 'cancelled'] as const)(
  'nobody waits while it is %s without a final result',
  state => {
    expect(pendingOf(event('CE-1', ['draft', 'notified', state]), [])).toEqual([])
  }
)

test('cancelled while it ran, with a final result: thanks are due', () => {
  const one = event('CE-1', ['draft', 'notified', 'active', 'cancelled'])
  expect(pendingOf(one, deliveries(one, performance(one, { C1: 0.8 })))).toMatchObject([
    { customerId: 'C1', ratio: 0.8 },
    { customerId: 'C2', ratio: null }
  ])
})

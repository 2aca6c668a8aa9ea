import { expect, test } from 'vitest'
import type { AnswerWord } from '../../server/contract/events.ts'
import { pendingThanks } from '../../server/recognition/pendingThanks.ts'
import { at, event, minutes, noon, participant, performance } from '../records/samples.ts'

const said = (answer: AnswerWord) => ({
  answer: { answer, version: 2, at: at(noon), via: 'mqtt' as const, kw: null, reason: null }
})

test('who took part and has not been thanked; who has waited longest first', () => {
  const final = ['draft', 'notified', 'active', 'ended', 'final'] as const
  const thanks = { by: 'Lan', at: at(noon), note: '' }
  const newer = event('CE-2', final, {
    start: at(noon + minutes(60)),
    end: at(noon + minutes(120)),
    participants: [participant('C1'), participant('thanked', { thanks })]
  })
  const older = event('CE-1', final, {
    participants: [
      participant('C1'),
      participant('tried', said('accept')),
      participant('declined', said('decline')),
      participant('helped all the same', said('decline')),
      participant('silent')
    ]
  })
  const results = new Map([
    ['CE-1', performance(older, { C1: 1, tried: 0, declined: 0, 'helped all the same': 0.6, silent: 0 })]
  ])
  const { pending } = pendingThanks([newer, older], results)
  expect(pending.map(({ eventId, customerId }) => `${eventId} ${customerId}`)).toEqual([
    'CE-1 C1',
    'CE-1 tried',
    'CE-1 helped all the same',
    'CE-2 C1'
  ])
  expect(pending[0]).toEqual({
    eventId: 'CE-1',
    customerId: 'C1',
    customerName: 'Nhà máy C1',
    start: older.start,
    end: older.end,
    requestedKw: 500,
    averageKw: 500,
    deliveredKwh: 500,
    ratio: 1
  })
  expect(pending[3]).toMatchObject({ averageKw: null, deliveredKwh: null, ratio: null })
})

test.each(['draft', 'notified', 'active', 'ended', 'cancelled'] as const)(
  'nobody waits while it is %s',
  state => {
    expect(pendingThanks([event('CE-1', ['draft', 'notified', state])], new Map()).pending).toEqual([])
  }
)

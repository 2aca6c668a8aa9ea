import { describe, expect, test } from 'vitest'
import type { CurtailmentEvent, Participant } from '../../server/contract/events.ts'
import {
  answerCounts,
  approvalOf,
  askedKw,
  everydaySlotMinutes,
  hasRefused,
  nextSlotStart,
  promisedKw,
  promisedOf,
  usualMinutes,
  wasSent
} from '../../web/src/participation.ts'

const participant = (word: 'accept' | 'decline' | 'opt-out' | null, kw: number | null = null) =>
  ({
    requestedKw: 100,
    answer: word && { answer: word, version: 2, at: '', via: 'mqtt', kw, reason: null }
  }) as Participant
const event = (...participants: Participant[]) => ({ participants }) as CurtailmentEvent

describe('what is promised', () => {
  test('an acceptance promises what it names, else what was asked; nothing else promises', () => {
    expect(promisedOf(participant('accept'))).toBe(100)
    expect(promisedOf(participant('accept', 40))).toBe(40)
    expect(promisedOf(participant('accept', 0))).toBe(0)
    expect(promisedOf(participant('decline', 40))).toBeNull()
    expect(promisedOf(participant('opt-out'))).toBeNull()
    expect(promisedOf(participant(null))).toBeNull()
  })
  test('who declined or opted out took no part; who has not answered may have', () => {
    expect(hasRefused(participant('decline'))).toBe(true)
    expect(hasRefused(participant('opt-out'))).toBe(true)
    expect(hasRefused(participant('accept', 0))).toBe(false)
    expect(hasRefused(participant(null))).toBe(false)
  })
  test('sums and counts', () => {
    const called = event(
      participant('accept', 40),
      participant('accept'),
      participant('decline'),
      participant(null)
    )
    expect(askedKw(called)).toBe(400)
    expect(promisedKw(called)).toBe(140)
    expect(answerCounts(called)).toEqual({ accepted: 2, refused: 1, silent: 1 })
  })
})

describe('two persons behind a large event', () => {
  const draft = (state: string, byId: string | null) =>
    ({
      ...event(participant(null), participant(null)),
      state,
      history: [{ version: 1, state: 'draft', at: '', by: 'Lan', byId, note: null }]
    }) as CurtailmentEvent
  test.each([
    ['up to the limit nobody else is asked', 'draft', 'usr-1', 200, 'usr-1', 'unneeded'],
    ['above it a second person approves', 'draft', 'usr-1', 199, 'usr-2', 'needed'],
    ['who is not who made it', 'draft', 'usr-1', 199, 'usr-1', 'own'],
    ['an event of before there were logins was made by nobody known', 'draft', null, 199, 'usr-1', 'needed'],
    ['approved, it can be sent', 'approved', 'usr-1', 199, 'usr-1', 'given'],
    ['sent, the question is over', 'notified', 'usr-1', 199, 'usr-1', 'unneeded']
  ])('%s', (_, state, byId, aboveKw, viewer, expected) => {
    expect(approvalOf(draft(state, byId), aboveKw, viewer)).toBe(expected)
  })
})

test('only what was once notified was sent', () => {
  const history = (...states: string[]) => states.map(state => ({ state }))
  const with_ = (state: string, ...states: string[]) =>
    ({ state, history: history(...states) }) as unknown as CurtailmentEvent
  expect(wasSent(with_('draft', 'draft'))).toBe(false)
  expect(wasSent(with_('cancelled', 'draft', 'cancelled'))).toBe(false)
  expect(wasSent(with_('active', 'draft', 'notified', 'active'))).toBe(true)
})

test.each([
  ['13:00:00', 30, '13:30:00'],
  ['13:29:00', 30, '13:30:00'],
  ['13:29:01', 30, '14:00:00'],
  ['13:00:10', 1, '13:02:00'],
  ['13:00:00', 1, '13:01:00']
])('at %s with slots of %d min the next start is %s', (now, minutes, start) => {
  const at = (time: string) => Date.parse(`2026-06-12T${time}Z`)
  expect(nextSlotStart(at(now), minutes)).toBe(at(start))
})

test.each([
  [30, 60],
  [15, 60],
  [5, 25],
  [1, 5]
])('with slots of %d min an event is usually %d min long', (slot, minutes) => {
  expect(usualMinutes(slot)).toBe(minutes)
})

test('a draft begins on the slots of the everyday programme, whatever stands first in the list', () => {
  const programme = (priority: number, settlementIntervalMinutes: number) => ({
    priority,
    settlementIntervalMinutes
  })
  expect(everydaySlotMinutes([programme(9, 5), programme(1, 15)])).toBe(15)
  expect(everydaySlotMinutes([])).toBe(30)
})

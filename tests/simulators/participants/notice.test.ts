import { describe, expect, test } from 'vitest'
import { answerReasons } from '../../../server/contract/answerWords.ts'
import type { Notice } from '../../../server/contract/notice.ts'
import {
  isAnswerable,
  isSameOrder,
  noticePlace,
  orderAfter,
  readNotice
} from '../../../simulators/participants/notice.ts'
import { createProfiles } from '../../../simulators/participants/profile.ts'
import { respond } from '../../../simulators/participants/response.ts'
import { createRegion } from '../../../simulators/region.ts'

const start = Date.parse('2026-06-10T06:00:00Z')
const end = start + 600_000
const notice: Notice = {
  event: 'CE-20260610-001',
  version: 1,
  state: 'notified',
  start: new Date(start).toISOString(),
  end: new Date(end).toISOString(),
  requestedKw: 200,
  reason: 'Nắng nóng',
  voluntary: true
}
const profiles = createProfiles(1, createRegion(1).sites.consumers)
const willing = profiles.find(
  profile => profile.character === 'reliable' && respond(profile, notice).answer === 'accept'
)
if (willing === undefined) throw new Error('nobody is willing')

test.each([
  ['not JSON', '{'],
  ['no version', JSON.stringify({ ...notice, version: undefined })],
  ['not voluntary', JSON.stringify({ ...notice, voluntary: false })],
  ['a time that is none', JSON.stringify({ ...notice, start: 'soon' })],
  ['an end before its start', JSON.stringify({ ...notice, start: notice.end, end: notice.start })]
])('%s is not a notice', (_, payload) => {
  expect(readNotice(Buffer.from(payload))).toBeNull()
})

test('a notice of the contract is read, also with members it does not know', () => {
  expect(readNotice(Buffer.from(JSON.stringify({ ...notice, later: 1 })))).toMatchObject(notice)
})

test.each([
  ['gridload/v1/notice/KH-1/CE-1', { customerId: 'KH-1', event: 'CE-1' }],
  ['gridload/v1/notice/KH-1', null],
  ['gridload/v2/notice/KH-1/CE-1', null],
  ['notice', null]
])('%s', (topic, place) => {
  expect(noticePlace(topic)).toEqual(place)
})

test.each([
  ['notified', start - 1, true],
  ['active', start + 1, true],
  ['active', end, false],
  ['ended', start + 1, false],
  ['cancelled', start - 1, false],
  ['draft', start - 1, false]
] as const)('a %s notice at %d: to be answered %s', (state, now, expected) => {
  expect(isAnswerable({ ...notice, state }, now)).toBe(expected)
})

describe('orderAfter', () => {
  const { deliveredKw } = respond(willing, notice)

  test('a notice and its later states leave the same order', () => {
    for (const state of ['notified', 'active', 'ended', 'final'] as const) {
      expect(orderAfter(willing, { ...notice, state }, null, start)).toEqual({ start, end, deliveredKw })
    }
  })

  test('cancelled before its start, or never heard of: nothing', () => {
    const cancelled = { ...notice, version: 2, state: 'cancelled' } as const
    expect(orderAfter(willing, cancelled, { start, end, deliveredKw }, start - 1)).toBeNull()
    expect(orderAfter(willing, cancelled, null, start + 60_000)).toBeNull()
  })

  test('cancelled while it runs: it ends now', () => {
    const cancelled = { ...notice, version: 3, state: 'cancelled' } as const
    expect(orderAfter(willing, cancelled, { start, end, deliveredKw }, start + 60_000)).toEqual({
      start,
      end: start + 60_000,
      deliveredKw
    })
  })
})

test('answers are the same every time, come within seconds, and promise what the character allows', () => {
  const events = Array.from({ length: 40 }, (_, index) => ({ ...notice, event: `CE-${index}` }))
  for (const profile of profiles) {
    for (const event of events) {
      const response = respond(profile, event)
      expect(respond(profile, event)).toEqual(response)
      expect(response.acknowledgeAfterMs).toBeLessThan(6_000)
      expect(response.answerAfterMs).toBeGreaterThan(response.acknowledgeAfterMs)
      expect(response.answerAfterMs).toBeLessThan(20_000)
      if (response.answer === 'decline') {
        expect(response.reason).not.toBeNull()
        expect(response.deliveredKw).toBe(0)
        continue
      }
      const share = response.deliveredKw / event.requestedKw
      const [low, high] = {
        reliable: [0.92, 1.09],
        weak: [0.6, 0.8],
        partial: [0.45, 0.82],
        reluctant: [0.92, 1.09]
      }[profile.character] as [number, number]
      expect(share).toBeGreaterThanOrEqual(low)
      expect(share).toBeLessThanOrEqual(high)
      expect(response.acceptedKw === null).toBe(profile.character !== 'partial')
    }
  }
})

describe('a later version', () => {
  const iso = (t: number) => new Date(t).toISOString()
  test.each([
    ['a mere state', { state: 'active' }, true],
    ['an earlier end', { end: iso(end - 60_000) }, true],
    ['a later end', { end: iso(end + 60_000) }, false],
    ['another start', { start: iso(start + 60_000) }, false],
    ['another kW', { requestedKw: 100 }, false]
  ] as const)('with %s is the same order: %s', (_what, change, same) => {
    expect(isSameOrder(notice, { ...notice, version: 2, ...change })).toBe(same)
  })

  test('its own end rules, and what runs keeps its level', () => {
    const running = { start, end, deliveredKw: 50 }
    const changed: Notice = { ...notice, state: 'ended', end: iso(end - 120_000), requestedKw: 500 }
    expect(orderAfter(willing, changed, running, start + 60_000)).toEqual({
      start,
      end: end - 120_000,
      deliveredKw: 50
    })
    const before = orderAfter(willing, { ...notice, requestedKw: 500 }, running, start - 60_000)
    expect(before?.deliveredKw).toBeGreaterThan(400)
  })

  test('a no gives a word of the list, or other words', () => {
    const said = profiles
      .flatMap(profile =>
        Array.from({ length: 20 }, (_, i) => respond(profile, { ...notice, event: `CE-${i}` }))
      )
      .filter(({ answer }) => answer === 'decline')
      .map(({ reason }) => reason ?? '')
    const words: ReadonlySet<string> = new Set(answerReasons)
    expect(said.filter(reason => words.has(reason)).length).toBeGreaterThan(0)
    expect(said.every(reason => reason.length > 0)).toBe(true)
  })
})

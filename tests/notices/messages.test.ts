import { Compile } from 'typebox/compile'
import { describe, expect, test } from 'vitest'
import type { CurtailmentEvent } from '../../server/contract/events.ts'
import { Notice } from '../../server/contract/notice.ts'
import { CLEAR_AFTER_MS, clearMessages, noticesFor } from '../../server/notices/messages.ts'
import { at, event, minutes, next, noon, participant } from '../records/samples.ts'

const sent = event('CE-1', ['draft', 'notified'])
const end = noon + minutes(60)
const payloads = (one: CurtailmentEvent) => noticesFor(one, noon).map(({ payload }) => JSON.parse(payload))
const states = (one: CurtailmentEvent) =>
  noticesFor(one, noon).map(({ topic, payload }) => `${topic.split('/').at(-2)} ${JSON.parse(payload).state}`)

test('one notice a participant, retained, with what is asked of it, and voluntary', () => {
  const participants = [participant('C1', { requestedKw: 500.5 }), participant('C2')]
  const [first, second] = noticesFor({ ...sent, participants }, noon)
  expect(first).toMatchObject({
    key: 'notice/C1/CE-1/v2',
    topic: 'gridload/v1/notice/C1/CE-1',
    retain: true,
    dueAt: noon
  })
  expect(JSON.parse(first?.payload ?? '')).toEqual({
    event: 'CE-1',
    version: 2,
    state: 'notified',
    start: at(noon),
    end: at(end),
    requestedKw: 500.5,
    reason: 'Nắng nóng',
    voluntary: true
  })
  expect(second?.topic).toBe('gridload/v1/notice/C2/CE-1')
  expect(Compile(Notice).Check(JSON.parse(second?.payload ?? ''))).toBe(true)
})

test('each reads its own part of the event', () => {
  const part = { start: at(noon + minutes(15)), end: at(noon + minutes(45)) }
  const [notice] = payloads({ ...sent, participants: [participant('C1', part)] })
  expect(notice).toMatchObject(part)
})

test('a drill is marked in the words and in a member of its own', () => {
  const [notice] = payloads({ ...sent, isDrill: true })
  expect(notice).toMatchObject({ drill: true, reason: '[DIỄN TẬP / DRILL] Nắng nóng' })
  expect(Compile(Notice).Check(notice)).toBe(true)
  expect(payloads(sent)[0]).not.toHaveProperty('drill')
})

describe('who comes back before the others', () => {
  const released = next(event('CE-1', ['draft', 'notified', 'active']), 'active')
  const now = released.history.at(-1)?.at ?? ''
  const others = participant('C2')
  const participants = [participant('C1', { releasedAt: now }), others]

  test('hears the all-clear, the others that it goes on', () => {
    expect(states({ ...released, participants })).toEqual(['C1 ended', 'C2 active'])
  })

  test('hears no more of it, but for its result', () => {
    const over = {
      participants: [participants[0] ?? others, { ...others, releasedAt: at(noon + minutes(6)) }]
    }
    const later = next({ ...released, participants }, 'active')
    expect(states(later)).toEqual(['C2 active'])
    const ended = next(later, 'ended', over)
    expect(
      states({ ...ended, history: ended.history.map(one => ({ ...one, at: at(noon + minutes(6)) })) })
    ).toEqual(['C2 ended'])
    expect(states(next(ended, 'final'))).toEqual(['C1 final', 'C2 final'])
  })

  test('called away by a higher event it is cancelled, and hears nothing after that', () => {
    const away = {
      ...released,
      participants: [participant('C1', { releasedAt: now, supersededBy: 'CE-9' }), others]
    }
    expect(states(away)).toEqual(['C1 cancelled', 'C2 active'])
    expect(states(next(away, 'final'))).toEqual(['C2 final'])
  })
})

test('a result that comes after the notices were cleared away is told to nobody', () => {
  const final = next(next(sent, 'ended'), 'final')
  expect(noticesFor(final, end + CLEAR_AFTER_MS - 1)).toHaveLength(2)
  expect(noticesFor(final, end + CLEAR_AFTER_MS)).toEqual([])
})

test('cancelling is a new version at the same topic', () => {
  const [before] = noticesFor(sent, noon)
  const [after] = noticesFor(next(sent, 'cancelled'), noon)
  expect(after?.topic).toBe(before?.topic)
  expect(after?.key).not.toBe(before?.key)
  expect(JSON.parse(after?.payload ?? '')).toMatchObject({ version: 3, state: 'cancelled' })
})

test('a cancellation says why, where that was said', () => {
  const cancelled = next(sent, 'cancelled')
  const history = cancelled.history.map((change, i, all) =>
    i === all.length - 1 ? { ...change, note: 'rain came' } : change
  )
  const reasonIn = (event: typeof cancelled) => JSON.parse(noticesFor(event, noon)[0]?.payload ?? '').reason
  expect(reasonIn({ ...cancelled, history })).toBe('rain came')
  expect(reasonIn(cancelled)).toBe(sent.reason)
})

test.each([
  ['a draft', event('CE-1', ['draft'])],
  ['an approved draft', event('CE-1', ['draft', 'approved'])],
  ['a draft that was cancelled', event('CE-1', ['draft', 'cancelled'])]
])('nobody hears of %s', (_what, unsent) => {
  expect(noticesFor(unsent, noon)).toEqual([])
  expect(clearMessages(unsent, noon)).toEqual([])
})

describe('clearing', () => {
  test('empty and retained, 24 h after the end in force', () => {
    expect(clearMessages(sent, noon)[0]).toEqual({
      key: 'clear/C1/CE-1/v2',
      topic: 'gridload/v1/notice/C1/CE-1',
      payload: '',
      retain: true,
      dueAt: end + CLEAR_AFTER_MS
    })
    const earlier = next(sent, 'ended', { end: at(end - minutes(30)) })
    expect(clearMessages(earlier, noon)[0]?.dueAt).toBe(end - minutes(30) + CLEAR_AFTER_MS)
  })

  test('never before the version itself, when that comes later than 24 h after the end', () => {
    const late = end + 2 * CLEAR_AFTER_MS
    expect(clearMessages(next(sent, 'ended'), late)[0]?.dueAt).toBe(late)
  })
})

import { Compile } from 'typebox/compile'
import { describe, expect, test } from 'vitest'
import { Notice } from '../../server/contract/notice.ts'
import { CLEAR_AFTER_MS, clearMessages, noticesFor } from '../../server/notices/messages.ts'
import { at, event, minutes, next, noon, participant } from '../records/samples.ts'

const sent = event('CE-1', ['draft', 'notified'])
const end = noon + minutes(60)

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

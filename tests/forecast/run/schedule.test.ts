import { expect, it } from 'vitest'
import { dueRun, retryAfterMs, type ScheduleState } from '../../../server/forecast/run/schedule.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const midnight = Date.parse('2026-06-20T00:00:00+07:00')
const yesterday = midnight - 24 * HOUR
const at = (hours: number, minutes = 0): number => midnight + hours * HOUR + minutes * MINUTE
const state = (more: Partial<ScheduleState>): ScheduleState => ({
  ...{ midnight, fittedFor: yesterday, issuedFor: null, isUpToDate: true, waitingSince: null, notBefore: 0 },
  ...more
})
const fitted = { fittedFor: midnight }
const behind = { isUpToDate: false }

it.each<[string, Partial<ScheduleState>, number, ReturnType<typeof dueRun>]>([
  ['what ended at midnight may still come', {}, at(0, 4), null],
  ['refit and day-ahead', {}, at(0, 5), { isRefit: true, kind: 'day-ahead', origin: midnight }],
  ['never fitted', { fittedFor: null }, at(0, 5), { isRefit: true, kind: 'day-ahead', origin: midnight }],
  ['roll-ups are awaited', behind, at(0, 5), 'waits'],
  ['and awaited', { ...behind, waitingSince: at(0, 5) }, at(0, 34), 'waits'],
  [
    'but not for ever',
    { ...behind, waitingSince: at(0, 5) },
    at(0, 35),
    { isRefit: true, kind: 'day-ahead', origin: midnight }
  ],
  ['a late start is still day-ahead', {}, at(2), { isRefit: true, kind: 'day-ahead', origin: midnight }],
  ['a missed refit later in the day', {}, at(10, 17), { isRefit: true, kind: 'intraday', origin: at(10) }],
  [
    'two days down',
    { fittedFor: yesterday - 24 * HOUR },
    at(3, 1),
    { isRefit: true, kind: 'intraday', origin: at(3) }
  ],
  ['a failed run rests', { notBefore: at(10, 18) }, at(10, 17), null],
  ['the half-hour has just ended', { ...fitted, issuedFor: at(9, 30) }, at(10, 1), null],
  [
    'intraday',
    { ...fitted, issuedFor: at(9, 30) },
    at(10, 2),
    { isRefit: false, kind: 'intraday', origin: at(10) }
  ],
  ['once a half-hour', { ...fitted, issuedFor: at(10) }, at(10, 20), null],
  ['after a start', fitted, at(10, 20), { isRefit: false, kind: 'intraday', origin: at(10) }],
  ['intraday waits shortly', { ...fitted, ...behind, waitingSince: at(10, 2) }, at(10, 11), 'waits'],
  [
    'and then goes on',
    { ...fitted, ...behind, waitingSince: at(10, 2) },
    at(10, 12),
    { isRefit: false, kind: 'intraday', origin: at(10) }
  ],
  [
    'a clock that was set back',
    { ...fitted, issuedFor: at(12) },
    at(10, 2),
    { isRefit: false, kind: 'intraday', origin: at(10) }
  ],
  [
    'a clock set back over midnight',
    { fittedFor: midnight + 24 * HOUR },
    at(23),
    { isRefit: true, kind: 'intraday', origin: at(23) }
  ]
])('%s', (_, more, now, due) => {
  expect(dueRun(state(more), now)).toEqual(due)
})

it('a failure rests a minute, then twice as long, at most half an hour', () => {
  expect([1, 2, 3, 6, 50].map(failures => retryAfterMs(failures) / MINUTE)).toEqual([1, 2, 4, 30, 30])
})

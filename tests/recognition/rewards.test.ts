import { expect, test } from 'vitest'
import type { RewardChange, RewardState } from '../../server/contract/rewards.ts'
import { nextStep } from '../../server/recognition/rewards.ts'

const day = '2026-12-10'

test.each<[RewardState, RewardChange, string | number]>([
  ['offered', { state: 'booked', plannedFor: day }, 'booked'],
  ['offered', { state: 'booked' }, 422],
  ['offered', { state: 'declined' }, 'declined'],
  ['offered', { state: 'done' }, 409],
  ['offered', { state: 'declined', plannedFor: day }, 422],
  ['booked', { state: 'booked', plannedFor: '2026-12-24' }, 'booked'],
  ['booked', { state: 'booked', plannedFor: day }, 'so already'],
  ['booked', { state: 'done' }, 'done'],
  ['booked', { state: 'declined' }, 'declined'],
  ['done', { state: 'done' }, 'so already'],
  ['done', { state: 'booked', plannedFor: day }, 409],
  ['done', { state: 'declined' }, 409],
  ['declined', { state: 'declined' }, 'so already'],
  ['declined', { state: 'booked', plannedFor: day }, 409]
])('%s, then %j: %s', (state, change, expected) => {
  const move = nextStep({ id: 'RW-1', state, plannedFor: state === 'offered' ? null : day }, change)
  expect(move.ok ? (move.step?.state ?? 'so already') : move.status).toBe(expected)
})

test('the day stays when it is done', () => {
  const move = nextStep({ id: 'RW-1', state: 'booked', plannedFor: day }, { state: 'done', note: 'tốt' })
  expect(move).toEqual({ ok: true, step: { state: 'done', plannedFor: day, note: 'tốt' } })
})

import { expect, test } from 'vitest'
import { localTime } from '../../server/contract/localTime.ts'
import type { PendingThanks } from '../../server/contract/record.ts'
import type { Reward, RewardState } from '../../server/contract/rewards.ts'
import { forgotten } from '../../server/recognition/forgotten.ts'

const local = localTime('Asia/Ho_Chi_Minh')
const now = Date.parse('2026-07-31T05:00:00.000Z')
const daysAgo = (days: number) => new Date(now - days * 86_400_000).toISOString()

function pending(
  customerId: string,
  days: number,
  deliveredKwh: number | null
): PendingThanks['pending'][number] {
  const end = daysAgo(days)
  const rest = { requestedKw: 1, averageKw: null, ratio: null }
  return {
    eventId: `CE-${days}`,
    customerId,
    customerName: customerId,
    start: end,
    end,
    deliveredKwh,
    ...rest
  }
}

function reward(state: RewardState, offeredDays: number, plannedFor: string | null = null): Reward {
  const offered = {
    state: 'offered' as const,
    at: daysAgo(offeredDays),
    by: 'Lan',
    note: '',
    plannedFor: null
  }
  const later = { ...offered, state, at: daysAgo(0), plannedFor }
  return {
    ...{ id: 'RW-1', customerId: 'C1', customerName: 'Thép', eventId: null, season: 2026 },
    ...{ kind: 'transformer-test' as const, state, plannedFor },
    history: state === 'offered' ? [offered] : [offered, later]
  }
}

test('a customer has one row, since its oldest event, over the energy that is known', () => {
  const rows = [pending('C1', 3, 100), pending('C2', 9, null), pending('C1', 5, null), pending('C1', 1, 50)]
  expect(forgotten(rows, [], local, now).forgotten).toMatchObject([
    { customerId: 'C2', why: 'not-thanked', events: 1, deliveredKwh: null, since: daysAgo(9) },
    { customerId: 'C1', why: 'not-thanked', events: 3, deliveredKwh: 150, since: daysAgo(5), rewardId: null }
  ])
})

test.each<[string, Reward, string | null]>([
  ['offered 30 days ago', reward('offered', 30), null],
  ['offered 31 days ago', reward('offered', 31), 'reward-not-booked'],
  ['booked for today', reward('booked', 40, '2026-07-31'), null],
  ['booked for yesterday', reward('booked', 2, '2026-07-30'), 'reward-overdue'],
  ['done', reward('done', 90, '2026-06-01'), null],
  ['declined', reward('declined', 90), null]
])('%s', (_, one, why) => {
  const rows = forgotten([], [one], local, now).forgotten
  expect(rows.map(row => row.why)).toEqual(why === null ? [] : [why])
  expect(rows.every(({ rewardId }) => rewardId === 'RW-1')).toBe(true)
})

test('the planned day begins by the local clock', () => {
  const [row] = forgotten([], [reward('booked', 2, '2026-07-30')], local, now).forgotten
  expect(row?.since).toBe('2026-07-29T17:00:00.000Z')
})

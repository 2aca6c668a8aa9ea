import type { LocalTime } from '../contract/localTime.ts'
import type { PendingThanks } from '../contract/record.ts'
import type { Forgotten, Reward } from '../contract/rewards.ts'

/** A service that was offered has a day within this time, or somebody has forgotten it. */
export const BOOK_WITHIN_DAYS = 30
const DAY_MS = 86_400_000

type Row = Forgotten['forgotten'][number]

/**
 * Who was forgotten at `now` (epoch ms), longest first:
 *
 *   took part ──► not thanked               a row a customer
 *   offered   ──► 30 days without a day     a row a reward
 *   booked    ──► the day is past, not done a row a reward
 */
export function forgotten(
  pending: PendingThanks['pending'],
  rewards: readonly Reward[],
  local: Pick<LocalTime, 'date' | 'dayStart'>,
  now: number
): Forgotten {
  const rows = [...unthanked(pending), ...rewards.flatMap(reward => overdue(reward, local, now) ?? [])]
  return { forgotten: rows.sort((a, b) => Date.parse(a.since) - Date.parse(b.since)) }
}

function unthanked(pending: PendingThanks['pending']): Row[] {
  const byCustomer = Map.groupBy(pending, ({ customerId }) => customerId)
  return [...byCustomer.values()].flatMap(events => {
    const oldest = events.reduce((a, b) => (Date.parse(b.end) < Date.parse(a.end) ? b : a))
    const known = events.flatMap(({ deliveredKwh }) => deliveredKwh ?? [])
    return {
      customerId: oldest.customerId,
      customerName: oldest.customerName,
      why: 'not-thanked' as const,
      events: events.length,
      deliveredKwh: known.length === 0 ? null : known.reduce((sum, kwh) => sum + kwh, 0),
      since: oldest.end,
      rewardId: null
    }
  })
}

/** null: nothing is owed yet, or any more. */
function overdue(
  reward: Reward,
  { date, dayStart }: Pick<LocalTime, 'date' | 'dayStart'>,
  now: number
): Row | null {
  const { id, customerId, customerName, eventId, state, plannedFor, history } = reward
  const row = (why: Row['why'], since: number): Row => ({
    ...{ customerId, customerName, why, events: eventId === null ? 0 : 1, deliveredKwh: null },
    since: new Date(since).toISOString(),
    rewardId: id
  })
  if (state === 'booked' && plannedFor !== null && plannedFor < date(now)) {
    return row('reward-overdue', dayStart(plannedFor))
  }
  const offeredAt = Date.parse(history.find(step => step.state === 'offered')?.at ?? '')
  return state === 'offered' && now - offeredAt > BOOK_WITHIN_DAYS * DAY_MS
    ? row('reward-not-booked', offeredAt)
    : null
}

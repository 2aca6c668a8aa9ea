import { Check } from 'typebox/value'
import { Notice } from '../../server/contract/notice.ts'
import { topics } from '../../server/contract/topics.ts'
import type { Order } from './curtailment.ts'
import type { ParticipantProfile } from './profile.ts'
import { respond } from './response.ts'

const ANSWERABLE: ReadonlySet<Notice['state']> = new Set(['notified', 'standby', 'active'])

/** A notice as the contract has it; null for anything else. */
export function readNotice(payload: Buffer): Notice | null {
  try {
    const value: unknown = JSON.parse(payload.toString('utf8'))
    const isNotice = Check(Notice, value) && Date.parse(value.start) <= Date.parse(value.end)
    return isNotice ? value : null
  } catch {
    return null
  }
}

/** Whose notice about which event arrives on this topic; null for another topic. */
export function noticePlace(topic: string): { customerId: string; event: string } | null {
  const [event, customerId] = topic.split('/').reverse()
  if (event === undefined || customerId === undefined) return null
  return topics.notice(customerId, event) === topic ? { customerId, event } : null
}

/** Whether an answer to it still makes sense. */
export function isAnswerable(notice: Notice, now: number): boolean {
  return ANSWERABLE.has(notice.state) && now < Date.parse(notice.end)
}

/**
 * A later version may only report a new state, another end or the all-clear: that is not asked anew. Another start, more
 * kW, or a longer part is.
 */
export function isSameOrder(before: Notice, notice: Notice): boolean {
  return (
    before.start === notice.start &&
    before.requestedKw === notice.requestedKw &&
    Date.parse(notice.end) <= Date.parse(before.end)
  )
}

/**
 * The order that a version of a notice leaves in force; null for one that is not to be carried out. Its own start and end
 * rule, not those of others. A cancellation, and an all-clear heard before the end, end the reduction when they are heard
 * at the latest; after a restart a cancelled order is as if it had never been.
 */
export function orderAfter(
  profile: ParticipantProfile,
  notice: Notice,
  before: Order | null,
  heardAt: number
): Order | null {
  if (notice.state === 'draft' || notice.state === 'approved') return null
  if (notice.state === 'cancelled') {
    if (before === null || heardAt <= before.start) return null
    return { ...before, end: Math.min(before.end, heardAt) }
  }
  const order = { start: Date.parse(notice.start), end: Date.parse(notice.end) }
  // What it runs at is settled at its start: a change of the kW comes too late then.
  const isRunning = before !== null && before.start === order.start && heardAt > before.start
  const deliveredKw = isRunning ? before.deliveredKw : respond(profile, notice).deliveredKw
  return { ...order, deliveredKw }
}

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

/** A later version may only report a new state; another time or another kW is another order. */
export function isSameOrder(a: Notice, b: Notice): boolean {
  return a.start === b.start && a.end === b.end && a.requestedKw === b.requestedKw
}

/**
 * The order that a version of a notice leaves in force; null for one that is not to be carried out. A cancellation
 * carries no time of its own: the reduction ends when it is heard, and after a restart it is as if it had never been.
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
  const { deliveredKw } = respond(profile, notice)
  return { start: Date.parse(notice.start), end: Date.parse(notice.end), deliveredKw }
}

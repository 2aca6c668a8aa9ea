import type { Notice } from '../../server/contract/notice.ts'
import { keyOf, uniform } from '../random.ts'
import type { ParticipantProfile } from './profile.ts'

/** What a participant says to a notice, and when. */
export interface Response {
  acknowledgeAfterMs: number
  answerAfterMs: number
  answer: 'accept' | 'decline'
  /** Less than was asked; null: all of it, or nothing. */
  acceptedKw: number | null
  reason: string | null
  /** By how much it will really come down. */
  deliveredKw: number
}

/** Of the list, and in its own words what the list has not. */
const DECLINE_REASONS: readonly string[] = [
  'order-deadline',
  'production',
  'safety',
  'already-reduced',
  'equipment',
  'Dây chuyền vừa khởi động lại sau sự cố'
]
const PARTIAL_REASON = 'Chỉ dừng được một phần dây chuyền'

/** The same participant gives the same answer to the same event, also after a restart. */
export function respond(profile: ParticipantProfile, notice: Notice): Response {
  const key = keyOf(profile.key, notice.event)
  const acknowledgeAfterMs = 1_000 + 4_000 * uniform(key, 1)
  const timing = { acknowledgeAfterMs, answerAfterMs: acknowledgeAfterMs + 2_000 + 10_000 * uniform(key, 2) }
  if (uniform(key, 3) < (profile.character === 'reluctant' ? 0.85 : 0.03)) {
    const reason = DECLINE_REASONS[Math.floor(uniform(key, 4) * DECLINE_REASONS.length)] ?? null
    return { ...timing, answer: 'decline', acceptedKw: null, reason, deliveredKw: 0 }
  }
  const acceptedKw = Math.round(notice.requestedKw * profile.acceptedShare)
  return {
    ...timing,
    answer: 'accept',
    acceptedKw: profile.acceptedShare < 1 ? acceptedKw : null,
    reason: profile.acceptedShare < 1 ? PARTIAL_REASON : null,
    deliveredKw: acceptedKw * profile.deliveredShare
  }
}

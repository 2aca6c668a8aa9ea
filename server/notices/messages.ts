import { type CurtailmentEvent, type Participant, reasonOf } from '../contract/events.ts'
import type { Notice } from '../contract/notice.ts'
import { topics } from '../contract/topics.ts'

/** How long after an event's end its retained notices stay. */
export const CLEAR_AFTER_MS = 24 * 3_600_000

/** What the outbox keeps until it has left. `dueAt`: epoch ms. */
export interface Message {
  key: string
  topic: string
  payload: string
  retain: boolean
  dueAt: number
}

/**
 * The notices of an event's present version, one a participant, due `now` (epoch ms). None as long as it has not been
 * sent: a draft, also a cancelled one, is nobody's business. The key names customer, event and version, so a version
 * is put in only once.
 */
export function noticesFor(event: CurtailmentEvent, now: number): Message[] {
  if (!wasSent(event)) return []
  return event.participants.map(participant => ({
    key: `notice/${participant.customerId}/${event.id}/v${event.version}`,
    topic: topics.notice(participant.customerId, event.id),
    payload: JSON.stringify(noticeTo(participant, event)),
    retain: true,
    dueAt: now
  }))
}

/**
 * The clearings of an event: an empty retained payload a participant, due 24 h after its end, but not before `now`.
 *
 *   v2 notified ─┬───────── end ──────────── 24 h ─────────► clearing of v2, unless
 *                └─ v4: end moved ── 24 h ──► clearing of v4 has taken its place
 *
 * The key names the version: with one key for all, the clearing after a version that was made later than 24 h after
 * the end would be taken for the one already sent. That an older plan does not fire is the outbox's rule: a clearing
 * put in takes the place of an unsent one of its topic.
 */
export function clearMessages(event: CurtailmentEvent, now: number): Message[] {
  if (!wasSent(event)) return []
  const dueAt = Math.max(now, Date.parse(event.end) + CLEAR_AFTER_MS)
  return event.participants.map(({ customerId }) => ({
    key: `clear/${customerId}/${event.id}/v${event.version}`,
    topic: topics.notice(customerId, event.id),
    payload: '',
    retain: true,
    dueAt
  }))
}

function noticeTo({ requestedKw }: Participant, event: CurtailmentEvent): Notice {
  const { id, version, state, start, end } = event
  return { event: id, version, state, start, end, requestedKw, reason: reasonOf(event), voluntary: true }
}

const wasSent = (event: CurtailmentEvent) => event.history.some(({ state }) => state === 'notified')

import { type CurtailmentEvent, type EventState, type Participant, reasonOf } from '../contract/events.ts'
import type { Notice } from '../contract/notice.ts'
import { topics } from '../contract/topics.ts'

/** How long after an event's end its retained notices stay. */
export const CLEAR_AFTER_MS = 24 * 3_600_000
/** A drill is marked in both languages, for whoever reads the words only. */
export const DRILL_MARK = '[DIỄN TẬP / DRILL] '

const isCalling: ReadonlySet<EventState> = new Set(['notified', 'standby', 'active'])

/** What the outbox keeps until it has left. `dueAt`: epoch ms. */
export interface Message {
  key: string
  topic: string
  payload: string
  retain: boolean
  dueAt: number
}

/**
 * The notices of an event's present version, due `now` (epoch ms): one to each participant whom it still concerns. None
 * as long as it has not been sent: a draft, also a cancelled one, is nobody's business; and none once its notices are
 * cleared away. The key names customer, event and version, so a version is put in only once.
 */
export function noticesFor(event: CurtailmentEvent, now: number): Message[] {
  if (!wasSent(event) || now >= Date.parse(event.end) + CLEAR_AFTER_MS) return []
  return event.participants
    .filter(participant => isConcerned(participant, event))
    .map(participant => ({
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

/** Each reads its own part of the event, and its own state where that is another: called away, or let go before the end. */
function noticeTo(participant: Participant, event: CurtailmentEvent): Notice {
  const { start, end, requestedKw } = participant
  const drill = event.isDrill ? { drill: true as const } : {}
  return {
    ...{
      event: event.id,
      version: event.version,
      state: stateOf(participant, event),
      start,
      end,
      requestedKw
    },
    ...{ reason: event.isDrill ? DRILL_MARK + reasonOf(event) : reasonOf(event), ...drill, voluntary: true }
  }
}

function stateOf({ supersededBy, releasedAt }: Participant, { state }: CurtailmentEvent): EventState {
  if (supersededBy !== null) return 'cancelled'
  return releasedAt !== null && isCalling.has(state) ? 'ended' : state
}

/** Who was let go or called away by an earlier version has had its last word, but for a result. */
function isConcerned(
  { releasedAt, supersededBy }: Participant,
  { state, history }: CurtailmentEvent
): boolean {
  if (releasedAt === null || releasedAt === history.at(-1)?.at) return true
  return supersededBy === null && (state === 'provisional' || state === 'final')
}

const wasSent = (event: CurtailmentEvent) => event.history.some(({ state }) => state === 'notified')

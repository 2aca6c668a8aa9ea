import type { Answer, CurtailmentEvent, Participant } from '../../contract/events.ts'
import type { AnswerMessage } from '../../contract/notice.ts'

/** What of a participant an answer changes. */
export interface ParticipantChange {
  acknowledgedAt?: string
  answer?: Answer
}

/** `change` null: it said nothing new. */
export type Applied =
  | { ok: true; change: ParticipantChange | null }
  | { ok: false; status: 404 | 409; reason: string }

/**
 * What an answer that arrived at `at` (epoch ms) changes. Every answer acknowledges the notice, once; of accept, decline
 * and opt-out the latest stands. An answer older than the standing one, or the same again, changes nothing, so that a
 * repeated delivery is harmless. An event counts as open until its end: an answer that came in time stands even if it is
 * only now acted on, be the event final by then.
 */
export function applyAnswer(
  event: CurtailmentEvent,
  customerId: string,
  message: AnswerMessage,
  via: Answer['via'],
  at: number
): Applied {
  const participant = event.participants.find(candidate => candidate.customerId === customerId)
  if (participant === undefined) {
    return { ok: false, status: 404, reason: `customer ${customerId} does not take part in ${event.id}` }
  }
  const refusal = refusalOf(event, message, at)
  if (refusal !== null) return { ok: false, status: 409, reason: refusal }

  const time = new Date(at).toISOString()
  const change: ParticipantChange = {}
  if (participant.acknowledgedAt === null) change.acknowledgedAt = time
  if (message.answer !== 'acknowledge') {
    const { answer: word, version, kw = null, reason = null } = message
    const answer: Answer = { answer: word, version, at: time, via, kw, reason }
    if (isNew(answer, participant)) change.answer = answer
  }
  return { ok: true, change: Object.keys(change).length > 0 ? change : null }
}

function refusalOf(event: CurtailmentEvent, { version }: AnswerMessage, at: number): string | null {
  if (event.state === 'draft') return `${event.id} is a draft: nobody has been notified`
  if (event.state === 'cancelled') return `${event.id} is cancelled`
  if (at >= Date.parse(event.end)) {
    return `the answer to ${event.id} came after its end, ${event.end}`
  }
  const first = event.history.find(({ state }) => state === 'notified')?.version ?? event.version
  if (version < first || version > event.version) {
    return `version ${version} of ${event.id} is not one of its notices: they are ${first} to ${event.version}`
  }
  return null
}

function isNew(answer: Answer, { answer: standing }: Participant): boolean {
  if (standing === null) return true
  if (Date.parse(answer.at) < Date.parse(standing.at)) return false
  const isSame = (['answer', 'version', 'kw', 'reason'] as const).every(
    member => answer[member] === standing[member]
  )
  return !isSame
}

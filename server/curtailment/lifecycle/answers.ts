import { answerReasons } from '../../contract/answerWords.ts'
import type { Answer, AnswerReason, CurtailmentEvent, Participant } from '../../contract/events.ts'
import type { AnswerMessage } from '../../contract/notice.ts'
import { notifiedAt } from './lifecycle.ts'

/** What of a participant an answer changes. */
export interface ParticipantChange {
  acknowledgedAt?: string
  answer?: Answer
}

/** `said`: what to keep for good. Both null: it said nothing new. */
export type Applied =
  | { ok: true; said: Answer | null; change: ParticipantChange | null }
  | { ok: false; status: 404 | 409; reason: string }

const codes: ReadonlySet<string> = new Set(answerReasons)

/**
 * What an answer that arrived at `at` (epoch ms) changes. Every answer acknowledges the notice, once; of accept, decline
 * and opt-out the latest stands. An answer older than the standing one is kept but changes nothing, the same again is
 * nothing new, so that a repeated delivery is harmless. An event counts as open until the participant's own end: an
 * answer that came in time stands even if it is only now acted on, be the event final by then.
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
  const refusal = refusalOf(event, participant, message, at)
  if (refusal !== null) return { ok: false, status: 409, reason: refusal }

  const time = new Date(at).toISOString()
  const { answer: word, version, kw = null } = message
  const answer: Answer = { answer: word, version, at: time, via, kw, ...reasonOf(message) }
  const change: ParticipantChange = {}
  if (participant.acknowledgedAt === null) change.acknowledgedAt = time
  if (word === 'acknowledge') {
    const isFirst = participant.acknowledgedAt === null
    return { ok: true, said: isFirst ? answer : null, change: isFirst ? change : null }
  }
  if (isSame(answer, participant.answer)) {
    return { ok: true, said: null, change: Object.keys(change).length > 0 ? change : null }
  }
  const standing = participant.answer
  if (standing === null || at >= Date.parse(standing.at)) change.answer = answer
  return { ok: true, said: answer, change: Object.keys(change).length > 0 ? change : null }
}

/** A word of the list is the reason; other words say another. A yes has words at most. */
function reasonOf({ answer, reason }: AnswerMessage): Pick<Answer, 'reasonCode' | 'reason'> {
  const text = reason?.trim() ? reason.trim() : null
  if (text === null) return { reasonCode: null, reason: null }
  if (answer === 'accept' || answer === 'acknowledge') return { reasonCode: null, reason: text }
  return codes.has(text)
    ? { reasonCode: text as AnswerReason, reason: null }
    : { reasonCode: 'other', reason: text }
}

function refusalOf(
  event: CurtailmentEvent,
  { end, supersededBy }: Participant,
  { version }: AnswerMessage,
  at: number
): string | null {
  if (notifiedAt(event) === null) return `${event.id} is ${event.state}: nobody has been notified`
  if (event.state === 'cancelled') return `${event.id} is cancelled`
  if (supersededBy !== null) return `${event.id} has given way to ${supersededBy}: answer that one`
  if (at >= Date.parse(end)) return `the answer to ${event.id} came after its end, ${end}`
  const first = event.history.find(({ state }) => state === 'notified')?.version ?? event.version
  if (version < first || version > event.version) {
    return `version ${version} of ${event.id} is not one of its notices: they are ${first} to ${event.version}`
  }
  return null
}

function isSame(answer: Answer, standing: Answer | null): boolean {
  return (
    standing !== null &&
    (['answer', 'version', 'kw', 'reasonCode', 'reason'] as const).every(
      member => answer[member] === standing[member]
    )
  )
}

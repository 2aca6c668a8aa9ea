import { answerWords } from '../contract/answerWords.ts'
import type { AnswerWord } from '../contract/events.ts'
import { ID_PATTERN, isId } from '../contract/id.ts'
import type { AnswerMessage } from '../contract/notice.ts'
import type { JsonObject } from './json.ts'

const MAX_REASON_LENGTH = 1000

/** A participant's answer to a notice, or what is wrong with it. */
export function readAnswer(message: JsonObject): { message: AnswerMessage; unknownMembers: number } | string {
  const { event = null, version = null, answer = null, kw = null, reason = null, ...unknown } = message
  if (event === null) return 'event is missing'
  if (typeof event !== 'string' || !isId(event)) return `event is not an id (${ID_PATTERN})`
  if (version === null) return 'version is missing'
  if (!Number.isSafeInteger(version) || (version as number) < 1) return 'version is not a positive integer'
  if (answer === null) return 'answer is missing'
  if (!isAnswerWord(answer)) return `answer is none of ${answerWords.join(', ')}`
  if (kw !== null && !(typeof kw === 'number' && Number.isFinite(kw) && kw >= 0))
    return 'kw is not a number of 0 or more'
  if (reason !== null && typeof reason !== 'string') return 'reason is not text'
  if (reason !== null && reason.length > MAX_REASON_LENGTH)
    return `reason is longer than ${MAX_REASON_LENGTH} characters`
  return {
    message: { event, version: version as number, answer, kw, reason },
    unknownMembers: Object.keys(unknown).length
  }
}

function isAnswerWord(value: unknown): value is AnswerWord {
  return (answerWords as readonly unknown[]).includes(value)
}

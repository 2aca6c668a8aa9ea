import type { Answer } from '../contract/events.ts'
import type { ParticipantPerformance } from '../contract/performance.ts'

/** Less than this share of what was asked cannot be told from the error of a baseline (accepted up to 20 % of load). */
export const NOTICEABLE_RATIO = 0.1

type Delivered = Pick<ParticipantPerformance, 'ratio'>

/**
 * Did this customer take part, so that thanks are due? `delivered` is its part of the final result; undefined, or a
 * null ratio, where nothing could be measured.
 *
 *   answer             delivered noticeably   not noticeably   not measurable
 *   accept                    yes                  yes               yes       it tried
 *   none                      yes                  no                yes       nothing says that it did not
 *   decline, opt-out          yes                  no                no        nobody is thanked for a refusal
 */
export function tookPart(
  { answer }: { answer: Pick<Answer, 'answer'> | null },
  delivered: Delivered | undefined
): boolean {
  const ratio = delivered?.ratio ?? null
  if (answer?.answer === 'accept') return true
  if (ratio !== null) return ratio >= NOTICEABLE_RATIO
  return answer?.answer !== 'decline' && answer?.answer !== 'opt-out'
}

import type { Answer, CurtailmentEvent } from '../contract/events.ts'
import type { AnswerMessage } from '../contract/notice.ts'
import type { Controller } from './controller.ts'
import { applyAnswer } from './lifecycle/answers.ts'
import { type CurtailmentNeeds, type Outcome, refuse } from './needs.ts'

export interface AnsweringNeeds {
  needs: Pick<CurtailmentNeeds, 'events' | 'answers' | 'onChange' | 'now'>
  turn<T>(name: string, job: () => Promise<T>): Promise<T>
}

/** Takes what participants say: kept for good first, then in force. A crash in between is healed by the repetition. */
export function createAnswering({ needs, turn }: AnsweringNeeds): Pick<Controller, 'answer' | 'answers'> {
  const { events, answers, now } = needs

  async function take(
    customerId: string,
    message: AnswerMessage,
    via: Answer['via'],
    arrivedAt: number
  ): Promise<Outcome<CurtailmentEvent>> {
    const event = await events.get(message.event)
    if (event === null) return refuse(404, `there is no curtailment event ${message.event}`)
    const at = await effectiveAt(event, customerId, message, arrivedAt)
    const applied = applyAnswer(event, customerId, message, via, at)
    if (!applied.ok) return applied
    if (applied.said !== null) await answers.add(event.id, customerId, applied.said)
    if (applied.change === null) return { ok: true, value: event }
    const written = await events.setParticipant(event.id, customerId, applied.change)
    if (written === null) return refuse(404, `customer ${customerId} does not take part in ${event.id}`)
    needs.onChange(written)
    return { ok: true, value: written }
  }

  /**
   * An answer that seems older than the standing one is a repetition that was kept long ago, or the clock was set back
   * since: then it is newer all the same.
   */
  async function effectiveAt(
    { id, participants }: CurtailmentEvent,
    customerId: string,
    { answer }: AnswerMessage,
    arrivedAt: number
  ): Promise<number> {
    const standing = participants.find(one => one.customerId === customerId)?.answer
    const standingAt = standing ? Date.parse(standing.at) : Number.NEGATIVE_INFINITY
    if (arrivedAt >= standingAt) return arrivedAt
    const isRepeated = (await answers.ofEvent(id)).some(
      one => one.customerId === customerId && one.answer === answer && Date.parse(one.at) === arrivedAt
    )
    return isRepeated ? arrivedAt : standingAt + 1
  }

  return {
    answer: (customerId, message, via, arrivedAt = now()) =>
      turn(`event ${message.event}`, () => take(customerId, message, via, arrivedAt)),
    async answers(id) {
      if ((await events.get(id)) === null) return refuse(404, `there is no curtailment event ${id}`)
      return { ok: true, value: { answers: await answers.ofEvent(id) } }
    }
  }
}

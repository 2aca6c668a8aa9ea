import type { Answer, CurtailmentEvent } from '../contract/events.ts'
import type { Delivery } from '../contract/performance.ts'
import type { PendingThanks } from '../contract/record.ts'
import { tookPart } from './participation.ts'

/**
 * Who took part in an event and has not been thanked. The event is final, or was cancelled while it ran and has a final
 * result all the same; a drill owes no thanks, nor does who was called away before it began.
 */
export function pendingOf(
  event: CurtailmentEvent,
  deliveries: readonly Delivery[]
): PendingThanks['pending'] {
  const hasFinal = deliveries.some(({ isFinal }) => isFinal)
  if (event.isDrill || !isThankable(event, hasFinal)) return []
  const deliveryOf = new Map(deliveries.map(one => [one.customerId, one]))
  return event.participants
    .filter(one => one.thanks === null && isOwed(one, deliveryOf.get(one.customerId)))
    .map(({ customerId, customerName, start, end, requestedKw }) => {
      const delivery = deliveryOf.get(customerId)
      return {
        ...{ eventId: event.id, customerId, customerName, start, end, requestedKw },
        averageKw: delivery?.averageKw ?? null,
        deliveredKwh: delivery?.deliveredKwh ?? null,
        ratio: delivery?.ratio ?? null
      }
    })
}

/** Whether one that has not been thanked is to be: it took part, and was not called away before it began. */
export function isOwed(
  one: { answer: Pick<Answer, 'answer'> | null; supersededBy: string | null },
  delivery: Pick<Delivery, 'ratio'> | undefined
): boolean {
  const wasCalledAway = one.supersededBy !== null && delivery === undefined
  return !wasCalledAway && tookPart(one, delivery)
}

/** Thanks follow when the result is final; `hasFinal`: somebody has such a one. */
export function isThankable({ state }: Pick<CurtailmentEvent, 'state'>, hasFinal: boolean): boolean {
  return state === 'final' || (state === 'cancelled' && hasFinal)
}

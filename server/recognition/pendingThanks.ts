import type { CurtailmentEvent } from '../contract/events.ts'
import type { Performance } from '../contract/performance.ts'
import type { PendingThanks } from '../contract/record.ts'
import { tookPart } from './participation.ts'

/** Who took part in a final event and has not been thanked; who has waited longest comes first. */
export function pendingThanks(
  events: readonly CurtailmentEvent[],
  results: ReadonlyMap<string, Performance>
): PendingThanks {
  const final = events.filter(({ state }) => state === 'final')
  const pending = final
    .toSorted((a, b) => Date.parse(a.end) - Date.parse(b.end))
    .flatMap(event => pendingOf(event, results.get(event.id)))
  return { pending }
}

function pendingOf(event: CurtailmentEvent, result: Performance | undefined): PendingThanks['pending'] {
  const deliveredBy = new Map(result?.participants.map(one => [one.customerId, one]))
  return event.participants
    .filter(one => one.thanks === null && tookPart(one, deliveredBy.get(one.customerId)))
    .map(({ customerId, customerName, requestedKw }) => {
      const delivered = deliveredBy.get(customerId)
      return {
        eventId: event.id,
        customerId,
        customerName,
        start: event.start,
        end: event.end,
        requestedKw,
        averageKw: delivered?.averageKw ?? null,
        deliveredKwh: delivered?.deliveredKwh ?? null,
        ratio: delivered?.ratio ?? null
      }
    })
}

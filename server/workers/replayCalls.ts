import type { CurtailmentEvent } from '../contract/events.ts'
import type { Delivery } from '../contract/performance.ts'
import type { GridNode } from '../contract/registry.ts'
import { wasCalled } from '../curtailment/lifecycle/lifecycle.ts'
import { callsAbove } from '../forecast/history/callsAbove.ts'
import type { Called } from '../forecast/history/withoutCurtailment.ts'
import { eventAsOf } from '../replay/pastEvents.ts'

/**
 * When a consumer at or below each node was called by a moment (epoch ms), and what it delivered on average by a final result.
 * A call that runs is known only up to the moment.
 */
export function callsByNode(
  nodes: readonly GridNode[],
  events: readonly CurtailmentEvent[],
  deliveries: readonly Delivery[],
  by: number
): Map<string, Called[]> {
  const results = new Map(
    deliveries
      .filter(({ end, isFinal }) => isFinal && Date.parse(end) <= by)
      .map(one => [`${one.eventId}/${one.customerId}`, one.averageKw])
  )
  const { add, byNode } = callsAbove(nodes)
  for (const event of events.flatMap(one => eventAsOf(one, by) ?? []).filter(one => wasCalled(one))) {
    for (const { customerId, meteringPointId, start, end, requestedKw } of event.participants) {
      const called = {
        start: Date.parse(start),
        end: Math.min(by, Date.parse(end)),
        deliveredKw: results.get(`${event.id}/${customerId}`) ?? null,
        requestedKw
      }
      if (called.start < called.end) add(meteringPointId, called)
    }
  }
  return byNode
}

import type { CurtailmentEvent } from '../contract/events.ts'
import type { Delivery } from '../contract/performance.ts'
import type { GridNode } from '../contract/registry.ts'
import { wasCalled } from '../curtailment/lifecycle/lifecycle.ts'
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
  const parents = new Map(nodes.map(({ id, parent }) => [id, parent]))
  const results = new Map(
    deliveries
      .filter(({ end, isFinal }) => isFinal && Date.parse(end) <= by)
      .map(one => [`${one.eventId}/${one.customerId}`, one.averageKw])
  )
  const found = new Map<string, Called[]>()
  for (const event of events.flatMap(one => eventAsOf(one, by) ?? []).filter(one => wasCalled(one))) {
    for (const { customerId, meteringPointId, start, end, requestedKw } of event.participants) {
      const called = {
        start: Date.parse(start),
        end: Math.min(by, Date.parse(end)),
        deliveredKw: results.get(`${event.id}/${customerId}`) ?? null,
        requestedKw
      }
      if (called.start >= called.end) continue
      const walked = new Set<string>()
      for (
        let at: string | null = meteringPointId;
        at !== null && !walked.has(at);
        at = parents.get(at) ?? null
      ) {
        walked.add(at)
        const calls = found.get(at)
        if (calls === undefined) found.set(at, [called])
        else calls.push(called)
      }
    }
  }
  return found
}

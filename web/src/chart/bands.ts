import type { CurtailmentEvent } from '../../../server/contract/events.ts'
import type { LoadState } from '../../../server/contract/grid.ts'
import { isWithin } from '../liveState.ts'
import { wasSent } from '../participation.ts'
import type { ChartBand } from './scene.ts'

/** The events that touched a node: called above it, or on a part of it. */
export function eventBands(
  events: Iterable<CurtailmentEvent>,
  nodes: ReadonlyMap<string, LoadState>,
  node: string
): ChartBand[] {
  return [...events]
    .filter(event => wasSent(event) && event.state !== 'cancelled')
    .filter(({ nodeId }) => isWithin(nodes, nodeId, node) || isWithin(nodes, node, nodeId))
    .map(event => ({ from: Date.parse(event.start), to: Date.parse(event.end), label: event.id }))
}

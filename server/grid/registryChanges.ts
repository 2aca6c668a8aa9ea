import { createHash } from 'node:crypto'
import { nodeName } from './blockPlaces.ts'
import { type Place, pointKey, type Topology } from './topology.ts'

/** What of a registry decides its roll-ups; names and limits do not. Equal text: equal roll-ups. */
export function fingerprint(topology: Topology): string {
  const shapes = topology.places.map(shapeOf).sort()
  return createHash('sha256').update(shapes.join('\n')).digest('base64url')
}

/** The nodes whose sums differ between two registries, as names of a dirty block. */
export function changedNodes(before: Topology, after: Topology): string[] {
  const names = new Set<string>()
  const compare = (from: Topology, to: Topology) => {
    for (const place of from.places) {
      const other = to.byId.get(place.node.id)
      if (other !== undefined && shapeOf(other) === shapeOf(place)) continue
      names.add(nodeName(place.node.id))
      if (place.parent !== null) names.add(nodeName(place.parent.node.id))
    }
  }
  compare(before, after)
  compare(after, before)
  return [...names]
}

function shapeOf({ node, parent, points, isHousehold }: Place): string {
  const keys = points.map(({ kind, id }) => pointKey(kind, id))
  return JSON.stringify([node.id, parent?.node.id ?? null, keys, node.reportIntervalS, isHousehold])
}

import type { GridNode } from '../contract/registry.ts'

/** A measuring point of load: the readings of one meter, or a transformer's own. */
export interface PointRef {
  kind: 'meter' | 'transformer'
  id: string
}

/** A node in its place. */
export interface Place {
  /** Its place in `places`. */
  readonly index: number
  readonly node: GridNode
  readonly parent: Place | null
  readonly children: Place[]
  /** Its own measuring points, the preferred one first; where none speaks the children are summed. */
  readonly points: readonly PointRef[]
  /** Its weather station, or that of the nearest ancestor. */
  readonly weatherId: string | null
  /** A metering point of nobody we know by name: counted in the load, neither listed nor charted. */
  readonly isHousehold: boolean
}

/** The registry as a forest; parents stand before their children, each subtree in one piece. */
export interface Topology {
  readonly places: readonly Place[]
  readonly byId: ReadonlyMap<string, Place>
  /** Every registered measuring point by its key, with the registry's report interval where it has one. */
  readonly points: ReadonlyMap<string, RegisteredPoint>
}

export interface RegisteredPoint extends PointRef {
  readonly key: string
  readonly reportIntervalS: number | null
  /** The nodes it measures; the first names it. */
  readonly places: readonly Place[]
}

/** Joined, so that it is one piece: a template leaves two, and what holds them together, in memory for ever. */
export const pointKey = (kind: string, id: string): string => [kind, id].join('/')

/** An unknown parent, and the first node of a circle, stand at the top: a bad registry shows, it does not hide load. */
export function buildTopology(nodes: readonly GridNode[]): Topology {
  const known = new Set(nodes.map(node => node.id))
  const childrenOf = new Map<string, GridNode[]>()
  const tops: GridNode[] = []
  for (const node of nodes) {
    if (node.parent === null || !known.has(node.parent)) tops.push(node)
    else {
      const siblings = childrenOf.get(node.parent)
      if (siblings === undefined) childrenOf.set(node.parent, [node])
      else siblings.push(node)
    }
  }

  const byId = new Map<string, Place>()
  const descend = (top: GridNode) => {
    const waiting: { node: GridNode; parent: Place | null }[] = [{ node: top, parent: null }]
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (byId.has(next.node.id)) continue
      const place = placeOf(next.node, next.parent, byId.size)
      byId.set(next.node.id, place)
      next.parent?.children.push(place)
      for (const child of (childrenOf.get(next.node.id) ?? []).toReversed())
        waiting.push({ node: child, parent: place })
    }
  }
  for (const top of tops) descend(top)
  for (const node of nodes) if (!byId.has(node.id)) descend(node)

  const places = [...byId.values()]
  return { places, byId, points: registeredPoints(places) }
}

/** The node itself and everything above it. */
export function* upwards(place: Place): Generator<Place> {
  for (let at: Place | null = place; at !== null; at = at.parent) yield at
}

/** The place in `places` after the last node below this one. */
export function endOf({ index }: Pick<Place, 'index'>, { places }: Pick<Topology, 'places'>): number {
  let end = index + 1
  while (end < places.length && (places[end]?.parent?.index ?? -1) >= index) end += 1
  return end
}

/** The node itself and everything below it, parents before children. */
export function* downwards(place: Place): Generator<Place> {
  yield place
  for (const child of place.children) yield* downwards(child)
}

function placeOf(node: GridNode, parent: Place | null, index: number): Place {
  return {
    index,
    node,
    parent,
    children: [],
    points: pointsOf(node),
    weatherId: node.weather ?? parent?.weatherId ?? null,
    isHousehold: node.kind === 'meteringPoint' && node.customerId === null
  }
}

function pointsOf(node: GridNode): PointRef[] {
  if (node.kind === 'meteringPoint') return [{ kind: 'meter', id: node.meter ?? node.id }]
  const meter: PointRef[] = node.meter === null ? [] : [{ kind: 'meter', id: node.meter }]
  return node.kind === 'transformer' ? [{ kind: 'transformer', id: node.id }, ...meter] : meter
}

function registeredPoints(places: readonly Place[]): Map<string, RegisteredPoint> {
  const points = new Map<string, RegisteredPoint>()
  for (const place of places) {
    for (const { kind, id } of place.points) {
      const key = pointKey(kind, id)
      const before = points.get(key)
      const reportIntervalS = before?.reportIntervalS ?? place.node.reportIntervalS
      // A list of exactly one: spreading would leave it room for sixteen more, ten thousand times.
      const measured = before === undefined ? [place] : [...before.places, place]
      points.set(key, { key, kind, id, reportIntervalS, places: measured })
    }
  }
  return points
}

import { type Place, type Topology, upwards } from './topology.ts'

/** Which nodes a block is about, and where the minutes of each come from. */
export interface BlockPlaces {
  /** Their rows are computed anew: the named ones and all above them. */
  affected: ReadonlySet<Place>
  /** Their rows in the store stand as they are, and so does everything below them. */
  stored: ReadonlySet<Place>
  /** Both, and those whose raw readings the sums above them need: parents before children. */
  needed: readonly Place[]
}

/**
 * Names are keys of measuring points, or `node/<id>`; null: everybody. Beside the way from a named one to the top,
 * charted nodes are read from the store where that `isTrusted`, the others computed from the readings below them:
 *
 *   province ─┬─ feeder 1 ─┬─ transformer 1 ─┬─ household  named
 *             │            │                 └─ household  raw
 *             │            └─ transformer 2  stored
 *             └─ feeder 2  stored
 */
export function blockPlaces(
  names: ReadonlySet<string> | null,
  topology: Topology,
  isTrusted: boolean
): BlockPlaces {
  const affected = affectedPlaces(names, topology)
  const stored = new Set<Place>()
  const needed = new Set<Place>()
  for (const place of topology.places) {
    const { parent } = place
    if (affected.has(place)) needed.add(place)
    else if (parent === null || !needed.has(parent) || stored.has(parent)) continue
    else {
      needed.add(place)
      if (isTrusted && !place.isHousehold && affected.has(parent)) stored.add(place)
    }
  }
  return { affected, stored, needed: [...needed] }
}

function affectedPlaces(names: ReadonlySet<string> | null, { places, points, byId }: Topology): Set<Place> {
  if (names === null) return new Set(places)
  const affected = new Set<Place>()
  for (const name of names) {
    const named = points.get(name)?.places ?? [byId.get(name.slice(NODE.length))]
    for (const place of named)
      if (place !== undefined) for (const above of upwards(place)) affected.add(above)
  }
  return affected
}

const NODE = 'node/'

/** How a node itself, with all above it, is named in a dirty block. */
export const nodeName = (id: string): string => NODE + id

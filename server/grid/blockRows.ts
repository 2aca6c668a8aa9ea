import type { Block } from './dirtyBlocks.ts'
import { HOUR_MS } from './hotWindow.ts'
import { type LoadRow, loadTree } from './loadTree.ts'
import { emptyMinutes, fillMinutes, type LoadMinutes, MINUTE_MS, type PointMinutes } from './minutes.ts'
import { readSteps, type SeriesStore } from './readSteps.ts'
import { type Place, pointKey, type Topology, upwards } from './topology.ts'

export interface BlockStore extends SeriesStore {
  queryLoad(q: { node: string; from: number; to: number }): Promise<{ t: number[] }>
}

export interface BlockNeeds {
  store: BlockStore
  topology: Topology
  defaultS: number
  /** How long before a moment a reading may have begun and still act in it, ms. */
  lookBackMs: number
  /** Lets the rest of the process run. */
  breathe(): Promise<void>
}

const NODES_PER_BREATH = 10

/**
 * Computes the roll-ups of a dirty block from the raw readings, node by node: of everybody, or of the named ones and
 * all above them. A name is a measuring point's key, or `node/<id>`. Hours in which a node has neither load nor rows
 * to replace are left out. Rejects when the store does.
 */
export async function* blockRows(block: Block, needs: BlockNeeds): AsyncGenerator<LoadRow[]> {
  const { store, topology, defaultS, lookBackMs } = needs
  const affected = affectedPlaces(block.names, topology)
  const from = (block.hours[0] ?? 0) * HOUR_MS
  const to = ((block.hours.at(-1) ?? -1) + 1) * HOUR_MS
  if (affected.size === 0 || to <= from) return
  const count = (to - from) / MINUTE_MS

  const minutes = new Map<string, PointMinutes>()
  const points = pointsBelow(affected, topology)
  for await (const [point, steps] of readSteps(store, points, from - lookBackMs, to, defaultS)) {
    const filled = emptyMinutes(count)
    fillMinutes(filled, 0, steps, from, to)
    minutes.set(point.key, filled)
  }
  await needs.breathe()

  const loads = loadTree(topology.places, key => minutes.get(key), count)
  let since = 0
  for (const place of affected) {
    const load = loads.get(place)
    if (load === undefined || place.isHousehold) continue
    if (hasLoad(load) || (await store.queryLoad({ node: place.node.id, from, to })).t.length > 0)
      yield rowsOf(place, load, block.hours, from)
    since += 1
    if (since % NODES_PER_BREATH === 0) await needs.breathe()
  }
}

function affectedPlaces(names: Set<string> | null, { places, points, byId }: Topology): Set<Place> {
  if (names === null) return new Set(places)
  const affected = new Set<Place>()
  for (const name of names) {
    const named =
      points.get(name)?.places ?? [...byId.values()].filter(({ node }) => name === nodeName(node.id))
    for (const place of named) for (const above of upwards(place)) affected.add(above)
  }
  return affected
}

/** How a node itself, with all above it, is named in a dirty block. */
export const nodeName = (id: string): string => pointKey('node', id)

/** The sum of an affected node needs everything below it, and what is affected reaches to the top of its tree. */
function pointsBelow(affected: ReadonlySet<Place>, { places, points }: Topology) {
  const needed = new Set<Place>()
  for (const place of places)
    if (affected.has(place) || (place.parent !== null && needed.has(place.parent))) needed.add(place)
  return [...points.values()].filter(point => point.places.some(place => needed.has(place)))
}

function hasLoad({ reported }: LoadMinutes): boolean {
  for (let i = 0; i < reported.length; i += 1) if ((reported[i] ?? 0) > 0) return true
  return false
}

function rowsOf({ node }: Place, load: LoadMinutes, hours: readonly number[], from: number): LoadRow[] {
  const rows: LoadRow[] = []
  for (const hour of hours) {
    const first = (hour * HOUR_MS - from) / MINUTE_MS
    for (let i = first; i < first + HOUR_MS / MINUTE_MS; i += 1) {
      const reported = load.reported[i] ?? 0
      const kw = reported === 0 ? null : (load.kw[i] ?? null)
      rows.push({ node: node.id, t: from + i * MINUTE_MS, kw, reported, expected: load.expected[i] ?? 0 })
    }
  }
  return rows
}

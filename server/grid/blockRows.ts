import type { Block } from './dirtyBlocks.ts'
import { HOUR_MS } from './hotWindow.ts'
import { type LoadRow, loadTree } from './loadTree.ts'
import {
  emptyMinutes,
  fillMinutes,
  type LoadMinutes,
  MINUTE_MS,
  minuteAt,
  type PointMinutes
} from './minutes.ts'
import { readSteps, type SeriesStore } from './readSteps.ts'
import { type Place, type Topology, upwards } from './topology.ts'

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

/** The tree is summed over so many minutes at a time: a slice of work that nobody notices. */
const SLICE_MINUTES = 4 * 60

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

  for (let first = 0; first < count; first += SLICE_MINUTES) {
    const last = Math.min(first + SLICE_MINUTES, count)
    const start = from + first * MINUTE_MS
    const dirtyHours = block.hours.filter(
      hour => hour * HOUR_MS >= start && hour * HOUR_MS < from + last * MINUTE_MS
    )
    if (dirtyHours.length === 0) continue
    const loads = loadTree(topology.places, key => slice(minutes.get(key), first, last), last - first)
    for (const place of affected) {
      const load = loads.get(place)
      if (load === undefined || place.isHousehold) continue
      if (hasLoad(load) || (await hasRows(store, place.node.id, start, from + last * MINUTE_MS)))
        yield rowsOf(place, load, dirtyHours, start)
    }
    await needs.breathe()
  }
}

async function hasRows(store: BlockStore, node: string, from: number, to: number): Promise<boolean> {
  return (await store.queryLoad({ node, from, to })).t.length > 0
}

function slice(minutes: PointMinutes | undefined, first: number, last: number): PointMinutes | undefined {
  return minutes && { kw: minutes.kw.subarray(first, last), known: minutes.known.subarray(first, last) }
}

function affectedPlaces(names: Set<string> | null, { places, points, byId }: Topology): Set<Place> {
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

/** The sum of an affected node needs everything below it, and what is affected reaches to the top of its tree. */
function pointsBelow(affected: ReadonlySet<Place>, { places, points }: Topology) {
  const needed = new Set<Place>()
  for (const place of places)
    if (affected.has(place) || (place.parent !== null && needed.has(place.parent))) needed.add(place)
  return [...points.values()].filter(point => point.places.some(place => needed.has(place)))
}

function hasLoad({ known }: LoadMinutes): boolean {
  return known?.reported.some(count => count > 0) ?? false
}

function rowsOf({ node }: Place, load: LoadMinutes, hours: readonly number[], from: number): LoadRow[] {
  return hours.flatMap(hour =>
    Array.from({ length: HOUR_MS / MINUTE_MS }, (_, minute) => {
      const t = hour * HOUR_MS + minute * MINUTE_MS
      return { node: node.id, t, ...minuteAt(load, (t - from) / MINUTE_MS) }
    })
  )
}

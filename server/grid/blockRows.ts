import { blockPlaces } from './blockPlaces.ts'
import type { Block } from './dirtyBlocks.ts'
import { HALF_HOUR_MINUTES, HALF_HOUR_MS, halfHourRow } from './halfHours.ts'
import type { LoadRow } from './loadRow.ts'
import {
  addChild,
  emptySums,
  fillMinutes,
  finishSums,
  type LoadMinutes,
  layOwnOver,
  MINUTE_MS,
  type MinuteSums,
  minuteAt
} from './minutes.ts'
import type { StepReader } from './readSteps.ts'
import { HOUR_MS } from './recentHours.ts'
import type { Steps } from './steps.ts'
import { downwards, type Place, pointKey, type RegisteredPoint, type Topology } from './topology.ts'

export interface BlockStore {
  /** Minutes as columns of equal length, ascending by t. */
  queryLoad(q: { node: string; from: number; to: number; stepS: 60 }): Promise<StoredMinutes>
}

interface StoredMinutes {
  t: number[]
  kw: (number | null)[]
  reported: number[]
  expected: number[]
}

export interface BlockNeeds {
  store: BlockStore
  readSteps: StepReader
  topology: Topology
  /** How long before a moment a reading may have begun and still act in it, ms. */
  lookBackMs: number
  /** From here on (epoch ms) the store's rows are those of this registry, except the dirty ones. */
  trustedFrom: number
  /** Lets the rest of the process run. */
  breathe(): Promise<void>
}

export interface NodeRows {
  minutes: LoadRow[]
  halfHours: LoadRow[]
}

/** So many places are read and summed at a time. */
const PLACES_AT_ONCE = 250
const CELLS_PER_BREATH = 100_000
const MINUTES_PER_HOUR = HOUR_MS / MINUTE_MS

/**
 * Computes the roll-ups of a dirty block from the raw readings, node by node: of everybody, or of the named ones and
 * all above them. Hours in which a node has neither load nor rows to replace are left out. Rejects when the store does.
 *
 * The places are gone through from the last to the first. A subtree lies in one piece behind its top, so that no more
 * sums are open at a time than the tree is deep, however many points there are:
 *
 *   F ── T1 ── H1, H2     places  F  T1 H1 H2 T2 H3 H4
 *    └── T2 ── H3, H4                       ▲ next: sums of T2 and F are open
 */
export async function* blockRows(block: Block, needs: BlockNeeds): AsyncGenerator<NodeRows> {
  const { store, topology, breathe } = needs
  const from = (block.hours[0] ?? 0) * HOUR_MS
  const to = ((block.hours.at(-1) ?? -1) + 1) * HOUR_MS
  if (to <= from) return
  const { affected, stored, needed } = blockPlaces(block.names, topology, from >= needs.trustedFrom)
  const span = { from, count: (to - from) / MINUTE_MS, hours: block.hours }
  const open = new OpenSums(span.count)
  let cells = 0

  for (let end = needed.length; end > 0; end -= PLACES_AT_ONCE) {
    const places = needed.slice(Math.max(0, end - PLACES_AT_ONCE), end)
    const raw = places.filter(place => !stored.has(place))
    const steps = await stepsOf(raw, needs, from, to)
    for (const place of places.toReversed()) {
      const own = place.points.flatMap(({ kind, id }) => steps.get(pointKey(kind, id)) ?? [])
      const load = stored.has(place)
        ? await storedLoad(place, span, store)
        : open.close(
            place,
            own.map(each => filled(each, span))
          )
      if (place.parent !== null) open.add(place.parent, load)
      if (affected.has(place) && !place.isHousehold) yield await rowsOf(place, load, span, store)
      cells += span.count * (2 + own.length)
      if (cells < CELLS_PER_BREATH) continue
      cells = 0
      await breathe()
    }
  }
}

interface Span {
  from: number
  /** Minutes. */
  count: number
  /** The dirty hours in it, ascending. */
  hours: readonly number[]
}

async function stepsOf(
  places: readonly Place[],
  { readSteps, topology, lookBackMs }: BlockNeeds,
  from: number,
  to: number
): Promise<Map<string, Steps>> {
  const points = new Map<string, RegisteredPoint>()
  for (const place of places) {
    for (const { kind, id } of place.points) {
      const point = topology.points.get(pointKey(kind, id))
      if (point !== undefined) points.set(point.key, point)
    }
  }
  const found = new Map<string, Steps>()
  for await (const [{ key }, steps] of readSteps([...points.values()], from - lookBackMs, to))
    found.set(key, steps)
  return found
}

function filled(steps: Steps, { from, count }: Span): { kw: Float64Array } {
  const kw = new Float64Array(count)
  fillMinutes(kw, 0, steps, from, from + count * MINUTE_MS)
  return { kw }
}

/** The minutes of a node as the store has them. Where it has none nobody below it reported. */
async function storedLoad(place: Place, { from, count }: Span, store: BlockStore): Promise<LoadMinutes> {
  const minutes = await store.queryLoad({
    node: place.node.id,
    from,
    to: from + count * MINUTE_MS,
    stepS: 60
  })
  const { kw, reported, expected } = emptySums(count)
  let leaves = 0
  for (const { children } of downwards(place)) if (children.length === 0) leaves += 1
  kw.fill(NaN)
  expected.fill(leaves)
  for (const [row, t] of minutes.t.entries()) {
    const i = (t - from) / MINUTE_MS
    kw[i] = minutes.kw[row] ?? NaN
    reported[i] = minutes.reported[row] ?? 0
    expected[i] = minutes.expected[row] ?? 0
  }
  return { kw, counts: { reported, expected } }
}

/** The sums of the nodes whose children are being gone through. */
class OpenSums {
  private readonly minutes: number
  private readonly open = new Map<Place, MinuteSums>()

  constructor(minutes: number) {
    this.minutes = minutes
  }

  add(parent: Place, child: LoadMinutes): void {
    let sums = this.open.get(parent)
    if (sums === undefined) {
      sums = emptySums(this.minutes)
      this.open.set(parent, sums)
    }
    addChild(sums, child, 0, this.minutes)
  }

  /** A node's own minutes laid over the sum of its children, which all have been added. */
  close(place: Place, own: readonly { kw: Float64Array }[]): LoadMinutes {
    const sums = this.open.get(place)
    if (sums === undefined && own.length < 2) return { kw: own[0]?.kw ?? null, counts: null }
    this.open.delete(place)
    const total = sums ?? { ...emptySums(this.minutes), expected: new Uint32Array(this.minutes).fill(1) }
    finishSums(total, 0, this.minutes)
    layOwnOver(total, own, 0, this.minutes)
    return { kw: total.kw, counts: total }
  }
}

async function rowsOf({ node }: Place, load: LoadMinutes, span: Span, store: BlockStore): Promise<NodeRows> {
  const { from, count } = span
  const hasLoad = (hour: number): boolean => {
    const first = hour * MINUTES_PER_HOUR - from / MINUTE_MS
    return load.kw?.subarray(first, first + MINUTES_PER_HOUR).some(kw => !Number.isNaN(kw)) ?? false
  }
  const loaded = new Set(span.hours.filter(hasLoad))
  if (loaded.size < span.hours.length) {
    const { t } = await store.queryLoad({ node: node.id, from, to: from + count * MINUTE_MS, stepS: 60 })
    for (const each of t) loaded.add(Math.floor(each / HOUR_MS))
  }
  const rows: NodeRows = { minutes: [], halfHours: [] }
  for (const hour of span.hours) {
    if (!loaded.has(hour)) continue
    const first = (hour * HOUR_MS - from) / MINUTE_MS
    for (let i = first; i < first + MINUTES_PER_HOUR; i += 1)
      rows.minutes.push({ node: node.id, t: from + i * MINUTE_MS, ...minuteAt(load, i) })
    for (let i = first; i < first + MINUTES_PER_HOUR; i += HALF_HOUR_MINUTES) {
      const t = from + (i / HALF_HOUR_MINUTES) * HALF_HOUR_MS
      rows.halfHours.push(halfHourRow(node.id, t, load, i))
    }
  }
  return rows
}

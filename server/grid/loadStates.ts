import type { LoadState } from '../contract/grid.ts'
import type { Place } from './topology.ts'

/** What the measuring points of one node say now; all null where nothing fresh is known. */
export interface OwnValues {
  /** Active power and its data time, of the first of its own points that knows one. */
  kw: number | null
  at: number
  /** A transformer's own apparent power. */
  kva: number | null
  temperatureC: number | null
  oilTemperatureC: number | null
}

/** Present load of one node, with the apparent power behind `loading` (kVA; null: not measured, |kW| stands in). */
export interface NodeLoad {
  load: LoadState
  loadKva: number | null
}

interface Sum {
  loadKw: number | null
  source: LoadState['source']
  reported: number
  expected: number
  newestAt: number | null
}

/**
 * Every node's load: its own meter, else the sum of its children.
 *
 *   feeder 1 (own meter stale) ── sum ──┬── transformer 2 (own readings fresh)   1 of 1: its households do not count
 *                                       ├── transformer 3 (sum) ──┬── household  1 of 1
 *                                       │                         └── household  0 of 1, stale
 *                                       └── feeder end without meter or children 0 of 1
 *   feeder 1 = 2 + household, reported 2 of 4
 *
 * `places` is the whole tree, or one node with all below it; the answer has the same order.
 */
export function loadStates(places: readonly Place[], valuesOf: (place: Place) => OwnValues): NodeLoad[] {
  const first = places[0]?.index ?? 0
  const sums: Sum[] = new Array(places.length)
  const values = places.map(valuesOf)
  for (let i = places.length - 1; i >= 0; i -= 1) {
    const place = places[i]
    const own = values[i] ?? NOTHING
    if (place !== undefined)
      sums[i] = own.kw === null ? sumOfChildren(place, sums, first) : ownSum(own.kw, own.at)
  }
  return places.map((place, i) => nodeLoad(place, sums[i] ?? NOBODY, values[i] ?? NOTHING))
}

const NOBODY: Sum = { loadKw: null, source: 'none', reported: 0, expected: 1, newestAt: null }
const NOTHING: OwnValues = { kw: null, at: NaN, kva: null, temperatureC: null, oilTemperatureC: null }

function ownSum(kw: number, at: number): Sum {
  return { loadKw: kw, source: 'meter', reported: 1, expected: 1, newestAt: at }
}

function sumOfChildren(place: Place, sums: readonly Sum[], first: number): Sum {
  if (place.children.length === 0) return NOBODY
  const total: Sum = { loadKw: null, source: 'none', reported: 0, expected: 0, newestAt: null }
  for (const child of place.children) {
    const { loadKw, reported, expected, newestAt } = sums[child.index - first] ?? NOBODY
    total.reported += reported
    total.expected += expected
    if (loadKw === null) continue
    total.source = 'sum'
    total.loadKw = (total.loadKw ?? 0) + loadKw
    total.newestAt = Math.max(total.newestAt ?? -Infinity, newestAt ?? -Infinity)
  }
  return total
}

function nodeLoad({ node, parent }: Place, sum: Sum, values: OwnValues): NodeLoad {
  const load: LoadState = {
    id: node.id,
    kind: node.kind,
    name: node.name,
    parent: parent?.node.id ?? null,
    customerId: node.customerId,
    loadKw: sum.loadKw,
    source: sum.source,
    expected: sum.expected,
    reported: sum.reported,
    newestAt: sum.newestAt,
    capacityKw: node.capacityKw,
    ratingKva: node.ratingKva,
    loading: loadingOf(node, sum.loadKw, values.kva),
    temperatureC: values.temperatureC,
    oilTemperatureC: values.oilTemperatureC
  }
  return { load, loadKva: values.kva }
}

/**
 * Share of the limit in use, whichever way power flows: a transformer's by its rating (kVA, |kW| where kVA is not
 * known), everything else's by its capacity (kW); the other limit where that one is missing.
 */
function loadingOf(node: Place['node'], loadKw: number | null, kva: number | null): number | null {
  const activeKw = loadKw === null ? null : Math.abs(loadKw)
  const byRating = share(kva ?? activeKw, node.ratingKva)
  const byCapacity = share(activeKw, node.capacityKw)
  return node.kind === 'transformer' ? (byRating ?? byCapacity) : (byCapacity ?? byRating)
}

function share(value: number | null, limit: number | null): number | null {
  return value === null || limit === null ? null : value / limit
}

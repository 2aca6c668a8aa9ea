import type { LoadState } from '../contract/grid.ts'
import type { OwnValues } from './ownValues.ts'
import type { Place } from './topology.ts'

/** Present load of one node, with the apparent power behind `loading` (kVA; null: not measured, |kW| stands in). */
export interface NodeLoad {
  load: LoadState
  loadKva: number | null
}

/** Writes into `own` what the measuring points of a node say. */
export type ReadOwnValues = (own: OwnValues, index: number) => void

const NONE = 0
const METER = 1
const SUM = 2
const sources: readonly LoadState['source'][] = ['none', 'meter', 'sum']

/**
 * Every node's load: its own meter, else the sum of its children.
 *
 *   feeder 1 (own meter stale) ── sum ──┬── transformer 2 (own readings fresh)   1 of 1: its households do not count
 *                                       ├── transformer 3 (sum) ──┬── household  1 of 1
 *                                       │                         └── household  0 of 1, stale
 *                                       └── feeder end without meter or children 0 of 1
 *   feeder 1 = 2 + household, reported 2 of 4
 *
 * It is reckoned every second for every node, so it stands in columns: objects are made only of what is shown.
 */
export class LoadStates {
  private readonly places: readonly Place[]
  /** NaN: not known; so everywhere here. */
  private readonly kw: Float64Array
  private readonly newestAt: Float64Array
  private readonly kva: Float64Array
  private readonly temperatureC: Float64Array
  private readonly oilTemperatureC: Float64Array
  private readonly source: Uint8Array
  private readonly reported: Uint32Array
  private readonly expected: Uint32Array
  private readonly own: OwnValues = { kw: NaN, at: NaN, kva: NaN, temperatureC: NaN, oilTemperatureC: NaN }

  constructor(places: readonly Place[]) {
    const { length } = places
    this.places = places
    this.kw = new Float64Array(length)
    this.newestAt = new Float64Array(length)
    this.kva = new Float64Array(length)
    this.temperatureC = new Float64Array(length)
    this.oilTemperatureC = new Float64Array(length)
    this.source = new Uint8Array(length)
    this.reported = new Uint32Array(length)
    this.expected = new Uint32Array(length)
  }

  /** Reckons the nodes from `first` to before `end`: the whole tree, or one node with all below it. */
  update(read: ReadOwnValues, first = 0, end = this.places.length): void {
    const { own } = this
    for (let i = end - 1; i >= first; i -= 1) {
      read(own, i)
      this.kva[i] = own.kva
      this.temperatureC[i] = own.temperatureC
      this.oilTemperatureC[i] = own.oilTemperatureC
      if (Number.isNaN(own.kw)) this.sumChildren(i)
      else this.put(i, own.kw, METER, 1, 1, own.at)
    }
  }

  /** kW; null: not known. */
  loadKw(index: number): number | null {
    return known(this.kw[index])
  }

  /** Data time of the newest value in it, epoch ms; null: not known. */
  newestAtOf(index: number): number | null {
    return known(this.newestAt[index])
  }

  nodeLoad({ index, node, parent }: Place): NodeLoad {
    const loadKw = this.loadKw(index)
    const loadKva = known(this.kva[index])
    const load: LoadState = {
      id: node.id,
      kind: node.kind,
      name: node.name,
      parent: parent?.node.id ?? null,
      customerId: node.customerId,
      loadKw,
      source: sources[this.source[index] ?? NONE] ?? 'none',
      expected: this.expected[index] ?? 0,
      reported: this.reported[index] ?? 0,
      newestAt: known(this.newestAt[index]),
      capacityKw: node.capacityKw,
      ratingKva: node.ratingKva,
      loading: loadingOf(node, loadKw, loadKva),
      temperatureC: known(this.temperatureC[index]),
      oilTemperatureC: known(this.oilTemperatureC[index])
    }
    return { load, loadKva }
  }

  private sumChildren(index: number): void {
    const children = this.places[index]?.children ?? []
    let kw = NaN
    let newestAt = NaN
    let reported = 0
    let expected = children.length === 0 ? 1 : 0
    for (const child of children) {
      const childKw = this.kw[child.index] ?? NaN
      reported += this.reported[child.index] ?? 0
      expected += this.expected[child.index] ?? 0
      if (Number.isNaN(childKw)) continue
      kw = Number.isNaN(kw) ? childKw : kw + childKw
      const childAt = this.newestAt[child.index] ?? NaN
      if (!(childAt <= newestAt)) newestAt = childAt
    }
    this.put(index, kw, Number.isNaN(kw) ? NONE : SUM, reported, expected, newestAt)
  }

  private put(
    index: number,
    kw: number,
    source: number,
    reported: number,
    expected: number,
    newestAt: number
  ): void {
    this.kw[index] = kw
    this.source[index] = source
    this.reported[index] = reported
    this.expected[index] = expected
    this.newestAt[index] = newestAt
  }
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

function known(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value
}

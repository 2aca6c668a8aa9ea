import type { GridNode } from '../contract/registry.ts'
import type { ReadingBatch } from '../log/readingBatch.ts'
import { VALUE_COUNT, valueColumn } from '../log/valueColumns.ts'
import { createDirtyBlocks, type DirtyBlocks } from './dirtyBlocks.ts'
import { createRecentHours, HOUR_MS, type RecentHours, type SaidPower } from './recentHours.ts'
import { changedNodes, fingerprint } from './registryChanges.ts'
import { SourceTable } from './sourceTable.ts'
import { actsUntil, type HoldRule } from './steps.ts'
import { buildTopology, type RegisteredPoint, type Topology } from './topology.ts'

/** What waits to be rolled up: the recent hours are in memory, the dirty blocks name everything before. */
export interface RollupMarks {
  readonly topology: Topology
  readonly recent: RecentHours
  readonly dirty: DirtyBlocks
  /** The shape of the registry in use; see the note. */
  readonly registry: string | null
  /** How long before a moment a reading may have begun and still act in it, ms. */
  readonly lookBackMs: number
  /** From here on (epoch ms) rows that are not dirty are those of the registry in use. */
  readonly trustedFrom: number
  setRegistry(nodes: readonly GridNode[]): void
  mark(batch: ReadingBatch): void
  /** Everybody's hours in [from, to), epoch ms. */
  markRange(from: number, to: number): void
  /** Points whose steps the recent hours must be given from the store; they count as given from now on. */
  takeUnseeded(): RegisteredPoint[]
  /** They were not given after all. */
  putBackUnseeded(points: readonly RegisteredPoint[]): void
}

const SHORTEST_LOOK_BACK_MS = 6 * HOUR_MS
/** How far back a change of the registry changes the charts; older hours follow it when data comes for them. */
const REGISTRY_LOOK_BACK_MS = 45 * 24 * HOUR_MS
const MOST_CHANGED_NODES = 100

/** `registry` and `lookBackMs` as a note kept them; null without one. */
export function createRollupMarks(
  now: () => number,
  defaultS: number,
  kept: { registry: string | null; lookBackMs: number } | null
): RollupMarks {
  const dirty = createDirtyBlocks()
  const recent = createRecentHours({ defaultS })
  const unseeded = new Set<string>()
  let topology = buildTopology([])
  /** The registry's points by their numbers, as the recent hours have them. */
  let table = new SourceTable()
  let keys: string[] = []
  let rules: HoldRule[] = []
  let registry = kept?.registry ?? null
  let lookBackMs = Math.max(SHORTEST_LOOK_BACK_MS, kept?.lookBackMs ?? 0)
  const said: SaidPower = { ts: NaN, intervalS: NaN, kw: NaN, kva: NaN, kvar: NaN }
  recent.advance(now())

  const markHours = (from: number, to: number, name: string | null, at: number) => {
    for (let hour = Math.floor(from / HOUR_MS); hour * HOUR_MS < to; hour += 1) dirty.mark(hour, name, at)
  }

  const markPoint = (n: number, at: number) => {
    const { ts, intervalS } = said
    const key = keys[n] ?? ''
    const until = actsUntil(ts, intervalS, rules[n] ?? { registryS: null, defaultS })
    lookBackMs = Math.max(lookBackMs, until - ts)
    if (ts < recent.from) markHours(ts, Math.min(until, recent.from), key, at)
    if (until <= recent.from) return
    const fate = recent.insert(n, said, at)
    if (fate === 'reseed') unseeded.add(key)
    if (fate === 'full') markHours(Math.max(ts, recent.from), Math.min(until, at), key, at)
  }

  const mark = (batch: ReadingBatch) => {
    const at = now()
    const { values } = batch
    for (let row = 0; row < batch.count; row += 1) {
      const n = table.find(batch, row)
      if (n < 0) continue
      const first = row * VALUE_COUNT
      said.kw = values[first + valueColumn.kw] ?? NaN
      said.kva = values[first + valueColumn.kva] ?? NaN
      if (Number.isNaN(said.kw) && Number.isNaN(said.kva)) continue
      said.kvar = values[first + valueColumn.kvar] ?? NaN
      said.ts = batch.ts[row] ?? NaN
      said.intervalS = batch.intervalS[row] ?? 0
      markPoint(n, at)
    }
  }

  const markChangedNodes = (before: Topology) => {
    const names = before.places.length === 0 ? [] : changedNodes(before, topology)
    const isFew = names.length > 0 && names.length <= MOST_CHANGED_NODES
    for (const name of isFew ? names : [null])
      markHours(now() - REGISTRY_LOOK_BACK_MS, recent.from, name, now())
  }

  const setRegistry = (nodes: readonly GridNode[]) => {
    const before = topology
    topology = buildTopology(nodes)
    table = new SourceTable()
    keys = []
    rules = []
    const ruleOf = new Map<number | null, HoldRule>()
    for (const { kind, id, key, reportIntervalS: registryS } of topology.points.values()) {
      const rule = ruleOf.get(registryS) ?? { registryS, defaultS }
      ruleOf.set(registryS, rule)
      table.add(kind, id)
      keys.push(key)
      rules.push(rule)
    }
    for (const rule of ruleOf.values())
      lookBackMs = Math.max(lookBackMs, actsUntil(0, rule.registryS ?? 0, rule))
    for (const key of recent.setTopology(topology)) unseeded.add(key)
    const shape = fingerprint(topology)
    if (shape !== registry) markChangedNodes(before)
    registry = shape
  }

  return {
    get topology() {
      return topology
    },
    get registry() {
      return registry
    },
    get lookBackMs() {
      return lookBackMs
    },
    get trustedFrom() {
      return now() - REGISTRY_LOOK_BACK_MS + HOUR_MS
    },
    recent,
    dirty,
    setRegistry,
    mark,
    markRange: (from, to) => {
      markHours(from, Math.min(to, recent.from), null, now())
      if (to > recent.from) for (const key of topology.points.keys()) unseeded.add(key)
    },
    takeUnseeded: () => {
      const points = [...unseeded].flatMap(key => topology.points.get(key) ?? [])
      unseeded.clear()
      return points
    },
    putBackUnseeded: points => {
      for (const { key } of points) unseeded.add(key)
    }
  }
}

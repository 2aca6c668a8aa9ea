import type { GridNode } from '../contract/registry.ts'
import type { Reading } from '../contract/telemetry.ts'
import { createDirtyBlocks, type DirtyBlocks } from './dirtyBlocks.ts'
import { powerIn } from './hold.ts'
import { createHotWindow, HOUR_MS, type HotWindow } from './hotWindow.ts'
import { changedNodes, fingerprint } from './registryChanges.ts'
import { stepOf } from './steps.ts'
import { buildTopology, pointKey, type RegisteredPoint, type Topology } from './topology.ts'

/** What waits to be rolled up: the hot window takes the last hours, the dirty blocks everything before. */
export interface RollupMarks {
  readonly topology: Topology
  readonly hot: HotWindow
  readonly dirty: DirtyBlocks
  /** The shape of the registry in use; see the note. */
  readonly registry: string | null
  /** How long before a moment a reading may have begun and still act in it, ms. */
  readonly lookBackMs: number
  setRegistry(nodes: readonly GridNode[]): void
  mark(reading: Reading): void
  markRange(from: number, to: number): void
  /** Points whose steps the hot window must be given from the store; they count as given from now on. */
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
  const hot = createHotWindow({ defaultS })
  const unseeded = new Set<string>()
  let topology = buildTopology([])
  let registry = kept?.registry ?? null
  let lookBackMs = Math.max(SHORTEST_LOOK_BACK_MS, kept?.lookBackMs ?? 0)
  hot.advance(now())

  const markHours = (from: number, to: number, name: string | null) => {
    for (let hour = Math.floor(from / HOUR_MS); hour * HOUR_MS < to; hour += 1) dirty.mark(hour, name, now())
  }

  const mark = ({ kind, id, ts, intervalS, values }: Reading) => {
    const key = pointKey(kind, id)
    const point = topology.points.get(key)
    const power = point === undefined ? null : powerIn(values)
    if (point === undefined || power === null) return
    const step = stepOf(ts, intervalS, power, { registryS: point.reportIntervalS, defaultS })
    lookBackMs = Math.max(lookBackMs, step.until - ts)
    markHours(ts, Math.min(step.until, hot.from), key)
    if (step.until <= hot.from) return
    const fate = hot.insert(key, step)
    if (fate === 'reseed') unseeded.add(key)
    if (fate === 'full') markHours(Math.max(ts, hot.from), Math.min(step.until, now()), key)
  }

  const markChangedNodes = (before: Topology) => {
    const names = before.places.length === 0 ? [] : changedNodes(before, topology)
    const isFew = names.length > 0 && names.length <= MOST_CHANGED_NODES
    for (const name of isFew ? names : [null]) markHours(now() - REGISTRY_LOOK_BACK_MS, hot.from, name)
  }

  const setRegistry = (nodes: readonly GridNode[]) => {
    const before = topology
    topology = buildTopology(nodes)
    for (const { reportIntervalS } of topology.points.values()) {
      const { until } = stepOf(0, reportIntervalS ?? 0, NO_POWER, { registryS: reportIntervalS, defaultS })
      lookBackMs = Math.max(lookBackMs, until)
    }
    for (const key of hot.setTopology(topology)) unseeded.add(key)
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
    hot,
    dirty,
    setRegistry,
    mark,
    markRange: (from, to) => {
      markHours(from, Math.min(to, hot.from), null)
      if (to > hot.from) for (const key of topology.points.keys()) unseeded.add(key)
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

const NO_POWER = { kw: null, kva: null, kvar: null }

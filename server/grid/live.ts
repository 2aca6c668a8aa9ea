import type { GridNodeAnswer, LoadState } from '../contract/grid.ts'
import type { GridNode } from '../contract/registry.ts'
import type { Source } from '../contract/sources.ts'
import type { Reading } from '../contract/telemetry.ts'
import type { ReadingBatch } from '../log/readingBatch.ts'
import { DEFAULT_REPORT_INTERVAL_S } from './hold.ts'
import { createLiveSources, type GridDrops, type LiveSources } from './liveSources.ts'
import { loadStates, type NodeLoad } from './loadStates.ts'
import { nodeSources, ownValues } from './ownValues.ts'
import { type DeviceStatus, sourceState } from './sourceStates.ts'
import type { DayMaximum } from './stationDay.ts'
import { buildTopology, downwards, type Place, type Topology, upwards } from './topology.ts'

/** One node at one moment: its load, the apparent power behind its loading, and how hot its day gets. */
export interface SnapshotNode extends NodeLoad, DayMaximum {
  weatherId: string | null
}

/** The grid at one moment; nothing in it changes afterwards. Parents stand before their children. */
export interface GridSnapshot {
  at: number
  nodes: readonly SnapshotNode[]
  /** The registered sources. */
  sources: readonly Source[]
}

export interface LiveGridSettings {
  /** The local date of a moment (epoch ms), in any spelling: it rules what "today" is. */
  localDate(t: number): string
  defaultReportIntervalS?: number
  /** How many unregistered sources are followed. */
  maxUnassigned?: number
}

/**
 * The live state. A reading ahead of its time (ingest lets up to an hour pass) is nobody's newest before its ts: until
 * then the one before it stands. Not more than 256 wait so for each source.
 */
export interface LiveGrid {
  setRegistry(nodes: readonly GridNode[]): void
  apply(batch: ReadingBatch, arrivedAt: number): void
  /** Readings out of the store: when they arrived is no longer known. */
  restore(readings: Iterable<Reading>, now: number): void
  /** `ts` null: a last will, which always counts; else a status older than the one held is ignored. */
  applyStatus(id: string, online: boolean, ts: number | null): void
  snapshot(now: number): GridSnapshot
  /** Every node but households. */
  states(now: number): LoadState[]
  node(id: string, now: number): GridNodeAnswer | null
  /** A node's present load, for which only what is below it is looked at; null also for an unknown node. */
  loadKw(id: string, now: number): number | null
  /** The registered ones, then the unassigned. */
  sources(now: number): Source[]
  drops(): GridDrops
}

export function createLiveGrid({
  localDate,
  defaultReportIntervalS = DEFAULT_REPORT_INTERVAL_S,
  maxUnassigned = 20_000
}: LiveGridSettings): LiveGrid {
  let topology: Topology = buildTopology([])
  const sources = createLiveSources(localDate, maxUnassigned)
  let sourcesOfNodes = nodeSources(topology, sources)
  const statuses = new Map<string, DeviceStatus>()
  let droppedStatuses = 0

  const loads = (now: number, places: readonly Place[] = topology.places): NodeLoad[] => {
    sources.settle(now)
    return loadStates(places, ({ index }) =>
      ownValues(index, sourcesOfNodes, sources, now, defaultReportIntervalS)
    )
  }

  const statusOf = (id: string) => statuses.get(id)

  const listSources = (now: number, isListed: (n: number) => boolean): Source[] => {
    const listed: Source[] = []
    for (let n = 0; n < sources.count; n += 1)
      if (isListed(n)) listed.push(sourceState(n, sources, statusOf, now, defaultReportIntervalS))
    return listed
  }

  const registeredSources = (now: number) => listSources(now, n => isExpected(n, sources, topology))

  const snapshot = (now: number): GridSnapshot => {
    const maxima = new Map<string, DayMaximum>()
    const maximumAt = (stationId: string | null): DayMaximum => {
      if (stationId === null) return UNKNOWN_DAY
      const known = maxima.get(stationId) ?? sources.day(stationId)?.maximum(now) ?? UNKNOWN_DAY
      maxima.set(stationId, known)
      return known
    }
    const nodes = loads(now).map(({ load, loadKva }, i) => {
      const weatherId = topology.places[i]?.weatherId ?? null
      return { load, loadKva, weatherId, ...maximumAt(weatherId) }
    })
    return { at: now, nodes, sources: registeredSources(now) }
  }

  const node = (id: string, now: number): GridNodeAnswer | null => {
    const place = topology.byId.get(id)
    if (place === undefined) return null
    const byId = new Map(loads(now).map(({ load }) => [load.id, load]))
    const listed = (places: Place[]) => places.flatMap(({ node }) => byId.get(node.id) ?? [])
    const [own] = listed([place])
    if (own === undefined) return null
    return {
      at: new Date(now).toISOString(),
      node: own,
      ancestors: listed([...upwards(place)].slice(1).toReversed()),
      children: listed(place.children),
      meter: place.points.find(point => point.kind === 'meter')?.id ?? null,
      weather: place.weatherId
    }
  }

  const loadKw = (id: string, now: number): number | null => {
    const place = topology.byId.get(id)
    const [own] = place === undefined ? [] : loads(now, [...downwards(place)])
    return own?.load.loadKw ?? null
  }

  return {
    setRegistry: nodes => {
      topology = buildTopology(nodes)
      sources.setTopology(topology)
      sourcesOfNodes = nodeSources(topology, sources)
    },
    apply: (batch, arrivedAt) => {
      sources.apply(batch, arrivedAt, arrivedAt)
    },
    restore: (readings, now) => {
      for (const reading of readings) sources.restore(reading, now)
    },
    applyStatus: (id, online, ts) => {
      const held = statuses.get(id)
      if (ts !== null && held?.ts !== null && held !== undefined && ts < held.ts) return
      if (held === undefined && statuses.size >= maxUnassigned + topology.points.size) droppedStatuses += 1
      else statuses.set(id, { online, ts: ts ?? held?.ts ?? null })
    },
    snapshot,
    states: now =>
      loads(now).flatMap(({ load }, i) => (topology.places[i]?.isHousehold === false ? [load] : [])),
    node,
    loadKw,
    sources: now => {
      sources.settle(now)
      return [...registeredSources(now), ...listSources(now, n => sources.place(n) === null)]
    },
    drops: () => ({ ...sources.drops(), statuses: droppedStatuses })
  }
}

const UNKNOWN_DAY: DayMaximum = { maxTemperatureC: null, maxTemperatureIsForecast: false }

/**
 * Registered, and awaited. A transformer need not send anything of its own. Until it does it is awaited only where the registry says how often
 * it reports and gives it no meter, or where nothing else can tell its load.
 */
function isExpected(n: number, sources: LiveSources, { byId }: Topology): boolean {
  if (sources.place(n) === null) return false
  if (sources.kind(n) !== 'transformer' || !Number.isNaN(sources.values.newestTs[n])) return true
  const place = byId.get(sources.id(n))
  if (place === undefined || place.node.meter !== null) return false
  return place.node.reportIntervalS !== null || place.children.length === 0
}

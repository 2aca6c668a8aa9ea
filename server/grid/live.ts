import type { GridNodeAnswer, LoadState } from '../contract/grid.ts'
import type { GridNode } from '../contract/registry.ts'
import type { Source } from '../contract/sources.ts'
import type { Reading } from '../contract/telemetry.ts'
import type { ReadingBatch } from '../log/readingBatch.ts'
import { type Awaited, awaitedAt, isExpected } from './awaited.ts'
import { DEFAULT_REPORT_INTERVAL_S } from './hold.ts'
import { createLiveSources, type GridDrops } from './liveSources.ts'
import { LoadStates, type NodeLoad, type ReadOwnValues } from './loadStates.ts'
import { nodeSources, readOwnValues } from './ownValues.ts'
import { type DeviceStatus, sourceState } from './sourceStates.ts'
import { type DayMaximum, dateAfter, type StationOutlook } from './stationDay.ts'
import { buildTopology, endOf, type Place, type Topology, upwards } from './topology.ts'

/** One node at one moment: its load, the apparent power behind its loading, and how hot its day gets. */
export interface SnapshotNode extends NodeLoad, DayMaximum {
  weatherId: string | null
}

/** The grid at one moment; nothing in it changes afterwards. Parents stand before their children. */
export interface GridSnapshot extends Awaited {
  at: number
  /** Every node but households. */
  nodes: readonly SnapshotNode[]
  tree: Topology
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
  /** The same with the data time (epoch ms) of the newest reading in it. */
  present(id: string, now: number): { kw: number; at: number } | null
  /** The registered ones, then the unassigned. */
  sources(now: number): Source[]
  /** Every registered weather station. */
  weather(now: number): (StationOutlook & { id: string })[]
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
  let loads = new LoadStates([])
  /** What is shown one by one: every node but households. */
  let shown: Place[] = []
  const statuses = new Map<string, DeviceStatus>()
  let droppedStatuses = 0

  /** Brings the loads up to `now`: all of them, or of one node with what is below it. */
  const reckon = (now: number, first?: number, end?: number): LoadStates => {
    sources.settle(now)
    const read: ReadOwnValues = (own, index) =>
      readOwnValues(own, index, sourcesOfNodes, sources, now, defaultReportIntervalS)
    loads.update(read, first, end)
    return loads
  }

  const statusOf = (id: string) => statuses.get(id)

  const sourceAt = (now: number) => (n: number) =>
    sourceState(n, sources, statusOf, now, defaultReportIntervalS)

  const listSources = (now: number, isListed: (n: number) => boolean): Source[] => {
    const listed: number[] = []
    for (let n = 0; n < sources.count; n += 1) if (isListed(n)) listed.push(n)
    return listed.map(sourceAt(now))
  }

  const snapshot = (now: number): GridSnapshot => {
    const maxima = new Map<string, DayMaximum>()
    const maximumAt = (stationId: string | null): DayMaximum => {
      if (stationId === null) return UNKNOWN_DAY
      const known = maxima.get(stationId) ?? sources.day(stationId)?.maximum(now) ?? UNKNOWN_DAY
      maxima.set(stationId, known)
      return known
    }
    const reckoned = reckon(now)
    const nodes = shown.map(place => ({
      ...reckoned.nodeLoad(place),
      weatherId: place.weatherId,
      ...maximumAt(place.weatherId)
    }))
    const awaited = awaitedAt(now, topology, sources, sourcesOfNodes, defaultReportIntervalS, sourceAt(now))
    return { at: now, nodes, tree: topology, ...awaited }
  }

  const node = (id: string, now: number): GridNodeAnswer | null => {
    const place = topology.byId.get(id)
    if (place === undefined) return null
    const reckoned = reckon(now)
    const stateOf = (each: Place): LoadState => reckoned.nodeLoad(each).load
    return {
      at: new Date(now).toISOString(),
      node: stateOf(place),
      ancestors: [...upwards(place)].slice(1).toReversed().map(stateOf),
      children: place.children.map(stateOf),
      meter: place.points.find(point => point.kind === 'meter')?.id ?? null,
      weather: place.weatherId
    }
  }

  const present = (id: string, now: number): { kw: number; at: number } | null => {
    const place = topology.byId.get(id)
    if (place === undefined) return null
    const reckoned = reckon(now, place.index, endOf(place, topology))
    const [kw, at] = [reckoned.loadKw(place.index), reckoned.newestAtOf(place.index)]
    return kw === null || at === null ? null : { kw, at }
  }

  return {
    setRegistry: nodes => {
      topology = buildTopology(nodes)
      sources.setTopology(topology)
      sourcesOfNodes = nodeSources(topology, sources)
      loads = new LoadStates(topology.places)
      shown = topology.places.filter(({ isHousehold }) => !isHousehold)
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
    states: now => {
      const reckoned = reckon(now)
      return shown.map(place => reckoned.nodeLoad(place).load)
    },
    node,
    loadKw: (id, now) => present(id, now)?.kw ?? null,
    present,
    sources: now => {
      sources.settle(now)
      const registered = listSources(now, n => isExpected(n, sources, topology))
      return [...registered, ...listSources(now, n => sources.place(n) === null)]
    },
    weather: now => {
      sources.settle(now)
      const tomorrow = dateAfter(localDate, now)
      return sources.stations().map(({ id, day }) => ({ id, ...day.outlook(now, tomorrow) }))
    },
    drops: () => ({ ...sources.drops(), statuses: droppedStatuses })
  }
}

const UNKNOWN_DAY: DayMaximum = { maxTemperatureC: null, maxTemperatureIsForecast: false }

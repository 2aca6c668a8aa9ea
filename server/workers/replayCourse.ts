import type { LocalTime } from '../contract/localTime.ts'
import type { GridNode } from '../contract/registry.ts'
import type { Reading } from '../contract/telemetry.ts'
import type { TransformerState } from '../contract/transformers.ts'
import { createLiveGrid, type GridSnapshot, type LiveGrid } from '../grid/live.ts'
import { buildTopology, type Topology } from '../grid/topology.ts'
import { type Arrivals, createArrivals } from '../replay/arrivals.ts'
import { type Course, createCourse } from '../replay/course.ts'
import { type ReplaySpan, STEP_MS, spanOf } from '../replay/span.ts'
import { evaluate } from '../rules/evaluate.ts'
import type { RuleLimits } from '../rules/limits.ts'
import { memoryFrom } from '../rules/memory.ts'
import type { EnrolledConsumer, ForecastAhead } from '../rules/snapshot.ts'
import { replayedSources } from './replayReadings.ts'

export interface ReplayCourseNeeds {
  day: string
  local: LocalTime
  nodes: readonly GridNode[]
  enrolled: readonly EnrolledConsumer[]
  limits: RuleLimits
  /** The newest issue of each node by the clock. */
  forecasts(): readonly ForecastAhead[]
  transformers(now: number): readonly TransformerState[]
}

/** A day's own grid, rules and memory of the rules, before its first step. */
export interface ReplayScene {
  course: Course
  grid: LiveGrid
  arrivals: Arrivals
  span: ReplaySpan
  tree: Topology
  groups: ReturnType<typeof replayedSources>['groups']
}

/** Where neither the registry nor the reading says how often a source reports, at most so many seconds are held. */
const USUAL_REPORT_S = 900

export function replayScene(needs: ReplayCourseNeeds): ReplayScene {
  const { day, local, nodes, enrolled, limits, forecasts, transformers } = needs
  const tree = buildTopology(nodes)
  const longestReportS = nodes.reduce(
    (longest, { reportIntervalS }) => Math.max(longest, reportIntervalS ?? 0),
    USUAL_REPORT_S
  )
  const { heatHoldS, heatClearHoldS, overloadHoldS, overloadClearHoldS } = limits
  const longestHoldS = Math.max(heatHoldS, heatClearHoldS, overloadHoldS, overloadClearHoldS)
  const span = spanOf(day, local, { longestReportS, longestHoldS })
  const { sources, groups } = replayedSources(tree)
  const arrivals = createArrivals(sources, span.begin, STEP_MS)
  const grid = createLiveGrid({ localDate: local.date })
  grid.setRegistry(nodes)
  const longer = longerIntervals(tree, nodes)

  let memory = memoryFrom([], span.begin)
  let judged: GridSnapshot | null = null
  let foretold: readonly ForecastAhead[] = []
  const course = createCourse<GridSnapshot>({
    span,
    arrivals,
    take(reading, now) {
      grid.restore([reading], now)
      longer.heard(reading)
    },
    look(now) {
      const changed = longer.changed()
      if (changed !== null) grid.setRegistry(changed)
      return grid.snapshot(now)
    },
    judge(snapshot, now) {
      const ahead = forecasts()
      // Nothing is new and no hold runs: the rules would say what they said.
      if (snapshot === judged && ahead === foretold && memory.holds.size === 0) return []
      judged = snapshot
      foretold = ahead
      const seen = {
        ...snapshot,
        enrolled,
        forecasts: ahead,
        transformers: transformers(now),
        today: local.date(now)
      }
      const outcome = evaluate(seen, memory, limits, now)
      memory = outcome.memory
      return outcome.changed
    }
  })
  return { course, grid, arrivals, span, tree, groups }
}

/**
 * A past that was loaded from files often stands in longer intervals than the registry says of the live readings. Such
 * readings hold by their own interval, else every one of them would fall stale before the next.
 */
function longerIntervals({ points }: Topology, nodes: readonly GridNode[]) {
  const registered = new Map<string, Map<string, { reportIntervalS: number; ids: string[] }>>()
  for (const { kind, id, reportIntervalS, places } of points.values()) {
    if (reportIntervalS === null) continue
    const ofKind = registered.get(kind) ?? new Map()
    registered.set(kind, ofKind.set(id, { reportIntervalS, ids: places.map(({ node }) => node.id) }))
  }
  const own = new Set<string>()
  let isNew = false
  return {
    heard({ kind, id, intervalS }: Reading): void {
      const ofKind = registered.get(kind)
      const point = ofKind?.get(id)
      if (ofKind === undefined || point === undefined || intervalS <= point.reportIntervalS) return
      ofKind.delete(id)
      for (const nodeId of point.ids) own.add(nodeId)
      isNew = true
    },
    /** The register with what was found since the last time; null: nothing. */
    changed(): GridNode[] | null {
      if (!isNew) return null
      isNew = false
      return nodes.map(node => (own.has(node.id) ? { ...node, reportIntervalS: null } : node))
    }
  }
}

import type { LocalTime } from '../contract/localTime.ts'
import type { GridNode } from '../contract/registry.ts'
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

  let memory = memoryFrom([], span.begin)
  let judged: GridSnapshot | null = null
  let foretold: readonly ForecastAhead[] = []
  const course = createCourse<GridSnapshot>({
    span,
    arrivals,
    take: (reading, now) => grid.restore([reading], now),
    look: grid.snapshot,
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

import type { Finding } from '../../server/contract/findings.ts'
import { localTime } from '../../server/contract/localTime.ts'
import type { GridNode } from '../../server/contract/registry.ts'
import { commitments } from '../../server/register.ts'
import type { Course } from '../../server/replay/course.ts'
import { defaultLimits, type RuleLimits } from '../../server/rules/limits.ts'
import type { ForecastAhead } from '../../server/rules/snapshot.ts'
import { replayScene } from '../../server/workers/replayCourse.ts'
import { createReplayReadings, type Reads } from '../../server/workers/replayReadings.ts'
import { createReplayRun, type ReplayRun } from '../../server/workers/replayRun.ts'

export const enrolled = commitments([
  { customerId: 'C1', meteringPointId: 'MP1', committedKw: 100 },
  { customerId: 'C2', meteringPointId: 'MP2', committedKw: 80 }
]).map(one => ({ ...one, name: `Works ${one.customerId}` }))

export interface Replayed {
  run: ReplayRun
  course: Course
  ended: Promise<void>
}

/** A replay as its thread joins it, in this one; forecasts apart. Its wall clock runs a thousand times too fast. */
export function replayed(needs: {
  reads: Reads
  nodes: readonly GridNode[]
  day: string
  timeZone: string
  speed?: number
  limits?: RuleLimits
  /** What is issued at a moment, epoch ms. */
  issued?: { at: number; ahead: readonly ForecastAhead[] }[]
}): Replayed {
  const { reads, nodes, day, timeZone, speed = 0, limits = defaultLimits } = needs
  const local = localTime(timeZone)
  let ahead: readonly ForecastAhead[] = []
  const coming = [...(needs.issued ?? [])]
  const scene = replayScene({
    ...{ day, local, nodes, enrolled, limits },
    forecasts: () => ahead,
    transformers: () => []
  })
  const { course, span, arrivals, groups } = scene
  const readings = createReplayReadings({
    ...{ groups, arrivals, span },
    reads: () => reads,
    onBroken: () => {}
  })
  const run = createReplayRun({
    ...{ course, span, readings, speed },
    isForesightDue: clock => clock >= (coming[0]?.at ?? Infinity),
    async foresee() {
      ahead = coming.shift()?.ahead ?? []
    },
    wallMs: () => performance.now() * 1000,
    tell: () => {}
  })
  return { run, course, ended: run.run() }
}

/** `heat-peak F1 13:05:10–15:20:00` in local time. */
export function told({ kind, nodeId, raisedAt, clearedAt }: Finding, offsetMs: number): string {
  const clock = (time: string) => new Date(Date.parse(time) + offsetMs).toISOString().slice(11, 19)
  return `${kind} ${nodeId} ${clock(raisedAt)}–${clearedAt === null ? '' : clock(clearedAt)}`
}

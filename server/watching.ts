import type { CurtailmentEvent, Participant } from './contract/events.ts'
import { localTime } from './contract/localTime.ts'
import type { Programme } from './contract/programmes.ts'
import type { Present } from './curtailment/live/basis.ts'
import { createWatching, type Watching } from './curtailment/live/watching.ts'
import type { Results } from './curtailment/performance/needs.ts'
import type { Planning } from './curtailment/plan/planning.ts'
import { slotGrid } from './curtailment/slots/slotGrid.ts'

export interface WatchingParts {
  results: Pick<Results, 'basis'>
  planning: Planning
  programmes: { list(): Promise<readonly Programme[]> }
  /** A node's fresh load with the data time (epoch ms) of its newest reading. */
  present(nodeId: string): Present | null
  onFault(what: string, error: unknown): void
  timeZone: string
  now(): number
}

/** Running events against their target, from the live state. */
export function openWatching(parts: WatchingParts): Watching {
  const { results, planning, programmes, present, onFault, now } = parts
  const local = localTime(parts.timeZone)

  async function ceilToSlot({ programmeId }: CurtailmentEvent, t: number): Promise<number> {
    const programme = (await programmes.list()).find(({ id }) => id === programmeId)
    if (programme === undefined) throw new Error(`there is no programme ${programmeId}`)
    return slotGrid(local, programme.settlementIntervalMinutes).ceil(t)
  }

  return createWatching({
    basisOf: results.basis,
    presentOf: participant => presentOf(participant, present),
    plan: planning.planMore,
    ...{ ceilToSlot, onFault, now }
  })
}

/** Over all its metering points; unknown as soon as one is, and as old as the oldest. */
function presentOf(
  { meteringPointId, furtherMeters }: Participant,
  present: (nodeId: string) => Present | null
): Present | null {
  let sum: Present = { kw: 0, at: Infinity }
  for (const id of [meteringPointId, ...furtherMeters.map(one => one.meteringPointId)]) {
    const one = present(id)
    if (one === null) return null
    sum = { kw: sum.kw + one.kw, at: Math.min(sum.at, one.at) }
  }
  return sum
}

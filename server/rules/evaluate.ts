import type { Finding } from '../contract/findings.ts'
import { flaggedIn } from './flagged.ts'
import { heatPeaks } from './heatPeak.ts'
import { heatPeaksAhead } from './heatPeakAhead.ts'
import { clearUnseen, live } from './life.ts'
import type { RuleLimits } from './limits.ts'
import { heatPeakKey, overloadKey, type RulesMemory } from './memory.ts'
import { overloads } from './overload.ts'
import { silentMeters } from './silentMeter.ts'
import type { RuleSnapshot } from './snapshot.ts'
import { transformerLimits } from './transformerLimit.ts'
import { oilDrifts } from './transformerOil.ts'

/**
 * One cycle of the rules over one snapshot: what they remember now, and the findings that were raised, cleared, or say
 * something noticeably different. Pure; an empty snapshot (no registry yet) decides nothing.
 */
export function evaluate(
  snapshot: RuleSnapshot,
  memory: RulesMemory,
  limits: RuleLimits,
  now: number
): { memory: RulesMemory; changed: Finding[] } {
  if (snapshot.tree.places.length === 0) return { memory, changed: [] }
  const next: RulesMemory = {
    listeningSince: memory.listeningSince,
    holds: new Map(memory.holds),
    standing: new Map(memory.standing),
    ahead: memory.ahead
  }
  const flaggedBelow = flaggedIn(snapshot)
  const observations = [
    ...heatPeaks(snapshot.nodes, flaggedBelow, memory, limits),
    ...overloads(snapshot.nodes, limits),
    ...silentMeters(snapshot, memory, limits, now),
    ...transformerLimits(snapshot, flaggedBelow, memory, limits, now),
    ...oilDrifts(snapshot, memory, limits)
  ]
  const cleared = clearUnseen(next, new Set(observations.map(({ key }) => key)), now)
  const changed = observations.flatMap(observation => live(next, observation, limits.refreshS, now) ?? [])
  const standsLive = (id: string) => next.standing.has(heatPeakKey(id)) || next.standing.has(overloadKey(id))
  const ahead = heatPeaksAhead(memory.ahead, { snapshot, flaggedBelow, standsLive, limits, now })
  next.ahead = ahead.memory
  return { memory: next, changed: [...cleared, ...changed, ...ahead.changed] }
}

import type { Finding, FlaggedConsumer } from '../contract/findings.ts'
import { heatPeaks } from './heatPeak.ts'
import { clearUnseen, live } from './life.ts'
import type { RuleLimits } from './limits.ts'
import type { RulesMemory } from './memory.ts'
import { overloads } from './overload.ts'
import { silentMeters } from './silentMeter.ts'
import type { RuleSnapshot } from './snapshot.ts'

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
    standing: new Map(memory.standing)
  }
  const observations = [
    ...heatPeaks(snapshot.nodes, flaggedIn(snapshot), memory, limits),
    ...overloads(snapshot.nodes, limits),
    ...silentMeters(snapshot, memory, limits, now)
  ]
  const cleared = clearUnseen(next, new Set(observations.map(({ key }) => key)), now)
  const changed = observations.flatMap(observation => live(next, observation, limits.refreshS, now) ?? [])
  return { memory: next, changed: [...cleared, ...changed] }
}

/** The enrolled large consumers below a node, largest commitment first. */
function flaggedIn({ nodes, tree, enrolled }: RuleSnapshot): (nodeId: string) => FlaggedConsumer[] {
  let byAncestor: Map<string, FlaggedConsumer[]> | null = null
  const gather = () => {
    const loads = new Map(nodes.map(({ load }) => [load.id, load]))
    const found = new Map<string, FlaggedConsumer[]>()
    const largestFirst = enrolled.toSorted(
      (a, b) => b.committedKw - a.committedKw || (a.customerId < b.customerId ? -1 : 1)
    )
    for (const { customerId, name, meteringPointId, committedKw } of largestFirst) {
      const presentKw = loads.get(meteringPointId)?.loadKw ?? null
      for (let at = tree.byId.get(meteringPointId)?.parent ?? null; at !== null; at = at.parent) {
        const flagged = found.get(at.node.id)
        const consumer = { customerId, name, meteringPointId, presentKw, committedKw }
        if (flagged === undefined) found.set(at.node.id, [consumer])
        else flagged.push(consumer)
      }
    }
    return found
  }
  return nodeId => {
    byAncestor ??= gather()
    return byAncestor.get(nodeId) ?? []
  }
}

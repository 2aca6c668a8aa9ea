import type { Description, Observation, Verdict } from './life.ts'
import type { RuleLimits } from './limits.ts'
import { overloadKey } from './memory.ts'
import type { RuleNode } from './snapshot.ts'
import { kva, kw, percent } from './words.ts'

/** How much of which limit is in use, whichever way power flows. */
interface Loading {
  share: number | null
  /** A partial sum may raise, never clear. */
  isComplete: boolean
  facts: Record<string, number | null>
  words: string
}

/**
 * A transformer above its rating (kVA as measured, |kW| where kVA is not known: that can only be too low), anything
 * else but a metering point above its capacity.
 */
export function overloads(nodes: readonly RuleNode[], limits: RuleLimits): Observation[] {
  const observations: Observation[] = []
  for (const node of nodes) {
    const loading = loadingOf(node)
    if (loading === null) continue
    const { id, name } = node.load
    observations.push({
      key: overloadKey(id),
      idPrefix: 'OL',
      kind: 'overload',
      nodeId: id,
      nodeName: name,
      verdict: verdictOf(loading, limits),
      holdS: limits.overloadHoldS,
      clearHoldS: limits.overloadClearHoldS,
      describe: () => describe(name, loading, limits)
    })
  }
  return observations
}

function loadingOf({ load, loadKva }: RuleNode): Loading | null {
  const { kind, loadKw, capacityKw, ratingKva, reported, expected } = load
  if (kind === 'meteringPoint') return null
  const activeKw = loadKw === null ? null : Math.abs(loadKw)
  const isWhole = reported === expected
  const partial = isWhole ? '' : `, ${reported} of ${expected} reported`
  if (kind === 'transformer' && ratingKva !== null) {
    const used = loadKva ?? activeKw
    return {
      share: used === null ? null : used / ratingKva,
      isComplete: loadKva !== null || isWhole,
      facts: { loadKw, loadKva, ratingKva },
      words:
        loadKva === null
          ? `${kw(activeKw)} (kVA not measured${partial}) of ${kva(ratingKva)}`
          : `${kva(loadKva)} of ${kva(ratingKva)}`
    }
  }
  if (capacityKw === null) return null
  return {
    share: activeKw === null ? null : activeKw / capacityKw,
    isComplete: isWhole,
    facts: { loadKw, limitKw: capacityKw },
    words: `${kw(loadKw)} of ${kw(capacityKw)}${partial}`
  }
}

function verdictOf({ share, isComplete }: Loading, limits: RuleLimits): Verdict {
  if (share === null) return 'unknown'
  if (share > limits.overloadRaiseShare) return 'on'
  if (!isComplete) return 'unknown'
  return share < limits.overloadClearShare ? 'off' : 'between'
}

function describe(name: string, { share, facts, words }: Loading, limits: RuleLimits): Description {
  return {
    priority: share !== null && share >= limits.overloadUrgentShare ? 1 : 2,
    summary: `Overload at ${name}: ${words} (${percent(share)}, limit ${percent(limits.overloadRaiseShare)})`,
    facts: { ...facts, loading: share, thresholdShare: limits.overloadRaiseShare },
    flagged: []
  }
}

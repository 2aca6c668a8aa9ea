import type { OilVerdict, TransformerState } from '../contract/transformers.ts'
import type { Description, Observation, Verdict } from './life.ts'
import type { RuleLimits } from './limits.ts'
import { type RulesMemory, transformerKey } from './memory.ts'
import type { RuleSnapshot } from './snapshot.ts'
import { followedOf, unheardTransformers } from './transformersHeard.ts'

/** The faults that drift of the oil temperature tells, and the findings they become. */
const faults = [
  {
    kind: 'transformer-cooling',
    idPrefix: 'TC',
    fault: 'cooling-fault',
    priority: 2,
    what: 'Cooling of transformer'
  },
  {
    kind: 'oil-sensor',
    idPrefix: 'OS',
    fault: 'sensor-fault',
    priority: 3,
    what: 'Oil temperature sensor of'
  }
] as const
type Fault = (typeof faults)[number]

/** How the facts say which service is advised. */
const advices = { 'transformer-test': 1, 'substation-cleaning': 2 } as const
const adviceWords = {
  'transformer-test': 'a transformer test is advised',
  'substation-cleaning': 'cleaning the substation is advised'
}

/**
 * What measured oil temperature says beside the computed one. The drift watch has its own hysteresis; here the verdict
 * only has to last a while.
 *
 *   this fault ─ on      healthy, the other fault ─ off      learning, not measured ─ unknown
 */
export function oilDrifts(
  { transformers, tree }: RuleSnapshot,
  memory: RulesMemory,
  limits: RuleLimits
): Observation[] {
  return faults.flatMap(fault => {
    const { kind, idPrefix } = fault
    const followed = followedOf(kind, memory)
    const seen: Observation[] = []
    for (const state of transformers) {
      const isOn = state.oil.verdict === fault.fault
      // What is heard is not left over; nothing is looked up while nothing is followed.
      const isFollowed = followed.size > 0 && followed.delete(state.id)
      if (isOn || isFollowed) seen.push(observe(state, fault, memory, limits))
    }
    return [...seen, ...unheardTransformers({ kind, idPrefix }, followed, tree, memory)]
  })
}

function observe(
  state: TransformerState,
  fault: Fault,
  { standing }: RulesMemory,
  limits: RuleLimits
): Observation {
  const { kind, idPrefix } = fault
  const key = transformerKey(kind, state.id)
  const verdict = verdictOf(state.oil.verdict, fault)
  const told = standing.get(key)?.finding
  return {
    ...{ key, idPrefix, kind, nodeId: state.id, nodeName: state.name, verdict },
    holdS: limits.oilHoldS,
    clearHoldS: limits.oilClearHoldS,
    describe: () => (verdict === 'on' ? describe(state, fault) : (told ?? describe(state, fault)))
  }
}

function verdictOf(verdict: OilVerdict, { fault }: Fault): Verdict {
  if (verdict === fault) return 'on'
  return verdict === 'learning' || verdict === 'not-measured' ? 'unknown' : 'off'
}

function describe(state: TransformerState, { priority, what }: Fault): Description {
  const { driftK, since, advice, reason } = state.oil
  const measuredC = state.measuredOilC ?? (state.topOilFrom === 'measured' ? state.topOilC : null)
  const drift = driftK === null ? 'drift unknown' : `${driftK.toFixed(1)} K off the computed oil temperature`
  const words = [
    `${what} ${state.name}: ${drift}${since === null ? '' : ` since ${since}`}`,
    reason,
    advice === null ? null : adviceWords[advice]
  ]
  return {
    priority,
    summary: words.filter(part => part !== null).join('; '),
    facts: {
      driftK,
      sinceAt: since === null ? null : Date.parse(since),
      measuredC,
      computedC: state.computedTopOilC,
      advice: advice === null ? null : advices[advice]
    },
    flagged: []
  }
}

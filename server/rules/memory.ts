import type { Finding } from '../contract/findings.ts'
import { type AheadMemory, aheadFrom, withAheadAcknowledged } from './aheadMemory.ts'

/** How long a verdict has been seen, in known time. */
export interface Hold {
  heldMs: number
  /** Up to when that counts, epoch ms. */
  at: number
  isRunning: boolean
}

export interface Standing {
  finding: Finding
  /** When it was last given out, epoch ms. */
  toldAt: number
}

/** What the rules remember between two cycles, by the key of an observation. */
export interface RulesMemory {
  /** Since when silence can be told from not having listened, epoch ms. */
  listeningSince: number
  holds: Map<string, Hold>
  standing: Map<string, Standing>
  /** Peaks ahead go by issues of forecasts, not by cycles. */
  ahead: AheadMemory
}

export const heatPeakKey = (nodeId: string) => `heat-peak/${nodeId}`
export const overloadKey = (nodeId: string) => `overload/${nodeId}`
export const silentKey = (nodeId: string) => `silent-meter/${nodeId}`
export const silentGroupKey = (nodeId: string) => `silent-group/${nodeId}`
export const transformerKey = (kind: TransformerFinding, nodeId: string) => `${kind}/${nodeId}`
export type TransformerFinding = 'transformer-limit' | 'transformer-cooling' | 'oil-sensor'

/** The memory after a start: what stood goes on standing under its id; holds begin anew. */
export function memoryFrom(findings: readonly Finding[], now: number): RulesMemory {
  const open = findings.filter(({ kind, clearedAt }) => clearedAt === null && kind !== 'heat-peak-ahead')
  return {
    listeningSince: now,
    holds: new Map(),
    standing: new Map(open.map(finding => [keyOf(finding), { finding, toldAt: now }])),
    ahead: aheadFrom(findings.filter(({ kind }) => kind === 'heat-peak-ahead'))
  }
}

/** The memory after a person acknowledged a finding, so that it keeps its acknowledgement when it is told again. */
export function withAcknowledgement(memory: RulesMemory, acknowledged: Finding): RulesMemory {
  if (acknowledged.kind === 'heat-peak-ahead')
    return { ...memory, ahead: withAheadAcknowledged(memory.ahead, acknowledged) }
  const key = keyOf(acknowledged)
  const standing = memory.standing.get(key)
  if (standing?.finding.id !== acknowledged.id) return memory
  const finding = { ...standing.finding, acknowledged: acknowledged.acknowledged }
  return { ...memory, standing: new Map(memory.standing).set(key, { ...standing, finding }) }
}

function keyOf({ kind, nodeId, facts }: Finding): string {
  switch (kind) {
    case 'heat-peak':
      return heatPeakKey(nodeId)
    case 'overload':
      return overloadKey(nodeId)
    case 'transformer-limit':
    case 'transformer-cooling':
    case 'oil-sensor':
      return transformerKey(kind, nodeId)
    default:
      return facts.silentCount === undefined ? silentKey(nodeId) : silentGroupKey(nodeId)
  }
}

import type { Finding } from '../contract/findings.ts'

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
}

export const heatPeakKey = (nodeId: string) => `heat-peak/${nodeId}`
export const overloadKey = (nodeId: string) => `overload/${nodeId}`
export const silentKey = (nodeId: string) => `silent-meter/${nodeId}`
export const silentGroupKey = (nodeId: string) => `silent-group/${nodeId}`

/** The memory after a start: what stood goes on standing under its id; holds begin anew. */
export function memoryFrom(findings: readonly Finding[], now: number): RulesMemory {
  const open = findings.filter(finding => finding.clearedAt === null)
  return {
    listeningSince: now,
    holds: new Map(),
    standing: new Map(open.map(finding => [keyOf(finding), { finding, toldAt: now }]))
  }
}

/** The memory after a person acknowledged a finding, so that it keeps its acknowledgement when it is told again. */
export function withAcknowledgement(memory: RulesMemory, acknowledged: Finding): RulesMemory {
  const key = keyOf(acknowledged)
  const standing = memory.standing.get(key)
  if (standing?.finding.id !== acknowledged.id) return memory
  const finding = { ...standing.finding, acknowledged: acknowledged.acknowledged }
  return { ...memory, standing: new Map(memory.standing).set(key, { ...standing, finding }) }
}

function keyOf({ kind, nodeId, facts }: Finding): string {
  if (kind === 'heat-peak') return heatPeakKey(nodeId)
  if (kind === 'overload') return overloadKey(nodeId)
  return facts.silentCount === undefined ? silentKey(nodeId) : silentGroupKey(nodeId)
}

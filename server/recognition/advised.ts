import type { Finding } from '../contract/findings.ts'
import type { GridNode } from '../contract/registry.ts'
import type { NewReward } from '../contract/rewards.ts'

/** The findings that a service answers. */
const advising = new Set<Finding['kind']>(['transformer-cooling', 'oil-sensor'])

/**
 * Why a finding advises no service to a customer, in words; null: it does. It is about a transformer that belongs to the
 * customer, or that one of its nodes is fed by. `finding` null: there is none, or it is not seen.
 */
export function whyNotAdvised(
  finding: Pick<Finding, 'id' | 'kind' | 'nodeId'> | null,
  { findingId, customerId }: Pick<NewReward, 'findingId' | 'customerId'>,
  nodes: readonly GridNode[]
): string | null {
  if (finding === null) return `finding ${findingId} is unknown`
  const { id, kind, nodeId } = finding
  if (!advising.has(kind)) return `finding ${id} is of kind ${kind}: it advises no service`
  const byId = new Map(nodes.map(node => [node.id, node]))
  const isTheirs = (node: GridNode | undefined) => node?.customerId === customerId
  const belongs = upwards(nodeId, byId).some(isTheirs)
  const feeds = nodes.some(
    node => isTheirs(node) && upwards(node.id, byId).some(above => above.id === nodeId)
  )
  return belongs || feeds ? null : `finding ${id} is about ${nodeId}, which is none of customer ${customerId}`
}

/** A node and everything above it. */
function upwards(id: string, byId: ReadonlyMap<string, GridNode>): GridNode[] {
  const path: GridNode[] = []
  for (let at = byId.get(id); at !== undefined && !path.includes(at); at = byId.get(at.parent ?? ''))
    path.push(at)
  return path
}

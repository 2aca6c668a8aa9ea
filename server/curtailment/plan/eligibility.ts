import type { Enrolment } from '../../contract/enrolments.ts'
import type { GridNode } from '../../contract/registry.ts'

/** An enrolment that can be called below a node, and the meter that settles it (null: it has none). */
export interface Eligible {
  enrolment: Enrolment
  meterId: string | null
}

/**
 * The enrolments in force at a time (epoch ms) whose metering point lies below a node, or is it: the first of each
 * customer, each metering point once. Those of `programmeId` go before the others.
 */
export function eligibleBelow(
  nodes: readonly GridNode[],
  enrolments: readonly Enrolment[],
  nodeId: string,
  at: number,
  programmeId?: string
): Eligible[] {
  const isAsked = ({ programmeId: id }: Enrolment) => programmeId === undefined || id === programmeId
  const asked = enrolments.filter(isAsked)
  const byId = new Map(nodes.map(node => [node.id, node]))
  const customers = new Set<string>()
  const points = new Set<string>()
  const found: Eligible[] = []
  for (const enrolment of [...asked, ...enrolments.filter(one => !isAsked(one))]) {
    const { customerId, meteringPointId, since, until } = enrolment
    const isInForce = Date.parse(since) <= at && (until === null || at < Date.parse(until))
    if (!isInForce || customers.has(customerId) || points.has(meteringPointId)) continue
    if (!isBelow(byId, meteringPointId, nodeId)) continue
    customers.add(customerId)
    points.add(meteringPointId)
    found.push({ enrolment, meterId: byId.get(meteringPointId)?.meter ?? null })
  }
  return found
}

function isBelow(byId: ReadonlyMap<string, GridNode>, id: string, ancestorId: string): boolean {
  const seen = new Set<string>()
  for (let node = byId.get(id); node && !seen.has(node.id); node = byId.get(node.parent ?? '')) {
    if (node.id === ancestorId) return true
    seen.add(node.id)
  }
  return false
}

import type { GridNode } from '../contract/registry.ts'

/** The power corporation that a metering point belongs to. */
export interface Companies {
  /** The nearest node of kind `company` above; null where there is none, or the point is in the registry no more. */
  of(meteringPointId: string): GridNode | null
  /** Of a customer's metering points, in the order of the registry; without doubles. */
  ofCustomer(customerId: string): GridNode[]
  /** Those without another company below, in the order of the registry. */
  lowest: readonly GridNode[]
}

export function companiesIn(nodes: readonly GridNode[]): Companies {
  const byId = new Map(nodes.map(node => [node.id, node]))
  const known = new Map<string, GridNode | null>()
  const above = (id: string | null): GridNode | null => {
    const walked = new Set<string>()
    for (let at = byId.get(id ?? ''); at && !walked.has(at.id); at = byId.get(at.parent ?? '')) {
      if (at.kind === 'company') return at
      walked.add(at.id)
    }
    return null
  }
  const of = (id: string): GridNode | null => {
    const found = known.has(id) ? known.get(id) : above(id)
    known.set(id, found ?? null)
    return found ?? null
  }
  const companies = nodes.filter(({ kind }) => kind === 'company')
  const upper = new Set(companies.flatMap(({ parent }) => above(parent)?.id ?? []))
  const pointsOf = Map.groupBy(
    nodes.filter(({ customerId }) => customerId !== null),
    ({ customerId }) => customerId
  )
  return {
    of,
    ofCustomer: id => [...new Set((pointsOf.get(id) ?? []).flatMap(point => of(point.id) ?? []))],
    lowest: companies.filter(({ id }) => !upper.has(id))
  }
}

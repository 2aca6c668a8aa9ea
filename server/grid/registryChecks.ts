import type { Customer } from '../contract/customers.ts'
import type { Enrolment } from '../contract/enrolments.ts'
import { type GridNode, type ImportError, type NodeKind, nodeKinds } from '../contract/registry.ts'
import type { CustomerRow, NodeRow } from './registryRows.ts'

/** The registry as it is now; enrolments in force. */
export interface RegistryNow {
  nodes: readonly GridNode[]
  customers: readonly Customer[]
  enrolments: readonly Enrolment[]
  defaultProgrammeId: string
}

export interface ReadRows {
  nodes: readonly NodeRow[]
  customers: readonly CustomerRow[]
  /** Ids of rows that could not be read: what refers to them is not wrong for that. */
  unread: ReadonlySet<string>
}

/** What is wrong between the rows, and between them and what is there already. */
export function checkTogether(rows: ReadRows, now: RegistryNow): ImportError[] {
  const merged = new Map(now.nodes.map(node => [node.id, node]))
  for (const { node } of rows.nodes) merged.set(node.id, node)
  for (const id of rows.unread) merged.delete(id)
  const enrolmentsOf = Map.groupBy(
    now.enrolments.flatMap(enrolment => pointsOf(enrolment).map(point => ({ point, enrolment }))),
    ({ point }) => point
  )
  return [
    ...duplicates(rows.customers.map(({ line, customer }) => ({ line, id: customer.id }))),
    ...duplicates(rows.nodes.map(({ line, node }) => ({ line, id: node.id }))),
    ...rows.nodes.flatMap(row => placeFaults(row, merged, rows.unread)),
    ...childFaults(rows.nodes, now.nodes),
    ...customerFaults(rows, now),
    ...meterFaults(rows.nodes, now.nodes),
    ...rows.nodes.flatMap(row =>
      (enrolmentsOf.get(row.node.id) ?? []).flatMap(({ enrolment }) =>
        enrolmentFaults(row, enrolment, now.defaultProgrammeId)
      )
    )
  ]
}

function duplicates(rows: readonly { line: number; id: string }[]): ImportError[] {
  const first = new Map<string, number>()
  return rows.flatMap(({ line, id }) => {
    const earlier = first.get(id)
    if (earlier === undefined) first.set(id, line)
    return earlier === undefined ? [] : [{ line, reason: `id ${id} stands already on line ${earlier}` }]
  })
}

function placeFaults(
  { line, node }: NodeRow,
  merged: ReadonlyMap<string, GridNode>,
  unread: ReadonlySet<string>
): ImportError[] {
  if (node.parent === null || unread.has(node.parent)) return []
  const parent = merged.get(node.parent)
  if (parent === undefined) return [{ line, reason: `unknown parent ${node.parent}` }]
  const circle = circleThrough(node, merged)
  if (circle !== null) return [{ line, reason: `its parents go in a circle: ${circle.join(' → ')}` }]
  return isBelow(node.kind, parent.kind) ? [] : [{ line, reason: misplaced(node, parent) }]
}

/** The way up from a node that comes back to it; null when it leads to the top. */
function circleThrough(node: GridNode, merged: ReadonlyMap<string, GridNode>): string[] | null {
  const way = [node.id]
  const seen = new Set(way)
  for (let at = node.parent; at !== null; at = merged.get(at)?.parent ?? null) {
    way.push(at)
    if (at === node.id) return way
    if (seen.has(at)) return null // a circle further up: its own rows are told
    seen.add(at)
  }
  return null
}

/** A row may also turn a node into a kind that its children, which are not in the file, cannot stand below. */
function childFaults(rows: readonly NodeRow[], present: readonly GridNode[]): ImportError[] {
  const inFile = new Map(rows.map(row => [row.node.id, row]))
  return present.flatMap(child => {
    const row = child.parent === null || inFile.has(child.id) ? undefined : inFile.get(child.parent)
    if (row === undefined || isBelow(child.kind, row.node.kind)) return []
    return [{ line: row.line, reason: misplaced(child, row.node) }]
  })
}

/** A company may stand below another: a power corporation below the company that has them all. */
const isBelow = (child: NodeKind, parent: NodeKind) =>
  nodeKinds.indexOf(child) > nodeKinds.indexOf(parent) || (child === 'company' && parent === 'company')

function misplaced(child: GridNode, parent: GridNode): string {
  return `${child.kind} ${child.id} cannot stand below ${parent.kind} ${parent.id}: the order is ${nodeKinds.join(', ')}`
}

function customerFaults(rows: ReadRows, now: RegistryNow): ImportError[] {
  const known = new Set([...now.customers, ...rows.customers.map(row => row.customer)].map(one => one.id))
  return rows.nodes.flatMap(({ line, node }) =>
    node.customerId === null || known.has(node.customerId) || rows.unread.has(node.customerId)
      ? []
      : [{ line, reason: `unknown customer ${node.customerId}` }]
  )
}

function meterFaults(rows: readonly NodeRow[], present: readonly GridNode[]): ImportError[] {
  const inFile = new Set(rows.map(row => row.node.id))
  const usedBy = new Map<string, string>()
  for (const { id, meter } of present) if (meter !== null && !inFile.has(id)) usedBy.set(meter, id)
  return rows.flatMap(({ line, node: { id, meter } }) => {
    if (meter === null) return []
    const other = usedBy.get(meter)
    if (other === undefined) usedBy.set(meter, id)
    return other === undefined || other === id
      ? []
      : [{ line, reason: `meter ${meter} measures ${other} already` }]
  })
}

const pointsOf = ({ meteringPointId, contract }: Enrolment): string[] => [
  meteringPointId,
  ...contract.furtherMeteringPointIds
]

/**
 * An enrolment in force must still fit the row of each of its metering points. A committed_kw replaces it, where it is
 * that of the metering point in the default programme.
 */
function enrolmentFaults(
  { line, node, committedKw }: NodeRow,
  enrolment: Enrolment,
  defaultProgrammeId: string
): ImportError[] {
  const { customerId, meteringPointId } = enrolment
  const isDefault = enrolment.programmeId === defaultProgrammeId
  const isFirst = meteringPointId === node.id
  if (committedKw !== null && isDefault && isFirst) return []
  if (committedKw !== null && isDefault) {
    const reason = `${node.id} is metered together with ${meteringPointId} in enrolment ${enrolment.id}: it has no committed_kw of its own`
    return [{ line, reason }]
  }
  const fits = node.kind === 'meteringPoint' && node.customerId === customerId && node.meter !== null
  if (fits) return []
  const remedy = isDefault && isFirst ? ', or give customer, meter and committed_kw' : ''
  const reason = `${node.id} is enrolled for customer ${customerId} (${enrolment.committedKw} kW): end the enrolment first${remedy}`
  return [{ line, reason }]
}

import type { Customer } from '../contract/customers.ts'
import type { GridNode, ImportError, ImportReport } from '../contract/registry.ts'
import { checkTogether, type RegistryNow } from './registryChecks.ts'
import { readRegistryCsv } from './registryCsv.ts'
import { type CustomerRow, type NodeRow, readRow } from './registryRows.ts'

export type { RegistryNow } from './registryChecks.ts'

/** What has to be written: only what is new or differs. Commitments belong to the default programme. */
export interface PlannedChange {
  nodes: GridNode[]
  customers: Customer[]
  enrolments: { customerId: string; meteringPointId: string; committedKw: number }[]
}

/**
 * What a registry file would do to the registry as it is now: the change, or every bad row with its line and reason
 * and no change at all. Parents may come later in the file; what is not in the file stays; an empty cell means
 * unknown, but an empty committed_kw leaves an enrolment as it is.
 */
export function planImport(
  csvText: string,
  current: RegistryNow
): { change: PlannedChange | null; report: ImportReport } {
  const { rows, errors } = readRegistryCsv(csvText)
  const nodes: NodeRow[] = []
  const customers: CustomerRow[] = []
  const unread = new Set<string>()
  for (const row of rows) {
    const read = readRow(row)
    if ('node' in read) nodes.push(read.node)
    else if ('customer' in read) customers.push(read.customer)
    else {
      unread.add(row.cells.id)
      errors.push(...read.reasons.map(reason => ({ line: row.line, reason })))
    }
  }
  errors.push(...checkTogether({ nodes, customers, unread }, current))
  if (errors.length > 0) return { change: null, report: refused(rows.length, errors) }
  return planned(nodes, customers, current)
}

function refused(rows: number, errors: readonly ImportError[]): ImportReport {
  const inOrder = errors.toSorted((a, b) => a.line - b.line)
  return { applied: false, rows, added: [], changed: [], unchanged: 0, errors: inOrder }
}

function planned(
  nodes: readonly NodeRow[],
  customers: readonly CustomerRow[],
  current: RegistryNow
): { change: PlannedChange; report: ImportReport } {
  const nodeNow = new Map(current.nodes.map(node => [node.id, node]))
  const nameNow = new Map(current.customers.map(customer => [customer.id, customer.name]))
  const enrolled = current.enrolments.filter(one => one.programmeId === current.defaultProgrammeId)
  const enrolmentNow = new Map(enrolled.map(one => [one.meteringPointId, one]))
  const change: PlannedChange = { nodes: [], customers: [], enrolments: [] }
  const rows = nodes.length + customers.length
  const report: ImportReport = { applied: false, rows, added: [], changed: [], unchanged: 0, errors: [] }
  const tell = (id: string, isNew: boolean, differences: readonly string[]) => {
    if (isNew) report.added.push(id)
    else if (differences.length > 0) report.changed.push({ id, what: differences.join('; ') })
    else report.unchanged++
  }

  for (const { customer } of customers) {
    const name = nameNow.get(customer.id)
    if (name !== customer.name) change.customers.push(customer)
    tell(customer.id, name === undefined, difference('name', name, customer.name))
  }
  for (const { node: read, committedKw, keepsCooling } of nodes) {
    const now = nodeNow.get(read.id)
    const node = keepsCooling ? withCooling(read, now) : read
    const differences = now === undefined ? [] : nodeDifferences(now, node)
    if (now === undefined || differences.length > 0) change.nodes.push(node)
    const enrolment = enrolmentNow.get(node.id)
    if (committedKw !== null && node.customerId !== null) {
      const { customerId } = node
      const changes = difference('committed_kw', enrolment?.committedKw, committedKw)
      changes.push(
        ...(enrolment === undefined ? [] : difference('enrolled', enrolment.customerId, customerId))
      )
      if (changes.length > 0) change.enrolments.push({ customerId, meteringPointId: node.id, committedKw })
      differences.push(...changes)
    }
    tell(node.id, now === undefined, differences)
  }
  return { change, report }
}

function withCooling(node: GridNode, now: GridNode | undefined): GridNode {
  const cooling = node.kind === 'transformer' ? (now?.cooling ?? null) : null
  return cooling === null ? node : { ...node, cooling }
}

function nodeDifferences(now: GridNode, next: GridNode): string[] {
  return [
    ...difference('kind', now.kind, next.kind),
    ...difference('parent', now.parent, next.parent),
    ...difference('name', now.name, next.name),
    ...difference('meter', now.meter, next.meter),
    ...difference('weather', now.weather, next.weather),
    ...difference('capacity_kw', now.capacityKw, next.capacityKw),
    ...difference('rating_kva', now.ratingKva, next.ratingKva),
    ...difference('cooling', now.cooling, next.cooling),
    ...difference('report_interval_s', now.reportIntervalS, next.reportIntervalS),
    ...difference('customer', now.customerId, next.customerId)
  ]
}

type Cell = string | number | null | undefined

function difference(column: string, now: Cell, next: Cell): string[] {
  return (now ?? null) === (next ?? null) ? [] : [`${column} ${now ?? 'none'} → ${next ?? 'none'}`]
}

import type { Customer } from '../contract/customers.ts'
import { isId } from '../contract/id.ts'
import { coolings, type GridNode, type NodeKind, nodeKinds } from '../contract/registry.ts'
import type { CsvRow, RegistryColumn } from './registryCsv.ts'

export interface NodeRow {
  line: number
  node: GridNode
  /** null where the cell is empty: an enrolment in force then stays as it is. */
  committedKw: number | null
  /** The file has no column for it: what is known of a transformer's cooling stays. */
  keepsCooling: boolean
}

export interface CustomerRow {
  line: number
  customer: Customer
}

/** What one row says by itself, or what is wrong with it in words. */
export type ReadRow = { node: NodeRow } | { customer: CustomerRow } | { reasons: string[] }

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
const MAX_NAME = 200
/** A value holds for three of these: charts and live state let every value go within eight days. */
const MAX_REPORT_INTERVAL_S = 172_800

export function readRow(row: CsvRow): ReadRow {
  return row.cells.kind === 'customer' ? readCustomer(row) : readNode(row)
}

function readCustomer({ line, cells }: CsvRow): ReadRow {
  const { kind: _kind, id, name, ...others } = cells
  const reasons = [...idFaults('id', id), ...nameFaults(name)]
  const filled = Object.entries(others).filter(([, text]) => text !== '')
  if (filled.length > 0) {
    reasons.push(`a customer has only id and name, not ${filled.map(([column]) => column).join(', ')}`)
  }
  return reasons.length > 0 ? { reasons } : { customer: { line, customer: { id, name: name || id } } }
}

function readNode({ line, cells }: CsvRow): ReadRow {
  const reasons = [...idFaults('id', cells.id), ...nameFaults(cells.name)]
  const kind = nodeKinds.find(known => known === cells.kind)
  if (kind === undefined) {
    reasons.push(`unknown kind "${cells.kind}": one of ${nodeKinds.join(', ')} or customer`)
  }
  if (cells.meter !== '') reasons.push(...idFaults('meter', cells.meter))
  if (cells.weather !== '') reasons.push(...idFaults('weather', cells.weather))
  const number = (column: RegistryColumn, zeroAllowed = false): number | null => {
    const read = readNumber(column, cells[column], zeroAllowed)
    if (typeof read === 'string') reasons.push(read)
    return typeof read === 'string' ? null : read
  }
  const capacityKw = number('capacity_kw')
  const ratingKva = number('rating_kva')
  const reportIntervalS = number('report_interval_s')
  if (reportIntervalS !== null && reportIntervalS > MAX_REPORT_INTERVAL_S) {
    reasons.push(`report_interval_s ${reportIntervalS} is more than two days (${MAX_REPORT_INTERVAL_S})`)
  }
  const cooling = coolings.find(known => known === cells.cooling)
  if (cells.cooling) reasons.push(...coolingFaults(kind, cells.cooling))
  const committedKw = number('committed_kw', true)
  if (cells.committed_kw !== '') reasons.push(...commitmentFaults(kind, cells))
  if (kind === undefined || reasons.length > 0) return { reasons }
  const node: GridNode = {
    id: cells.id,
    kind,
    parent: cells.parent || null,
    name: cells.name || cells.id,
    meter: cells.meter || null,
    weather: cells.weather || null,
    capacityKw,
    ratingKva,
    ...(cooling === undefined ? {} : { cooling }),
    reportIntervalS,
    customerId: cells.customer || null
  }
  return { node: { line, node, committedKw, keepsCooling: cells.cooling === undefined } }
}

function coolingFaults(kind: NodeKind | undefined, text: string): string[] {
  const faults: string[] = []
  if (!coolings.some(known => known === text)) {
    faults.push(`cooling "${text.slice(0, 80)}" must be one of ${coolings.join(', ')}`)
  }
  if (kind !== undefined && kind !== 'transformer') {
    faults.push(`cooling belongs to a transformer, not to a ${kind}`)
  }
  return faults
}

function commitmentFaults(kind: NodeKind | undefined, cells: CsvRow['cells']): string[] {
  const faults: string[] = []
  if (kind !== undefined && kind !== 'meteringPoint') {
    faults.push(`committed_kw belongs to a meteringPoint, not to a ${kind}`)
  }
  if (cells.customer === '') faults.push('committed_kw without customer')
  if (cells.meter === '') faults.push('committed_kw without meter: nothing could be measured')
  return faults
}

function idFaults(column: RegistryColumn, text: string): string[] {
  if (isId(text)) return []
  if (text === '') return [`${column} is empty`]
  return [`${column} "${text.slice(0, 80)}" must be 1 to 64 letters A–Z a–z, digits, _ or -`]
}

function nameFaults(name: string): string[] {
  return name.length > MAX_NAME ? [`name has ${name.length} characters, at most ${MAX_NAME} are allowed`] : []
}

/** The number, null for an empty cell, or what is wrong. */
function readNumber(column: RegistryColumn, text: string, zeroAllowed: boolean): number | null | string {
  if (text === '') return null
  const number = NUMBER.test(text) ? Number(text) : Number.NaN
  if (!Number.isFinite(number)) {
    return `${column} "${text.slice(0, 80)}" is not a number (12.5, with a point and without spaces)`
  }
  if (number < 0 || (number === 0 && !zeroAllowed)) {
    return `${column} ${text} must be ${zeroAllowed ? 'at least' : 'above'} 0`
  }
  return number
}

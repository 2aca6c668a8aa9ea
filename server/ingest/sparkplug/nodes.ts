import { isNumeric, type Metric, type SparkplugPayload } from './payload.ts'
import type { FindTarget, Origin, Target } from './sources.ts'

/** A metric that a birth has announced and that somebody asked for. */
export interface KnownMetric {
  name: string
  datatype: number
  target: Target
  /** The value that holds, for a metric that is not in a message has not changed. null: unknown. */
  last: number | null
}

/** What the birth of a node or of a device has announced. */
export interface Table {
  /** null: announced, but nobody asked for it. */
  byAlias: Map<number, KnownMetric | null>
  byName: Map<string, KnownMetric>
}

export interface EdgeNode {
  group: string
  node: string
  /** Of the newest message; null: none was seen. */
  seq: number | null
  /** Links the birth to the death certificate left with the broker; null: not said. */
  bdSeq: number | null
  /** Whether its birth came since the start, rather than from what was saved. */
  isBorn: boolean
  /** By device; the node's own under ''. */
  tables: Map<string, Table>
}

export interface NodeLimits {
  nodes: number
  metrics: number
}

const usual: NodeLimits = { nodes: 10_000, metrics: 100_000 }

/** The nodes that are alive and what they have announced, bounded. */
export interface Nodes {
  get(group: string, node: string): EdgeNode | undefined
  /** null: there is no room for one more. */
  add(group: string, node: string): EdgeNode | null
  remove(edge: EdgeNode): void
  /** Takes the place of what was announced before; false, and nothing is known, where there is no room. */
  setTable(edge: EdgeNode, device: string, table: Table): boolean
  removeTable(edge: EdgeNode, device: string): void
  all(): Iterable<EdgeNode>
  counters(): { nodes: number; metrics: number }
}

export function createNodes(limits: NodeLimits = usual): Nodes {
  const nodes = new Map<string, EdgeNode>()
  let metrics = 0

  const removeTable = (edge: EdgeNode, device: string): void => {
    const table = edge.tables.get(device)
    if (table === undefined) return
    metrics -= sizeOf(table)
    edge.tables.delete(device)
  }
  return {
    get: (group, node) => nodes.get(`${group}/${node}`),
    add(group, node) {
      if (nodes.size >= limits.nodes) return null
      const edge = { group, node, seq: null, bdSeq: null, isBorn: false, tables: new Map() }
      nodes.set(`${group}/${node}`, edge)
      return edge
    },
    remove(edge) {
      for (const device of [...edge.tables.keys()]) removeTable(edge, device)
      nodes.delete(`${edge.group}/${edge.node}`)
    },
    setTable(edge, device, table) {
      removeTable(edge, device)
      if (metrics + sizeOf(table) > limits.metrics) return false
      metrics += sizeOf(table)
      edge.tables.set(device, table)
      return true
    },
    removeTable,
    all: () => nodes.values(),
    counters: () => ({ nodes: nodes.size, metrics })
  }
}

/** How many metrics, and one for the table itself, so that also an empty one counts. */
function sizeOf({ byAlias, byName }: Table): number {
  return 1 + Math.max(byAlias.size, byName.size)
}

/** The table of a birth, and what is wrong with it in words. */
export function tableOf(
  birth: SparkplugPayload,
  origin: Origin,
  find: FindTarget
): { table: Table; problems: string[] } {
  const table: Table = { byAlias: new Map(), byName: new Map() }
  const problems: string[] = []
  for (const metric of birth.metrics) {
    const known = knownOf(metric, origin, find)
    if (typeof known === 'string') problems.push(known)
    const found = typeof known === 'string' ? null : known
    if (metric.alias !== null) table.byAlias.set(metric.alias, found)
    if (found !== null) table.byName.set(found.name, found)
  }
  return { table, problems }
}

function knownOf({ name, datatype }: Metric, origin: Origin, find: FindTarget): KnownMetric | string | null {
  if (name === null) return 'a metric of the birth has no name'
  const target = find(origin, name)
  if (target === null) return null
  if (typeof target === 'string') return `metric ${name}: ${target}`
  if (datatype === null) return `metric ${name}: its birth does not say the datatype`
  return isNumeric(datatype)
    ? { name, datatype, target, last: null }
    : `metric ${name}: datatype ${datatype} is no number`
}

/** The metric meant: null where nobody asked for it, undefined where no birth announced it. */
export function lookUp(table: Table, { alias, name }: Metric): KnownMetric | null | undefined {
  if (alias !== null) {
    const found = table.byAlias.get(alias)
    if (found !== undefined) return found
  }
  return name === null ? undefined : (table.byName.get(name) ?? null)
}

/** Of which devices of ours a table speaks. */
export function idsOf(table: Table): string[] {
  return [...new Set([...table.byName.values()].map(({ target }) => target.id))]
}

import { breath } from './contract/breath.ts'
import type { GridNode, NodeKind } from './contract/registry.ts'

/** A node that is to be forecast. */
export interface NodeAhead {
  id: string
  name: string
  kind: NodeKind
  capacityKw: number | null
  station: string | null
  /** The measuring points at and below it, as one number in text: the same points, the same text. */
  composition: string
  /** Its model is kept between two runs, so that it is forecast again every half-hour; else once a day. */
  keepsModel: boolean
}

export interface NodesAhead {
  nodes: NodeAhead[]
  /** Nodes that are not forecast because there are too many. */
  beyond: number
  /** Nodes that are forecast once a day only, because there are too many. */
  onceADay: number
}

export const MOST_NODES = 20_000
/** Models kept: 1.5 MB each on the disk, and some 25 ms each half-hour. */
export const MOST_MODELS = 4000
const PIECE = 2000
/** These come first whatever their capacity: there are few, and they stand for all below. */
const topKinds: readonly NodeKind[] = ['company', 'province', 'substation']

/**
 * The nodes of the grid and the metering points of customers, in the order of the registry. Of more than 20,000 the highest
 * of the tree, then those of the largest capacity; of these the first 4,000 are forecast more than once a day.
 */
export async function nodesAhead(
  registered: readonly GridNode[],
  stationAt: (nodeId: string) => string | null,
  { mostNodes = MOST_NODES, mostModels = MOST_MODELS } = {}
): Promise<NodesAhead> {
  const all = registered.filter(({ kind, customerId }) => kind !== 'meteringPoint' || customerId !== null)
  const chosen = firstOf(all, mostNodes)
  const modelled = new Set(firstOf(chosen, mostModels))
  const compositions = await compositionsOf(registered)
  const nodes: NodeAhead[] = []
  for (const [i, node] of chosen.entries()) {
    if (i % PIECE === 0) await breath()
    const { id, name, kind, capacityKw } = node
    nodes.push({
      id,
      name,
      kind,
      capacityKw,
      station: stationAt(id),
      composition: compositions.get(id) ?? '',
      keepsModel: modelled.has(node)
    })
  }
  return { nodes, beyond: all.length - chosen.length, onceADay: chosen.length - modelled.size }
}

function firstOf(all: readonly GridNode[], most: number): readonly GridNode[] {
  if (all.length <= most) return all
  const rank = ({ kind, capacityKw }: GridNode): number =>
    topKinds.includes(kind) ? Number.POSITIVE_INFINITY : (capacityKw ?? 0)
  const least = all.toSorted((a, b) => (rank(a) === rank(b) ? 0 : rank(b) - rank(a))).slice(0, most)
  const ids = new Set(least.map(({ id }) => id))
  return all.filter(({ id }) => ids.has(id))
}

/** Each measuring point is added to every node at and above it. */
async function compositionsOf(registered: readonly GridNode[]): Promise<Map<string, string>> {
  const parents = new Map(registered.map(({ id, parent }) => [id, parent]))
  const sums = new Map<string, [number, number]>()
  for (const [i, node] of registered.entries()) {
    if (i % PIECE === 0) await breath()
    const { id } = node
    const point = pointOf(node)
    if (point === null) continue
    const walked = new Set<string>()
    for (let at: string | null = id; at !== null && !walked.has(at); at = parents.get(at) ?? null) {
      walked.add(at)
      const [a, b] = sums.get(at) ?? [0, 0]
      sums.set(at, [(a + hash(point, 0x811c9dc5)) >>> 0, (b + hash(point, 0x01234567)) >>> 0])
    }
  }
  return new Map([...sums].map(([id, [a, b]]) => [id, `${hex(a)}${hex(b)}`]))
}

/** A metering point without a meter of its own is named like it; a transformer speaks for itself. */
function pointOf({ id, kind, meter }: GridNode): string | null {
  if (kind === 'meteringPoint') return `meter/${meter ?? id}`
  if (meter !== null) return `meter/${meter}`
  return kind === 'transformer' ? `transformer/${id}` : null
}

/** FNV-1a. */
function hash(text: string, basis: number): number {
  let value = basis
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  return value >>> 0
}

const hex = (value: number): string => value.toString(16).padStart(8, '0')

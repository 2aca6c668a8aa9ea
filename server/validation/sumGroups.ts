import type { GridNode } from '../contract/registry.ts'
import type { SourceRef } from './markedDays.ts'
import { sourceKey } from './meterClasses.ts'

/** A metered node and the meters directly below it: what goes in should come out. */
export interface SumGroup {
  parent: SourceRef
  children: readonly SourceRef[]
}

/** Larger groups are left out: they would be read for long. */
const MOST_CHILDREN = 3000

/**
 * Every node with an own meter whose children are all metered, themselves or below them.
 *
 *   substation (meter) ─┬─ feeder (meter) …
 *                       └─ feeder ─┬─ transformer (own readings)     the children: one feeder's meter, two
 *                                  └─ transformer (own readings)     transformers
 *
 * A child without any meter below it leaves its parent out, and so does one that would be counted twice.
 */
export function sumGroups(nodes: readonly GridNode[]): SumGroup[] {
  const childrenOf = new Map<string, GridNode[]>()
  for (const node of nodes) {
    if (node.parent === null) continue
    const siblings = childrenOf.get(node.parent)
    if (siblings === undefined) childrenOf.set(node.parent, [node])
    else siblings.push(node)
  }
  return nodes.flatMap(node => {
    const parent = ownSource(node)
    if (parent === null || !childrenOf.has(node.id)) return []
    const children = metersBelow(node, childrenOf, new Set([node.id]))
    if (children === null || children.length > MOST_CHILDREN) return []
    const keys = new Set([parent, ...children].map(({ kind, id }) => sourceKey(kind, id)))
    return keys.size === children.length + 1 ? [{ parent, children }] : []
  })
}

function metersBelow(
  node: GridNode,
  childrenOf: ReadonlyMap<string, readonly GridNode[]>,
  seen: Set<string>
): SourceRef[] | null {
  const children = childrenOf.get(node.id) ?? []
  if (children.length === 0) return null
  const found: SourceRef[] = []
  for (const child of children) {
    // A circle in the registry is no tree to sum over.
    if (seen.has(child.id)) return null
    seen.add(child.id)
    const own = ownSource(child)
    const below = own === null ? metersBelow(child, childrenOf, seen) : [own]
    if (below === null || found.length > MOST_CHILDREN) return null
    for (const one of below) found.push(one)
  }
  return found
}

/** The source that measures a node itself: of a transformer its own readings. */
function ownSource(node: GridNode): SourceRef | null {
  if (node.kind === 'transformer') return { kind: 'transformer', id: node.id }
  if (node.meter !== null) return { kind: 'meter', id: node.meter }
  return node.kind === 'meteringPoint' ? { kind: 'meter', id: node.id } : null
}

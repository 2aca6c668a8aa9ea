import type { FlaggedConsumer } from '../contract/findings.ts'
import type { EnrolledConsumer, RuleNode, RuleSnapshot, RuleTree } from './snapshot.ts'

/** The enrolled large consumers below a node, largest commitment first, with their present load. */
export function flaggedIn({ nodes, tree, enrolled }: RuleSnapshot): (nodeId: string) => FlaggedConsumer[] {
  return nodeId => {
    const below = enrolledBelow(tree, enrolled).get(nodeId) ?? []
    return below.map(({ customerId, name, meteringPointId, committedKw }) => {
      const presentKw = nodeOf(nodes, tree, meteringPointId)?.load.loadKw ?? null
      return { customerId, name, meteringPointId, presentKw, committedKw }
    })
  }
}

type Below = ReadonlyMap<string, readonly EnrolledConsumer[]>
/** Gathered when first asked, and again when the grid or the register changes: not in every cycle. */
const gathered = new WeakMap<RuleTree, { enrolled: readonly EnrolledConsumer[]; below: Below }>()

function enrolledBelow(tree: RuleTree, enrolled: readonly EnrolledConsumer[]): Below {
  const known = gathered.get(tree)
  if (known?.enrolled === enrolled) return known.below
  const largestFirst = enrolled.toSorted(
    (a, b) => b.committedKw - a.committedKw || (a.customerId < b.customerId ? -1 : 1)
  )
  const below = new Map<string, EnrolledConsumer[]>()
  for (const consumer of largestFirst) {
    for (let at = tree.byId.get(consumer.meteringPointId)?.parent ?? null; at !== null; at = at.parent) {
      const found = below.get(at.node.id)
      if (found === undefined) below.set(at.node.id, [consumer])
      else found.push(consumer)
    }
  }
  gathered.set(tree, { enrolled, below })
  return below
}

/** Where a node stands among the snapshot's, which keep their order as long as the tree is the same. */
const positions = new WeakMap<RuleTree, ReadonlyMap<string, number>>()

function nodeOf(nodes: readonly RuleNode[], tree: RuleTree, id: string): RuleNode | undefined {
  const isThere = (position: number | undefined) =>
    position !== undefined && nodes[position]?.load.id === id ? nodes[position] : undefined
  const known = positions.get(tree)
  const found = isThere(known?.get(id))
  if (found !== undefined || (known !== undefined && !known.has(id))) return found
  const made = new Map(nodes.map(({ load }, position) => [load.id, position]))
  positions.set(tree, made)
  return isThere(made.get(id))
}

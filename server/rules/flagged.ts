import type { FlaggedConsumer } from '../contract/findings.ts'
import type { RuleSnapshot } from './snapshot.ts'

/** The enrolled large consumers below a node, largest commitment first; gathered when first asked. */
export function flaggedIn({ nodes, tree, enrolled }: RuleSnapshot): (nodeId: string) => FlaggedConsumer[] {
  let byAncestor: Map<string, FlaggedConsumer[]> | null = null
  const gather = () => {
    const loads = new Map(nodes.map(({ load }) => [load.id, load]))
    const found = new Map<string, FlaggedConsumer[]>()
    const largestFirst = enrolled.toSorted(
      (a, b) => b.committedKw - a.committedKw || (a.customerId < b.customerId ? -1 : 1)
    )
    for (const { customerId, name, meteringPointId, committedKw } of largestFirst) {
      const presentKw = loads.get(meteringPointId)?.loadKw ?? null
      for (let at = tree.byId.get(meteringPointId)?.parent ?? null; at !== null; at = at.parent) {
        const flagged = found.get(at.node.id)
        const consumer = { customerId, name, meteringPointId, presentKw, committedKw }
        if (flagged === undefined) found.set(at.node.id, [consumer])
        else flagged.push(consumer)
      }
    }
    return found
  }
  return nodeId => {
    byAncestor ??= gather()
    return byAncestor.get(nodeId) ?? []
  }
}

import type { GridNode } from '../../contract/registry.ts'
import type { Called } from './withoutCurtailment.ts'

/** Calls by the nodes that feel them: a call of a consumer lowers its own load and that of every node above it. */
export interface CallsAbove {
  add(pointId: string, called: Called): void
  readonly byNode: Map<string, Called[]>
}

export function callsAbove(nodes: readonly Pick<GridNode, 'id' | 'parent'>[]): CallsAbove {
  const parents = new Map(nodes.map(({ id, parent }) => [id, parent]))
  const byNode = new Map<string, Called[]>()
  return {
    byNode,
    add(pointId, called) {
      const walked = new Set<string>()
      for (let at: string | null = pointId; at !== null && !walked.has(at); at = parents.get(at) ?? null) {
        walked.add(at)
        const calls = byNode.get(at)
        if (calls === undefined) byNode.set(at, [called])
        else calls.push(called)
      }
    }
  }
}

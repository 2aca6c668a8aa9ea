import type { TransformerState } from '../contract/transformers.ts'
import type { Observation } from './life.ts'
import { type RulesMemory, type TransformerFinding, transformerKey } from './memory.ts'
import type { RuleTree } from './snapshot.ts'

/** Whether something stands or is about to: what is neither need not be observed. */
export const isFollowed = ({ standing, holds }: RulesMemory, key: string): boolean =>
  standing.has(key) || holds.has(key)

/** Standing findings of transformers that nothing is known of at present, as after a start: they stand as told. */
export function unheardTransformers(
  { kind, idPrefix }: { kind: TransformerFinding; idPrefix: string },
  transformers: readonly TransformerState[],
  tree: RuleTree,
  { standing }: RulesMemory
): Observation[] {
  const told = [...standing.values()].filter(({ finding }) => finding.kind === kind)
  if (told.length === 0) return []
  const heard = new Set(transformers.map(({ id }) => id))
  return told.flatMap(({ finding }) => {
    const { nodeId, nodeName } = finding
    if (heard.has(nodeId) || !tree.byId.has(nodeId)) return []
    const key = transformerKey(kind, nodeId)
    const verdict = 'unknown' as const
    return {
      key,
      idPrefix,
      kind,
      nodeId,
      nodeName,
      verdict,
      holdS: 0,
      clearHoldS: 0,
      describe: () => finding
    }
  })
}

import type { Observation } from './life.ts'
import { type RulesMemory, type TransformerFinding, transformerKey } from './memory.ts'
import type { RuleTree } from './snapshot.ts'

/** The transformers of which a finding of this kind stands or is about to: all others need not be observed. */
export function followedOf(kind: TransformerFinding, { standing, holds }: RulesMemory): Set<string> {
  const start = transformerKey(kind, '')
  const followed = new Set<string>()
  for (const key of standing.keys()) if (key.startsWith(start)) followed.add(key.slice(start.length))
  for (const key of holds.keys()) if (key.startsWith(start)) followed.add(key.slice(start.length))
  return followed
}

/**
 * What stands of transformers that nothing is known of at present, as after a start: it stands as told. `unheard` are
 * those followed whose state was not among the present ones.
 */
export function unheardTransformers(
  { kind, idPrefix }: { kind: TransformerFinding; idPrefix: string },
  unheard: ReadonlySet<string>,
  tree: RuleTree,
  { standing }: RulesMemory
): Observation[] {
  return [...unheard].flatMap(nodeId => {
    const key = transformerKey(kind, nodeId)
    const finding = standing.get(key)?.finding
    if (finding === undefined || !tree.byId.has(nodeId)) return []
    const { nodeName } = finding
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

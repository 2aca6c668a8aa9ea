import type { ReplayView } from '../contract/replays.ts'
import type { ReplayScene } from './replayCourse.ts'
import type { ReplayForesight } from './replayForesight.ts'

/** What a dispatcher would have seen of a node, and of the whole, at the replay's clock. */
export function replayView(
  {
    course,
    span,
    foresight,
    tree
  }: Pick<ReplayScene, 'course' | 'span' | 'tree'> & { foresight: ReplayForesight },
  nodeId: string
): Omit<ReplayView, 'replay'> {
  const isPrepared = course.clock >= span.from
  const { forecast, reason } = foresight.of(nodeId)
  return {
    nodeId,
    ...course.loads.of(nodeId, course.clock),
    forecast,
    forecastReason: reason,
    capacityKw: tree.byId.get(nodeId)?.node.capacityKw ?? null,
    findings: isPrepared ? course.findings() : [],
    nodes: isPrepared
      ? course.nodes().map(({ load: { id, name, loadKw, loading } }) => ({ id, name, loadKw, loading }))
      : []
  }
}

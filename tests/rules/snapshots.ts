import type { LoadState } from '../../server/contract/grid.ts'
import type { Source } from '../../server/contract/sources.ts'
import type { TransformerState } from '../../server/contract/transformers.ts'
import { evaluate } from '../../server/rules/evaluate.ts'
import { defaultLimits, type RuleLimits } from '../../server/rules/limits.ts'
import { memoryFrom } from '../../server/rules/memory.ts'
import type {
  EnrolledConsumer,
  ForecastAhead,
  RuleNode,
  RulePlace,
  RuleSnapshot
} from '../../server/rules/snapshot.ts'

const localDate = (t: number) => new Date(t + 7 * 3_600_000).toISOString().slice(0, 10)
export const t0 = Date.parse('2026-05-20T06:00:00Z')

/** A node of the grid, everything fresh and reported, but what is given. */
export function ruleNode(
  load: Partial<LoadState> & { id: string },
  rest: Partial<Omit<RuleNode, 'load'>> = {}
): RuleNode {
  return {
    load: {
      kind: 'feeder',
      name: load.id,
      parent: null,
      customerId: null,
      loadKw: null,
      source: 'sum',
      expected: 1,
      reported: 1,
      newestAt: null,
      capacityKw: null,
      ratingKva: null,
      loading: null,
      temperatureC: null,
      oilTemperatureC: null,
      ...load
    },
    loadKva: null,
    maxTemperatureC: null,
    maxTemperatureIsForecast: false,
    ...rest
  }
}

export function source(nodeId: string, state: Source['state'], rest: Partial<Source> = {}): Source {
  return {
    kind: 'meter',
    id: nodeId,
    nodeId,
    name: nodeId,
    state,
    newestAt: state === 'never' ? null : t0 - 3_600_000,
    arrivedAt: null,
    reportIntervalS: 300,
    online: null,
    ...rest
  }
}

export interface Scene {
  nodes: RuleNode[]
  sources?: Source[]
  enrolled?: EnrolledConsumer[]
  forecasts?: ForecastAhead[]
  transformers?: TransformerState[]
  today?: string
}

/** What the grid makes of it. */
function snapshotOf({ nodes, sources, enrolled, ...ahead }: Required<Scene>): RuleSnapshot {
  const byId = new Map<string, RulePlace>()
  for (const [index, { load }] of nodes.entries())
    byId.set(load.id, { index, node: load, parent: byId.get(load.parent ?? '') ?? null })
  const own = (id: string) => sources.filter(({ kind, nodeId }) => kind !== 'weather' && nodeId === id)
  const column = (holds: (own: Source[]) => boolean) =>
    Uint8Array.from(nodes, ({ load }) => Number(holds(own(load.id))))
  return {
    ...{ nodes, enrolled, ...ahead },
    tree: { places: [...byId.values()], byId },
    isAwaited: column(points => points.length > 0),
    isUnheard: column(points => points.length > 0 && points.every(({ state }) => state === 'never')),
    silent: sources.filter(({ state }) => state === 'silent')
  }
}

/** Runs the rules cycle after cycle and says what came out of each. */
export function runner({ limits = defaultLimits as RuleLimits, standing = memoryFrom([], t0) } = {}) {
  let memory = standing
  return {
    cycle: (atS: number, scene: Scene) => {
      const at = t0 + atS * 1000
      const nothing = { sources: [], enrolled: [], forecasts: [], transformers: [], today: localDate(at) }
      const outcome = evaluate(snapshotOf({ ...nothing, ...scene }), memory, limits, at)
      memory = outcome.memory
      return outcome.changed
    },
    memory: () => memory
  }
}

/** `raised`, `cleared` or `told` with the node: what happened in one cycle. */
export function happened(changed: ReturnType<ReturnType<typeof runner>['cycle']>, atS: number): string[] {
  const now = new Date(t0 + atS * 1000).toISOString()
  return changed.map(({ nodeId, raisedAt, clearedAt }) => {
    if (clearedAt !== null) return `cleared ${nodeId}`
    return raisedAt === now ? `raised ${nodeId}` : `told ${nodeId}`
  })
}

import type { ForecastPeak } from '../contract/forecasts.ts'
import type { LoadState } from '../contract/grid.ts'
import type { NodeKind } from '../contract/registry.ts'
import type { Source } from '../contract/sources.ts'
import type { TransformerState } from '../contract/transformers.ts'

/** One node as the rules see it. */
export interface RuleNode {
  load: LoadState
  /** Apparent power, kVA; null: not measured. */
  loadKva: number | null
  /** Highest temperature of the local day: observed so far, or forecast for the rest of it. null: unknown. */
  maxTemperatureC: number | null
  maxTemperatureIsForecast: boolean
}

/** A large consumer that is enrolled now. */
export interface EnrolledConsumer {
  customerId: string
  name: string
  meteringPointId: string
  committedKw: number
}

/** What the newest load forecast of a node says of today and the days ahead. */
export interface ForecastAhead {
  nodeId: string
  nodeName: string
  /** Epoch ms. */
  issuedAt: number
  capacityKw: number | null
  peaks: readonly ForecastPeak[]
}

/** A node in its place. */
export interface RulePlace {
  /** Its place in `places`. */
  readonly index: number
  readonly node: { readonly id: string; readonly name: string; readonly kind: NodeKind }
  readonly parent: RulePlace | null
}

/** Every node of the registry: parents stand before their children, each subtree in one piece. */
export interface RuleTree {
  readonly places: readonly RulePlace[]
  readonly byId: ReadonlyMap<string, RulePlace>
}

/** Everything the rules look at. */
export interface RuleSnapshot {
  /** Every node but households. Parents stand before their children. */
  nodes: readonly RuleNode[]
  tree: RuleTree
  /** By the place in the tree, 1: the node awaits readings of measuring points of its own. */
  isAwaited: Uint8Array
  /** By the place in the tree, 1: it awaits them, and none of its points has ever spoken. */
  isUnheard: Uint8Array
  /** The registered points that spoke before and are beyond three report intervals. */
  silent: readonly Source[]
  enrolled: readonly EnrolledConsumer[]
  /** The newest issue of each node that has one. */
  forecasts: readonly ForecastAhead[]
  transformers: readonly TransformerState[]
  /** The local date, YYYY-MM-DD. */
  today: string
}

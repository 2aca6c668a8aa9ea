import type { LoadState } from '../contract/grid.ts'
import type { Source } from '../contract/sources.ts'

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

/** Everything the rules look at. Parents stand before their children. */
export interface RuleSnapshot {
  nodes: readonly RuleNode[]
  /** The registered sources. */
  sources: readonly Source[]
  enrolled: readonly EnrolledConsumer[]
}

import type { Cooling } from '../../server/contract/registry.ts'
import type { Industry } from './industries.ts'

export interface Household {
  meterId: string
  meteringPointId: string
  name: string
  /** Lights, cooking, fans. */
  baseKw: number
  /** Its air conditioners at full cooling; 0 where there is none. */
  airConditioningKw: number
  key: number
}

/** What a transformer feeds besides metered homes: shops and lights, a market, or workshops. */
export type Street = 'homes' | 'market' | 'workshops'

/** What is wrong with a transformer, so that it can be found: radiators that clog, a sensor that breaks. */
export type OilFault = 'cooling' | 'sensor'

export interface Transformer {
  id: string
  name: string
  feederId: string
  stationId: string
  concentratorId: string
  ratingKva: number
  /** null: by its rating. */
  cooling: Cooling | null
  /** Large consumers below it, told by their own meters as well. */
  consumers: readonly LargeConsumer[]
  reportIntervalS: number
  street: Street
  streetKw: number
  households: readonly Household[]
  /** null: nothing. */
  oilFault: OilFault | null
  key: number
}

export interface LargeConsumer {
  customerId: string
  meteringPointId: string
  meterId: string
  name: string
  feederId: string
  /** The transformer that feeds it; null: straight from the feeder. */
  transformerId: string | null
  stationId: string
  industry: Industry
  /** Its load on a hot working day in the afternoon. */
  usualKw: number
  powerFactor: number
  /** null: not enrolled. */
  committedKw: number | null
  key: number
}

export interface Feeder {
  id: string
  name: string
  substationId: string
}

export interface Substation {
  id: string
  name: string
  stationId: string
}

export interface Station {
  id: string
  /** How far it is from the region's temperature. */
  deltaC: number
}

/** Who lives and works in the demo region: everything but the limits of the grid. */
export interface Sites {
  seed: number
  company: { id: string; name: string }
  province: { id: string; name: string }
  stations: readonly Station[]
  substations: readonly Substation[]
  feeders: readonly Feeder[]
  transformers: readonly Transformer[]
  consumers: readonly LargeConsumer[]
}

/** The substation whose afternoon gets too hot. */
export const HOT_SUBSTATION = 'E71'

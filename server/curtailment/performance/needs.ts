import type { PlaceboAccuracy } from '../../contract/baselines.ts'
import type { Enrolment } from '../../contract/enrolments.ts'
import type { CurtailmentEvent } from '../../contract/events.ts'
import type {
  BaselineComparison,
  Delivery,
  Performance,
  Recomputation,
  ResultList
} from '../../contract/performance.ts'
import type { Programme } from '../../contract/programmes.ts'
import type { SiteDays } from '../calendar/dayTypes.ts'
import type { EventRecords } from '../needs.ts'
import type { MeterHistory } from '../slots/slots.ts'
import type { Times } from './delivered.ts'

export type KeptKind = ResultList['results'][number]['kind']

/** What a result is kept with: provisional or final, why it was made, and its rows for lists and sums. */
export interface Keeping {
  kind: KeptKind
  why: string
  deliveries: readonly Delivery[]
}

/** The kept results, each version beside the earlier ones. */
export interface ResultRecords {
  /** As the next version, with its deliveries in the same transaction; resolves to what is kept, its `resultVersion` set. */
  save(performance: Performance, keeping: Keeping): Promise<Performance>
  /** The newest without `version`; null when there is none. Rejects when it does not match its checksum. */
  get(eventId: string, version?: number): Promise<Performance | null>
  list(eventId: string): Promise<ResultList>
}

/** Error that all sites share, as a share of their summed baseline, and of how many placebo days it comes. */
export interface CommonError {
  share: number
  days: number
}

/** Assumed where the sum was tested on less than ten common placebo days. */
export const ASSUMED_COMMON_ERROR: CommonError = { share: 0.05, days: 0 }

/** How well baselines did on days without an event, as it was assessed; what was never tested is missing. */
export interface Assessed {
  /** Of one enrolment, by method and adjustment. */
  placebo(enrolmentId: string): Promise<readonly PlaceboAccuracy[]>
  /** Of the sum of the sites below a node. */
  commonError(nodeId: string): Promise<CommonError>
}

export type DaysOff = Pick<SiteDays, 'publicHolidays' | 'daysOff'>

/** What an event is measured from. */
export interface MeasurementNeeds {
  events: Pick<EventRecords, 'list'>
  programmes: { list(): Promise<readonly Programme[]> }
  enrolments: {
    /** Those in force. */
    list(): Promise<readonly Enrolment[]>
    /** Also ended ones. */
    ofCustomer(customerId: string): Promise<readonly Enrolment[]>
  }
  /** Local dates of days off, both ends included: those of the law, and those put in by hand. */
  daysOff(from: string, to: string): Promise<DaysOff>
  assessed: Assessed
  /** A meter's readings of [from, to), epoch ms. */
  history(meterId: string, from: number, to: number): Promise<MeterHistory>
  /** °C at a metering point, [from, to), epoch ms; without it, or null: no baseline by weather. */
  temperature?(meteringPointId: string, from: number, to: number): Promise<MeterHistory | null>
  timeZone: string
  now(): number
}

/** What one participant of a running event is watched by, over the settlement slots of its own part, ascending. */
export interface LiveBasis {
  slots: readonly Times[]
  /** kW; null: unknown. */
  baselineKw: readonly (number | null)[]
  /** Baseline − metered, kW, where the slot has ended. */
  deliveredKw: readonly (number | null)[]
  /** Error of its baseline on days without event, as a share of it; null: never tested. */
  errorShare: number | null
}

/** By customer. */
export interface LiveBases {
  basis: Map<string, LiveBasis>
  commonErrorShare: number
}

export interface ResultNeeds extends MeasurementNeeds {
  events: Pick<EventRecords, 'list' | 'get'>
  results: ResultRecords
}

/** What events delivered. An event nobody keeps is null. */
export interface Results {
  /** The newest kept result of an event that has one, else what is measured so far. Computed once for all who ask at a time. */
  of(event: CurtailmentEvent): Promise<Performance>
  /** What a running event is watched by; its baselines are remembered for some minutes. */
  basis(event: CurtailmentEvent): Promise<LiveBases>
  /** Measured anew from the store, nothing remembered. `event` in the state and version it is measured for. Nothing is kept. */
  measure(event: CurtailmentEvent): Promise<Performance>
  /** Keeps what was measured as the next version; one that says the same as the newest kept is not kept twice. */
  keep(measured: Performance, keeping: Omit<Keeping, 'deliveries'>): Promise<Performance>
  kept(eventId: string, version?: number): Promise<Performance | null>
  list(eventId: string): Promise<ResultList>
  /** A kept result (without `version` the newest) computed again from the readings there are now; null: nothing is kept. */
  recompute(event: CurtailmentEvent, version?: number): Promise<Recomputation | null>
  /** One participant by every baseline method; null: it does not take part. */
  compare(event: CurtailmentEvent, customerId: string): Promise<BaselineComparison | null>
}

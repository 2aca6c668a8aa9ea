import type { PlaceboAccuracy } from '../../contract/baselines.ts'
import type {
  EligibilityReport,
  EligibilityRequest,
  Enrolment,
  Predictability
} from '../../contract/enrolments.ts'
import type { Programme } from '../../contract/programmes.ts'
import type { GridNode } from '../../contract/registry.ts'
import type { Span } from '../baseline/input.ts'
import type { SiteDays } from '../calendar/dayTypes.ts'
import type { Outcome } from '../needs.ts'
import type { CommonError } from '../performance/needs.ts'
import type { MeterHistory } from '../slots/slots.ts'

/** Half-hour means of a metering point: columns of equal length, ascending; `t` is the start, epoch ms. Unknown is null. */
export interface HalfHourLoad {
  t: readonly number[]
  kw: readonly (number | null)[]
}

/** What was found, by scope: `enrolment <id>`; the newest of each is kept. */
export interface AssessmentRecords {
  put(row: {
    scope: string
    at: number
    value: unknown
    predictability: Predictability | null
  }): Promise<void>
  get(scope: string): Promise<{ predictability: Predictability | null } | null>
  /** Those whose scope begins so. */
  list(prefix: string): Promise<{ scope: string; at: number; value: unknown }[]>
}

/** What the assessment of customers needs of the other stages. */
export interface AssessmentNeeds {
  /** Those in force. */
  enrolments: { list(): Promise<readonly Enrolment[]> }
  programmes: { list(): Promise<readonly Programme[]> }
  registry: { nodes(): Promise<readonly GridNode[]> | readonly GridNode[] }
  assessments: AssessmentRecords
  /** Roll-ups of [from, to), epoch ms. */
  halfHours(meteringPointId: string, from: number, to: number): Promise<HalfHourLoad>
  /** °C at a metering point, [from, to), epoch ms; null: there is no station. */
  temperature(meteringPointId: string, from: number, to: number): Promise<MeterHistory | null>
  /** When a customer was called since `from` (epoch ms), drills included. */
  calls(customerId: string, from: number): Promise<readonly Span[]>
  /** Of everybody, by local dates, both included. */
  daysOff(from: string, to: string): Promise<Omit<SiteDays, 'workDays'>>
  now(): number
  timeZone: string
}

/** What a plan is told of loads in one window. */
export interface Foretelling {
  /** Mean load of an enrolment, kW, as its own days of that type went; null where it is not known. */
  baselineKw(enrolmentId: string): number | null
  /** By which share of their summed baseline all these err together. */
  commonError(enrolmentIds: readonly string[]): CommonError
}

/** What is known of how well customers can be foretold. */
export interface Assessing {
  /** Whether a customer may enrol with these metering points: what POST /api/enrolments/eligibility answers. */
  eligibility(request: EligibilityRequest): Promise<Outcome<EligibilityReport>>
  /** By method and adjustment, as last assessed; empty before. */
  placebo(enrolmentId: string): Promise<readonly PlaceboAccuracy[]>
  /** Of the enrolments below a node. */
  commonError(nodeId: string): Promise<CommonError>
  /** For [start, end), epoch ms. */
  foretelling(window: { start: number; end: number }): Promise<Foretelling>
  /** Assesses one enrolment, the one that waits longest; false when none is due. */
  step(): Promise<boolean>
}

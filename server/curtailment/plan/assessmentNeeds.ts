import type { PlaceboAccuracy } from '../../contract/baselines.ts'
import type {
  EligibilityReport,
  EligibilityRequest,
  Enrolment,
  Predictability
} from '../../contract/enrolments.ts'
import type { Programme } from '../../contract/programmes.ts'
import type { GridNode } from '../../contract/registry.ts'
import type { Outcome } from '../needs.ts'
import type { CommonError } from '../performance/needs.ts'

/** Half-hour means of a metering point: columns of equal length, ascending; `t` is the start, epoch ms. Unknown is null. */
export interface HalfHourLoad {
  t: readonly number[]
  kw: readonly (number | null)[]
}

/** What was found, by scope: `enrolment <id>` or `node <id>`; the newest of each is kept. */
export interface AssessmentRecords {
  put(row: {
    scope: string
    at: number
    value: unknown
    predictability: Predictability | null
  }): Promise<void>
  /** Those whose scope begins so. */
  list(prefix: string): Promise<{ scope: string; at: number; value: unknown }[]>
}

/** What the assessment of customers needs of the other stages. */
export interface AssessmentNeeds {
  /** Those in force. */
  enrolments: { list(): Promise<readonly Enrolment[]> | readonly Enrolment[] }
  programmes: { list(): Promise<readonly Programme[]> }
  registry: { nodes(): Promise<readonly GridNode[]> | readonly GridNode[] }
  assessments: AssessmentRecords
  /** Roll-ups of [from, to), epoch ms. */
  halfHours(meteringPointId: string, from: number, to: number): Promise<HalfHourLoad>
  /** Local dates since `from` (epoch ms) on which a customer was called, drills included. */
  eventDates(customerId: string, from: number): Promise<readonly string[]>
  /** Local dates on which nobody works, in [from, to]. */
  holidays(from: string, to: string): Promise<ReadonlySet<string>> | ReadonlySet<string>
  now(): number
  timeZone: string
}

/** What a plan is told of loads to come. */
export interface Foretelling {
  /** Mean load of an enrolment in [start, end), epoch ms, as its own days of that type went; null where it is not known. */
  baselineKw(enrolmentId: string, window: { start: number; end: number }): number | null
  /** By which share of their summed baseline all these err together. */
  commonError(enrolmentIds: readonly string[]): CommonError
}

/** What is known of how well customers can be foretold. */
export interface Assessing {
  /** Whether a customer may enrol with these metering points: what POST /api/enrolments/eligibility answers. */
  eligibility(request: EligibilityRequest): Promise<Outcome<EligibilityReport>>
  /** Of an enrolment as last assessed; null before. */
  predictability(enrolmentId: string): Predictability | null
  /** The same by method and adjustment; empty before. */
  placebo(enrolmentId: string): Promise<readonly PlaceboAccuracy[]>
  /** Of the enrolments below a node. */
  commonErrorBelow(nodeId: string): Promise<CommonError>
  foretelling: Foretelling
  /** Assesses the enrolment that waits longest; false when none is due. */
  step(): Promise<boolean>
}

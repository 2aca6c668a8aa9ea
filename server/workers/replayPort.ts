import type { MessagePort } from 'node:worker_threads'
import type { Customer } from '../contract/customers.ts'
import type { Enrolment } from '../contract/enrolments.ts'
import type { CurtailmentEvent } from '../contract/events.ts'
import type { Finding } from '../contract/findings.ts'
import type { Forecast } from '../contract/forecasts.ts'
import type { Delivery } from '../contract/performance.ts'
import type { Plan, PlanRequest } from '../contract/plans.ts'
import type { Programme } from '../contract/programmes.ts'
import type { GridNode } from '../contract/registry.ts'
import type { ReplayState, ReplayView } from '../contract/replays.ts'
import type { Outcome } from '../curtailment/needs.ts'
import type { DaysOff } from '../curtailment/performance/needs.ts'
import type { PaceChange } from '../replay/pace.ts'
import type { RuleLimits } from '../rules/limits.ts'
import type { EnrolledConsumer } from '../rules/snapshot.ts'

/** All that a replay's thread begins with: values, and two lines on which it can only ask. */
export interface ReplayThreadData {
  day: string
  timeZone: string
  speed: number
  limits: RuleLimits
  nodes: readonly GridNode[]
  /** In force at the end of the day. */
  enrolled: readonly EnrolledConsumer[]
  enrolments: readonly Enrolment[]
  customers: readonly Customer[]
  programmes: readonly Programme[]
  /** For files that are needed while it runs; removed after it. */
  directory: string
  /** To the readings store. */
  readerPort: MessagePort
  /** To the records, through the main thread. */
  recordsPort: MessagePort
}

/** What a replay may ask of the records. */
export type ReplayQuestions = {
  /** Those that ever called somebody, and those that still do; newest first, bounded. */
  events(argument: undefined): Promise<CurtailmentEvent[]>
  deliveries(filter: { from: number; to: number; isDrill?: boolean }): Promise<Delivery[]>
  daysOff(span: { from: string; to: string }): Promise<DaysOff>
  /** The newest issue of each node by a moment, epoch ms. */
  newestForecasts(by: { nodeIds: readonly string[]; issuedBy: number }): Promise<Forecast[]>
  /** Every issue of these nodes in [from, to), epoch ms. */
  issuedForecasts(of: { nodeIds: readonly string[]; from: number; to: number }): Promise<Forecast[]>
}

/** Where a replay stands. */
export interface ReplayProgress {
  state: ReplayState
  trouble: string | null
  /** Epoch ms. */
  clock: number
  speed: number
  digest: string | null
}

export type ReplayEvent = { event: 'progress'; progress: ReplayProgress } | { event: 'reader-wanted' }

export type ReplayMethods = {
  /** A new line to the store in place of one that broke. */
  acceptReader(port: MessagePort): void
  change(change: PaceChange): ReplayProgress
  progress(argument: undefined): ReplayProgress
  /** Without the replay itself, which the main thread knows. */
  view(nodeId: string): Omit<ReplayView, 'replay'>
  findings(argument: undefined): { clock: number; findings: Finding[] }
  plan(request: PlanRequest): Promise<Outcome<Plan>>
}

/** What the main thread and the readings thread say to each other. */
import type { MessagePort } from 'node:worker_threads'
import type { Config } from '../config.ts'
import type { GridNode } from '../contract/registry.ts'
import type { IngestState } from '../contract/sources.ts'
import type { Reading } from '../contract/telemetry.ts'
import type { RollupsStatus } from '../grid/rollups.ts'
import type {
  LatestQuery,
  LoadQuery,
  LoadSteps,
  ManySeriesQuery,
  Series,
  SeriesQuery
} from '../readings/store.ts'
import type { DayChecksStatus } from '../validation/dayChecks.ts'
import type { ValidationStatus } from '../validation/validator.ts'

export interface ReadingsThreadData {
  config: Config
  positionsBuffer: SharedArrayBuffer
  /** Dead letters leave through it. */
  deadLetterPort: MessagePort
}

export interface ReadingsThreadState {
  feed: Omit<IngestState['store'], 'kind'>
  rollups: RollupsStatus
  validation: ValidationStatus & DayChecksStatus
}

export type ReadingsEvent = { event: 'warn'; text: string } | { event: 'state'; state: ReadingsThreadState }

/** What another thread may ask of the store. */
export type ReaderMethods = {
  query(query: SeriesQuery): Promise<Series>
  queryMany(query: ManySeriesQuery): Promise<Map<string, Series>>
  latest(query: LatestQuery): Promise<Map<string, Reading>>
  queryLoad(query: LoadQuery): Promise<LoadSteps>
}

export type ReadingsMethods = ReaderMethods & {
  /** Opens the store. Rejects with a StartFailure. */
  open(argument: undefined): Promise<void>
  /** Begins to follow the log. */
  start(nodes: readonly GridNode[]): Promise<ReadingsThreadState>
  setRegistry(nodes: readonly GridNode[]): void
  /** Answers on this port too, until it closes. */
  acceptReader(reader: MessagePort): void
  stop(argument: undefined): Promise<void>
}

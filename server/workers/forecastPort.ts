/** What the main thread and a forecast worker say to each other. */
import type { MessagePort } from 'node:worker_threads'
import type { Forecast } from '../contract/forecasts.ts'
import type { Called } from '../forecast/history/withoutCurtailment.ts'
import type { KeptForecast } from '../forecast/run/kept.ts'
import type { DueRun } from '../forecast/run/schedule.ts'
import type { PackedForecast } from '../records/forecastRow.ts'

/** A node that is forecast. */
export interface ForecastNode {
  id: string
  capacityKw: number | null
  /** Its weather station, or that of the nearest node above it. */
  station: string | null
  /** Of what measuring points its load is made. */
  composition: string
  /** Its model is written, for the runs until the next refit. */
  keepsModel: boolean
  /** When it, or a consumer below it, was called. */
  calls: readonly Called[]
}

export interface ForecastJob {
  run: DueRun
  /** Epoch ms. */
  issuedAt: number
  /** Models fitted to what was known before this moment are fitted again. */
  fitSince: number
  nodes: readonly ForecastNode[]
  /** The folder of what is kept between two runs. */
  directory: string
  timeZone: string
  /** Local dates. */
  holidays: readonly string[]
}

export interface ForecastWorkerData {
  job: ForecastJob
  store: MessagePort
  /** One Int32: 1 while the store has better to do. */
  isHeldUp: SharedArrayBuffer
}

/** What came of one node. */
export interface NodeOutcome {
  nodeId: string
  forecast: Forecast | null
  /** Why there is none. */
  reason: string | null
}

/** The same, packed by the worker, so that the main thread only has to hand it on. */
export interface PackedOutcome {
  nodeId: string
  issue: { row: PackedForecast; kept: KeptForecast } | null
  reason: string | null
}

export interface JobOutcome {
  fitted: number
  /** Nodes that failed by themselves, and how the first of them did. */
  faults: number
  firstFault: string | null
  /** What is kept between runs could not be written; null: it could. */
  unwritten: string | null
}

/** From the worker; each batch is answered with `taken` before more than two are under way. */
export type ForecastMessage = { batch: PackedOutcome[] } | { done: JobOutcome }
export type ForecastReply = 'taken'

import type { Reading, ReadingKind } from '../contract/telemetry.ts'

/** Readings of one source as columns of equal length, ascending by `t` (epoch ms). A member nobody sent is null. */
export interface Series {
  t: number[]
  intervalS: number[]
  columns: Record<string, (number | null)[]>
}

/** A node's load in one minute of data time. `t`: start of the minute, epoch ms. `kw` is null when nobody reported. */
export interface LoadRow {
  node: string
  t: number
  kw: number | null
  reported: number
  expected: number
}

export interface LoadMinutes {
  t: number[]
  kw: (number | null)[]
  reported: number[]
  expected: number[]
}

export interface SeriesQuery {
  kind: ReadingKind
  id: string
  /** Epoch ms, included. */
  from: number
  /** Epoch ms, excluded. */
  to: number
  fields: readonly string[]
}

export interface ManySeriesQuery {
  kind: ReadingKind
  ids: readonly string[]
  from: number
  to: number
  field: string
}

export interface LatestQuery {
  kind: ReadingKind
  /** null: every id that has a reading since `notBefore`. */
  ids: readonly string[] | null
  notBefore: number
}

export interface LoadQuery {
  node: string
  from: number
  to: number
}

/**
 * The port to the time series. Every store gives the same answers: the same identity merges member by member, of two
 * values the later write wins, an absent member erases nothing.
 */
export interface ReadingsStore {
  readonly kind: 'sqlite' | 'influx1' | 'influx2'
  /** Durable when it resolves, and safe to repeat. Rejects with a StoreError. */
  write(readings: readonly Reading[]): Promise<void>
  /** [from, to). Of several forecasts for one ts the newest issued. */
  query(query: SeriesQuery): Promise<Series>
  /** As `query` for one field of many ids; an id without a reading in the range is absent. */
  queryMany(query: ManySeriesQuery): Promise<Map<string, Series>>
  /** The reading with the newest ts of each id, all its members merged; an id without one is absent. */
  latest(query: LatestQuery): Promise<Map<string, Reading>>
  /** One-minute roll-ups; a row written again replaces the earlier one. Rejects with a StoreError. */
  writeLoad(rows: readonly LoadRow[]): Promise<void>
  /** [from, to). `kw` is null where `reported` is 0. */
  queryLoad(query: LoadQuery): Promise<LoadMinutes>
  stop(): Promise<void>
}

/** A reading that the store will never take, and why. */
export interface RefusedReading {
  reading: Reading
  reason: string
}

/**
 * unavailable: try again soon, or after `retryAfterMs` · paused: a person must act first, `message` says how; nothing
 * is lost meanwhile · refused: the readings listed can never be stored; all others of the batch are stored.
 */
export type StoreTrouble = 'unavailable' | 'paused' | 'refused'

/** Why a store did not do what was asked. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly what: StoreTrouble
  readonly retryAfterMs: number | null
  readonly refused: readonly RefusedReading[]

  constructor(
    what: StoreTrouble,
    message: string,
    details: { retryAfterMs?: number | null; refused?: readonly RefusedReading[]; cause?: unknown } = {}
  ) {
    super(message, { cause: details.cause })
    this.what = what
    this.retryAfterMs = details.retryAfterMs ?? null
    this.refused = details.refused ?? []
  }
}

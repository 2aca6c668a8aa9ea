import type { Reading, ReadingKind } from '../contract/telemetry.ts'
import type { ReadingBatch } from '../log/readingBatch.ts'

/**
 * Readings of one source as columns of equal length, ascending by `t` (epoch ms). A member nobody sent is null;
 * `quality` is our own verdict, as bits.
 */
export interface Series {
  t: number[]
  intervalS: number[]
  quality: number[]
  /** Of forecasts only: when each was issued, epoch ms. */
  issued?: number[]
  columns: Record<string, (number | null)[]>
}

/** Seconds of data time that one roll-up row stands for. */
export type LoadStepS = 60 | 1800

/**
 * A node's load over one step of data time; `t` is its start, epoch ms. `kw` is the mean, null when nobody reported.
 * Half-hours also carry their extremes; in minutes these are left out.
 */
export interface LoadRow {
  node: string
  t: number
  kw: number | null
  kwMin?: number | null
  kwMax?: number | null
  /**
   * Half-hours only, a column `known` of its table: how many of its minutes are known, 0 … 30; the weight of its mean.
   * kw, kwMin and kwMax are null where it is 0, and only there: `reported` is that of the least complete minute, and so
   * may be 0 beside a known kw.
   */
  known?: number
  reported: number
  expected: number
}

/** Roll-ups as columns of equal length, ascending by `t`. Of a minute, kwMin and kwMax are its kw. */
export interface LoadSteps {
  t: number[]
  kw: (number | null)[]
  kwMin: (number | null)[]
  kwMax: (number | null)[]
  /** Known minutes in each row: of a minute 1 or 0, as kw is known or not. */
  known: number[]
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
  /** Of forecasts: only those issued at this moment (epoch ms) or before; absent: all. */
  issuedBy?: number
}

export interface ManySeriesQuery {
  kind: ReadingKind
  ids: readonly string[]
  from: number
  to: number
  field: string
  issuedBy?: number
}

export interface LatestQuery {
  kind: ReadingKind
  /** null: every id that has a reading since `notBefore`. */
  ids: readonly string[] | null
  notBefore: number
  /** With `ids` null: so many ids at most. A million meters that nobody registered must not fill the memory. */
  most?: number
}

export interface LoadQuery {
  node: string
  from: number
  to: number
  stepS: LoadStepS
}

/**
 * The port to the time series. Every store gives the same answers: the same identity merges member by member, of two
 * values the later write wins, an absent member erases nothing.
 */
export interface ReadingsStore {
  readonly kind: 'sqlite' | 'influx1' | 'influx2'
  /** What the operator should change before it becomes a trouble; null while there is nothing. */
  readonly advice: string | null
  /** What suits it: rows in one write, and writes under way at a time. */
  readonly limits: { readonly rows: number; readonly writes: number }
  /**
   * Durable when it resolves, and safe to repeat. A row without values changes only interval_s and quality. Writes may
   * be given before earlier ones are done: of one identity they arrive in the order given. When one fails, those given
   * before it has settled may fail with it; give them again in order. The batch must not change until it settles.
   * Rejects with a StoreError.
   */
  write(batch: ReadingBatch): Promise<void>
  /** [from, to). Of several forecasts for one ts the newest issued, of those that `issuedBy` admits. */
  query(query: SeriesQuery): Promise<Series>
  /** As `query` for one field of many ids; an id without a reading in the range is absent. */
  queryMany(query: ManySeriesQuery): Promise<Map<string, Series>>
  /** The reading with the newest ts of each id, all its members merged; an id without one is absent. */
  latest(query: LatestQuery): Promise<Map<string, Reading>>
  /** Roll-ups of one step; a row written again replaces the earlier one. Rejects with a StoreError. */
  writeLoad(rows: readonly LoadRow[], stepS: LoadStepS): Promise<void>
  /** [from, to). `kw` is null where `reported` is 0; of half-hours where `known` is 0. */
  queryLoad(query: LoadQuery): Promise<LoadSteps>
  /** Lets go of everything at once: what is under way fails with `unavailable`. */
  stop(): Promise<void>
}

/** A row of the batch that the store will never take, and why. */
export interface RefusedRow {
  row: number
  reason: string
}

/**
 * unavailable: try again soon, or after `retryAfterMs` · paused: a person must act first, `message` says how; nothing
 * is lost meanwhile · refused: the rows listed can never be stored; all others of the batch are stored.
 */
export type StoreTrouble = 'unavailable' | 'paused' | 'refused'

/** Why a store did not do what was asked. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly what: StoreTrouble
  readonly retryAfterMs: number | null
  readonly refused: readonly RefusedRow[]

  constructor(
    what: StoreTrouble,
    message: string,
    details: { retryAfterMs?: number | null; refused?: readonly RefusedRow[]; cause?: unknown } = {}
  ) {
    super(message, { cause: details.cause })
    this.what = what
    this.retryAfterMs = details.retryAfterMs ?? null
    this.refused = details.refused ?? []
  }
}

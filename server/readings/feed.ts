import { backoffMs } from '../contract/backoff.ts'
import type { IngestState } from '../contract/sources.ts'
import type { DeadLetters } from '../log/deadLetters.ts'
import type { Cursor, Position } from '../log/ingestLog.ts'
import type { ReadingBatch } from '../log/readingBatch.ts'
import type { FollowedLog } from './logBatches.ts'
import { LogFeed } from './logFeed.ts'
import type { ReadingsStore } from './store.ts'

/** Told of a batch that is stored. */
export type StoredListener = (
  /** Used again after the call. The few rows that the store refused are among them. */
  batch: ReadingBatch,
  about: {
    /** Up to here everything in the log is stored, and all listeners have been told or are being told. */
    upTo: Position
    /** Of the newest frames, ahead of a backlog; they come again when their turn comes. */
    isPreview: boolean
  }
) => void

export interface FeedNeeds {
  log: FollowedLog
  cursor: Cursor
  store: Pick<ReadingsStore, 'write'> & Partial<Pick<ReadingsStore, 'advice' | 'limits'>>
  deadLetters: Pick<DeadLetters, 'put'>
  /**
   * Sets the quality of each row; called once per row, before it is written, for each source in the order of the log.
   * `arrivedAt`: epoch ms by row. `upTo`: with this batch everything before that place has come; null: lines from before
   * and from behind its own are still to come.
   */
  validate?: (batch: ReadingBatch, arrivedAt: Float64Array, upTo: Position | null) => void
  now: () => number
  /** In [0, 1). */
  random: () => number
  /** How long to gather after a batch that was not full, in milliseconds. */
  gatherMs?: number
  /** How often the cursor is made durable, in milliseconds. */
  commitMs?: number
  /** How many bytes of the log are put in order at once; else as it suits the store. */
  runBytes?: number
  /** From how many bytes behind the newest frames are stored between the oldest. */
  previewBehindBytes?: number
  /** How long to wait between attempts while a person must act, in milliseconds. */
  pausedMs?: number
  /** How long to wait after attempt number `attempt` (from 1) while the store is unavailable, in milliseconds. */
  retryMs?: (attempt: number, random: number) => number
}

/** `linesPerS`: stored in the last seconds. */
export type FeedState = Omit<IngestState['store'], 'kind'> & { linesPerS: number }

/**
 *                    unavailable ──────────► retrying ─┐ back-off, or what the store asks for
 *   following ─write─┤                                 ├─► the same batches again, in order
 *      ▲             paused ───────────────► paused ───┘ every 10 s
 *      │             refused ─► dead letters ─┐
 *      └── commit ◄──┴── stored ◄─────────────┘
 */
export interface Feed {
  state(): FeedState
  /** Called with each batch once it is stored; returns how to end that. */
  onStored(listener: StoredListener): () => void
  /** Resolves when what is under way is done or has failed once more, in 2 s at most. */
  stop(): Promise<void>
}

export const feedDefaults = {
  gatherMs: 100,
  commitMs: 100,
  previewBehindBytes: 8 * 1024 * 1024,
  pausedMs: 10_000,
  retryMs: backoffMs
}

/**
 * Follows the ingest log and writes its readings to the store, several batches at a time; the cursor moves only over what
 * is stored without a gap. While it is far behind, the newest readings are written too, now and then, so that charts are
 * current; they come once more in their turn, and so the store ends as if everything had come in order.
 */
export function startFeed(needs: FeedNeeds): Feed {
  const feed = new LogFeed({ ...feedDefaults, ...needs })
  feed.start()
  return feed
}

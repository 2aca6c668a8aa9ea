import { setTimeout as pause } from 'node:timers/promises'
import type { IngestState } from '../contract/sources.ts'
import type { DeadLetters } from '../log/deadLetters.ts'
import type { Cursor, Frame, Position } from '../log/ingestLog.ts'
import type { ReadingBatch } from '../log/readingBatch.ts'
import { backoffMs } from './backoff.ts'
import { type Batch, takeBatch } from './feedBatch.ts'
import { type ReadingsStore, StoreError } from './store.ts'
import { storeBatch } from './storeBatch.ts'

/** The log as a follower reads it, in any thread. */
export interface FollowedLog {
  /** Durable frames from a position on, about `maxBytes` of them but at least one; [] at the end. */
  read(from: Position, maxBytes: number): Promise<Frame[]>
  /** Where the next frame will begin. */
  readonly end: Position
  /** Called whenever more has become durable; returns how to end that. */
  onAppend(listener: () => void): () => void
  bytesAfter(position: Position): number
}

/** Told of the rows of a batch that are stored. */
export type StoredListener = (
  /** Used again after the call. */
  batch: ReadingBatch,
  about: {
    /** Up to here everything in the log is stored, and all listeners have been told. */
    upTo: Position
    /** Of the newest frames, ahead of a backlog; they come again when their turn comes. */
    isPreview: boolean
  }
) => void

export interface FeedNeeds {
  log: FollowedLog
  cursor: Cursor
  store: Pick<ReadingsStore, 'write'>
  deadLetters: Pick<DeadLetters, 'put'>
  /** Sets the quality of each row; called once per row, in the order of the log, before it is written. */
  validate?: (batch: ReadingBatch, receivedAt: number) => void
  now: () => number
  /** In [0, 1). */
  random: () => number
  /** How long to gather after a batch that was not full, in milliseconds. */
  gatherMs?: number
  /** How long to wait between attempts while a person must act, in milliseconds. */
  pausedMs?: number
  /** How long to wait after attempt number `attempt` (from 1) while the store is unavailable, in milliseconds. */
  retryMs?: (attempt: number, random: number) => number
}

/**
 *                    unavailable ──────────► retrying ─┐ back-off, or what the store asks for
 *   following ─write─┤                                 ├─► the same batch again
 *      ▲             paused ───────────────► paused ───┘ every 10 s
 *      │             refused ─► dead letters ─┐
 *      └── commit ◄──┴── stored ◄─────────────┘
 */
export type FeedState = Omit<IngestState['store'], 'kind'> & { linesPerS: number }

export interface Feed {
  /** `linesPerS`: stored in the last seconds. */
  state(): FeedState
  /** Resolves when all that is durable in the log at this moment is stored; rejects when the feed stops before. */
  drained(): Promise<void>
  /** Called with each batch once it is stored; returns how to end that. */
  onStored(listener: StoredListener): () => void
  /** Resolves when the batch under way is done, or has failed once more. */
  stop(): Promise<void>
}

const MAX_READINGS = 5_000
const MAX_BYTES = 1_000_000
const defaults = { gatherMs: 100, pausedMs: 10_000, retryMs: backoffMs }

/** Follows the ingest log and writes its readings to the store, in order; the cursor moves only over what is stored. */
export function startFeed(needs: FeedNeeds): Feed {
  const feed = new LogFeed({ ...defaults, ...needs })
  feed.start()
  return feed
}

class LogFeed implements Feed {
  private readonly needs: FeedNeeds & typeof defaults
  private readonly listeners = new Set<StoredListener>()
  private readonly stopping = new AbortController()
  private condition: Pick<IngestState['store'], 'state' | 'detail'> = { state: 'following', detail: null }
  private storedUpTo: number | null = null
  /** Bytes of the log passed since the start: what `drained` waits for is a mark on this scale. */
  private passedBytes = 0
  private awaiting: { mark: number; resolve: () => void; reject: (error: Error) => void }[] = []
  private appended = Promise.withResolvers<void>()
  private running: Promise<void> = Promise.resolve()
  private stopListening: () => void = () => undefined

  constructor(needs: FeedNeeds & typeof defaults) {
    this.needs = needs
  }

  start(): void {
    this.stopListening = this.needs.log.onAppend(() => this.appended.resolve())
    this.running = this.run()
  }

  state(): FeedState {
    const { log, cursor } = this.needs
    return {
      ...this.condition,
      behindBytes: log.bytesAfter(cursor.position),
      storedUpTo: this.storedUpTo === null ? null : new Date(this.storedUpTo).toISOString(),
      linesPerS: 0
    }
  }

  drained(): Promise<void> {
    if (this.stopping.signal.aborted) return Promise.reject(new Error('the feed is stopped'))
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const { log, cursor } = this.needs
    this.awaiting.push({ mark: this.passedBytes + log.bytesAfter(cursor.position), resolve, reject })
    this.settleAwaiting()
    return promise
  }

  onStored(listener: StoredListener): () => void {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }

  async stop(): Promise<void> {
    this.stopping.abort()
    this.stopListening()
    this.appended.resolve()
    await this.running
    for (const { reject } of this.awaiting.splice(0)) reject(new Error('the feed is stopped'))
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      // Before reading, so that an append in between is not missed.
      this.appended = Promise.withResolvers<void>()
      const batch = await this.untilDone(() => this.nextBatch())
      if (batch === null) {
        await this.appended.promise
      } else if (batch !== undefined) {
        this.needs.validate?.(batch.readings, batch.receivedAt)
        await this.untilDone(() => this.storeAndCommit(batch))
        if (batch.readings.count >= MAX_READINGS) continue
      }
      await this.wait(this.needs.gatherMs)
    }
  }

  private async nextBatch(): Promise<Batch | null> {
    const { log, cursor } = this.needs
    return takeBatch(await log.read(cursor.position, MAX_BYTES), MAX_READINGS)
  }

  private async storeAndCommit(batch: Batch): Promise<true> {
    const { log, cursor } = this.needs
    await storeBatch(batch, this.needs)
    const bytes = log.bytesAfter(cursor.position) - log.bytesAfter(batch.next)
    await cursor.commit(batch.next)
    this.passedBytes += bytes
    this.storedUpTo = Math.max(this.storedUpTo ?? 0, batch.receivedAt)
    this.settleAwaiting()
    for (const listener of this.listeners) listener(batch.readings, { upTo: batch.next, isPreview: false })
    return true
  }

  /** Repeats until it succeeds; undefined when stopped before. Also the disk's troubles are waited out. */
  private async untilDone<T>(work: () => Promise<T>): Promise<T | undefined> {
    const { pausedMs, retryMs, random } = this.needs
    for (let attempt = 1; !this.stopping.signal.aborted; attempt++) {
      try {
        const result = await work()
        this.condition = { state: 'following', detail: null }
        return result
      } catch (error) {
        const { what, message, retryAfterMs } = toStoreError(error)
        const isPaused = what === 'paused'
        this.condition = { state: isPaused ? 'paused' : 'retrying', detail: message }
        await this.wait(isPaused ? pausedMs : (retryAfterMs ?? retryMs(attempt, random())))
      }
    }
    return undefined
  }

  private settleAwaiting(): void {
    const due = this.awaiting.filter(({ mark }) => mark <= this.passedBytes)
    this.awaiting = this.awaiting.filter(({ mark }) => mark > this.passedBytes)
    for (const { resolve } of due) resolve()
  }

  private async wait(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined)
  }
}

function toStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error
  const message = error instanceof Error ? error.message : String(error)
  return new StoreError('unavailable', message, { cause: error })
}

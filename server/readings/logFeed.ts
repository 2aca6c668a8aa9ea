import { setTimeout as pause, setImmediate as yieldNow } from 'node:timers/promises'
import type { IngestState } from '../contract/sources.ts'
import type { ReadingBatch } from '../log/readingBatch.ts'
import { CommitPace } from './commitPace.ts'
import type { Feed, FeedNeeds, FeedState, feedDefaults, StoredListener } from './feed.ts'
import { LogBatch } from './logBatch.ts'
import { LogBatches } from './logBatches.ts'
import { Previews } from './previews.ts'
import { StoreError } from './store.ts'
import { storeBatch } from './storeBatch.ts'
import { StoredRate } from './storedRate.ts'
import { type Entry, UnderWay } from './underWay.ts'
import { WriteWindow } from './writeWindow.ts'

/** So many of the newest readings, after so many in order; a batch counts as so many at least. */
const PREVIEW_ROWS = 2_500
const PREVIEW_EVERY_ROWS = 10_000
/** Of each row of a batch: some seven batches are put in order at once. */
const RUN_BYTES_A_ROW = 768
/** With less than this left in the log, a batch that is not full is followed by a pause, so that the next is fuller. */
const LITTLE_BYTES = 256 * 1024
/** How long what is under way may take when the feed stops, and then the last commit. Milliseconds. */
const STOP_MS = 1_500
const LAST_COMMIT_MS = 400
const defaultLimits = { rows: 5_000, writes: 4 }

/** The feed of `startFeed`. */
export class LogFeed implements Feed {
  private readonly needs: FeedNeeds & typeof feedDefaults
  private readonly listeners = new Set<StoredListener>()
  private readonly stopping = new AbortController()
  private readonly rate = new StoredRate()
  private readonly commits: CommitPace
  private readonly batches: LogBatches
  private readonly previews: Previews
  private readonly underWay: UnderWay
  private readonly window: WriteWindow
  private readonly rows: number
  private readonly spare: LogBatch[] = []
  private condition: Pick<IngestState['store'], 'state' | 'detail'> = { state: 'following', detail: null }
  /** What went wrong since the last pause: of several failures the first says why. */
  private trouble: StoreError | null = null
  private attempt = 0
  private sincePreview = 0
  private readonly preview: LogBatch
  private isPreviewing = false
  /** What comes in from now on is nobody's business any more. */
  private isOver = false
  private changed = Promise.withResolvers<void>()
  private running: Promise<void> = Promise.resolve()
  private stopListening: () => void = () => undefined

  constructor(needs: FeedNeeds & typeof feedDefaults) {
    const { log, cursor, store, commitMs, runBytes } = needs
    const { rows, writes } = store.limits ?? defaultLimits
    this.needs = needs
    this.rows = rows
    this.preview = new LogBatch(Math.min(rows, PREVIEW_ROWS))
    this.window = new WriteWindow(writes)
    this.commits = new CommitPace(cursor, commitMs)
    this.underWay = new UnderWay(cursor.position)
    this.batches = new LogBatches(log, cursor.position, runBytes ?? RUN_BYTES_A_ROW * rows)
    this.previews = new Previews(log)
  }

  start(): void {
    this.stopListening = this.needs.log.onAppend(() => {
      this.previews.note()
      this.changed.resolve()
    })
    this.running = this.run()
  }

  state(): FeedState {
    const { log, store, now } = this.needs
    const { stored, storedUpTo } = this.underWay
    const { state, detail } = this.condition
    return {
      state,
      detail: detail ?? this.commits.failure ?? store.advice ?? null,
      behindBytes: log.bytesAfter(stored),
      storedUpTo: storedUpTo === null ? null : new Date(storedUpTo).toISOString(),
      linesPerS: this.rate.perS(now())
    }
  }

  onStored(listener: StoredListener): () => void {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }

  async stop(): Promise<void> {
    this.stopping.abort()
    this.stopListening()
    this.changed.resolve()
    await withinMs(
      STOP_MS,
      this.running.then(() => this.settled())
    )
    this.isOver = true
    await withinMs(LAST_COMMIT_MS, this.commits.stop())
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      // Before anything is looked at, so that nothing in between is missed.
      this.changed = Promise.withResolvers<void>()
      const failed = this.underWay.firstFailed()
      if (this.trouble !== null) await this.recover(this.trouble)
      else if (this.underWay.writing >= this.window.size) await this.changed.promise
      else if (failed !== undefined) void this.write(failed)
      else await this.writeNext()
      // SQLite writes without a pause: others in this thread get a word in.
      await yieldNow()
    }
  }

  /** Writes the next batch of the log; waits when there is none. */
  private async writeNext(): Promise<void> {
    const { validate, log, gatherMs } = this.needs
    const batch = await this.nextBatch()
    if (batch === null) return
    const { readings, arrivedAt, receivedAt, next } = batch
    if (readings.count > 0) validate?.(readings, arrivedAt, receivedAt === null ? null : next)
    const isFew = readings.count < this.rows / 2 && log.bytesAfter(this.batches.position) < LITTLE_BYTES
    void this.write(this.underWay.add(batch))
    await this.previewIfFarBehind(readings.count)
    if (isFew) await this.wait(gatherMs)
  }

  private async nextBatch(): Promise<LogBatch | null> {
    const batch = this.spare.pop() ?? new LogBatch(this.rows)
    try {
      if (await this.batches.fill(batch)) return batch
      this.spare.push(batch)
      await this.changed.promise
    } catch (error) {
      this.spare.push(batch)
      this.noteTrouble(error)
    }
    return null
  }

  private async write(entry: Entry): Promise<void> {
    const begun = performance.now()
    entry.state = 'writing'
    try {
      await storeBatch(entry.batch, entry.progress, this.needs)
      if (!this.isOver) this.noteStored(entry, performance.now() - begun)
    } catch (error) {
      entry.state = 'failed'
      this.noteTrouble(error)
    }
    this.changed.resolve()
  }

  private noteStored(entry: Entry, ms: number): void {
    this.attempt = 0
    if (this.trouble === null) {
      this.window.done(ms)
      this.condition = { state: 'following', detail: null }
    }
    if (this.underWay.done(entry)) this.commits.moveTo(this.underWay.stored)
    this.tell(entry.batch.readings, false)
    this.spare.push(entry.batch)
  }

  private tell(batch: ReadingBatch, isPreview: boolean): void {
    if (batch.count === 0) return
    this.rate.add(batch.count, this.needs.now())
    for (const listener of this.listeners) listener(batch, { upTo: this.underWay.stored, isPreview })
  }

  private async previewIfFarBehind(readings: number): Promise<void> {
    const { log, previewBehindBytes } = this.needs
    const { preview, previews } = this
    this.sincePreview += Math.max(PREVIEW_ROWS, readings)
    if (this.sincePreview < PREVIEW_EVERY_ROWS || this.isPreviewing) return
    // What is under way may be much, and not in order: the charts miss that too.
    if (log.bytesAfter(this.underWay.stored) < previewBehindBytes) return
    this.sincePreview = 0
    const isAny = await previews.fill(preview, this.batches.position).catch(() => false)
    if (isAny) void this.writePreview()
  }

  /** Not validated and not committed: its turn comes. What goes wrong with it goes wrong then, too. */
  private async writePreview(): Promise<void> {
    const { preview, previews } = this
    this.isPreviewing = true
    const isStored = await this.needs.store.write(preview.readings).then(
      () => true,
      () => false
    )
    if (isStored) previews.stored(preview)
    if (isStored && !this.isOver) this.tell(preview.readings, true)
    this.isPreviewing = false
    this.changed.resolve()
  }

  private noteTrouble(error: unknown): void {
    this.trouble ??= toStoreError(error)
    this.window.failed()
  }

  /** Waits until nothing is under way, and then for as long as the trouble asks. Also the disk's troubles are waited out. */
  private async recover({ what, message, retryAfterMs }: StoreError): Promise<void> {
    const { pausedMs, retryMs, random } = this.needs
    const isPaused = what === 'paused'
    this.condition = { state: isPaused ? 'paused' : 'retrying', detail: message }
    await this.settled()
    this.trouble = null
    this.attempt++
    await this.wait(isPaused ? pausedMs : (retryAfterMs ?? retryMs(this.attempt, random())))
  }

  private async settled(): Promise<void> {
    while (this.underWay.writing > 0 || this.isPreviewing) {
      this.changed = Promise.withResolvers<void>()
      await this.changed.promise
    }
  }

  private async wait(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined)
  }
}

/** Resolves with the work, or when the time is over. */
async function withinMs(ms: number, work: Promise<unknown>): Promise<void> {
  const end = new AbortController()
  await Promise.race([work, pause(ms, undefined, { signal: end.signal }).catch(() => undefined)])
  end.abort()
}

function toStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error
  const message = error instanceof Error ? error.message : String(error)
  return new StoreError('unavailable', message, { cause: error })
}

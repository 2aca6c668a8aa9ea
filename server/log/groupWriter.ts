import { MAX_BODY_BYTES } from './frame.ts'
import { Group, type LineRoom } from './group.ts'
import { Latencies } from './latencies.ts'
import { SegmentAppender, type SegmentAppenderOptions } from './segmentAppender.ts'
import type { Position } from './segments.ts'

/** Says whether there is space to write. */
export interface SpaceGate {
  /** null: go on; else why nothing is written at present. */
  reason(): string | null
  /** Tries to make space; called before waiting and after each wait. */
  relieve(): Promise<void>
}

export interface GroupWriterOptions extends SegmentAppenderOptions {
  /** How long to wait before trying again what there was no space for. */
  retryMs: number
  gate?: SpaceGate
  /** Milliseconds on a clock that is never set. */
  clock?: (() => number) | undefined
}

/** A group that has just become durable. `bytes` are its frames, valid during the call only. */
export interface DurableBytes {
  group: number
  from: Position
  next: Position
  bytes: Buffer
}

function isDiskFull(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code
  return code === 'ENOSPC' || code === 'EDQUOT'
}

/**
 * Appends frames in groups: one write and one fdatasync for everything that was gathered while the previous group was
 * being written, so a group grows with the load. Two groups take turns, and nothing else is allocated.
 *
 *   room, append ─► gathering ──► being written ──fdatasync──► durable, told to all who listen
 *                       │  ▲           │  ▲
 *      no space allowed ▼  │ disk full ▼  │ again after retryMs
 *                      blocked        blocked            gathering goes on: callers stop at `heldBytes`
 *
 * Any other failure to write or sync is final: what the disk holds is then unknown, so nothing is reported durable from
 * there on and nothing is acknowledged.
 */
export class GroupWriter {
  failure: Error | null = null
  /** From a group's first byte on its way to the disk until it is durable. */
  readonly commits = new Latencies()
  private readonly options: GroupWriterOptions
  private readonly appender: SegmentAppender
  private readonly clock: () => number
  private readonly durableListeners = new Set<(done: DurableBytes) => void>()
  private readonly failureListeners = new Set<(error: Error) => void>()
  private gathering = new Group()
  private other = new Group()
  /** Bytes of the group on its way to the disk. */
  private writing = 0
  private number = 1
  /** Somebody waits for the number of the group being gathered, though it may stay empty. */
  private isAsked = false
  private running: Promise<void> | null = null
  private diskFull: string | null = null
  private retry: (() => void) | null = null
  private stopping = false
  private ended = false

  constructor(options: GroupWriterOptions) {
    this.options = options
    this.appender = new SegmentAppender(options)
    this.clock = options.clock ?? (() => performance.now())
  }

  /** Opens the last segment, or a new one after it when there is none or `sealed`. */
  start(sealed: boolean): Promise<void> {
    return this.appender.start(sealed)
  }

  /**
   * Room for lines of up to `bytes` bytes, to be written before anything else runs; see `LineRoom`. After a failure or
   * the end the room is still there, but leads nowhere. Throws a RangeError for more than fits a frame.
   */
  room(bytes: number, receivedAt: number): LineRoom {
    if (bytes > MAX_BODY_BYTES) throw new RangeError(`lines of ${bytes} bytes are over ${MAX_BODY_BYTES}`)
    if (this.ended) this.gathering.clear()
    this.gathering.makeRoom(bytes, receivedAt)
    if (this.running === null) this.wake()
    return this.gathering
  }

  /** Resolves when the frame is durable; rejects only when it is too long, or the writer has failed or is stopped. */
  append(kind: number, receivedAt: number, body: Buffer): Promise<void> {
    if (this.failure !== null) return Promise.reject(this.failure)
    if (this.stopping) return Promise.reject(new Error('the log is stopped'))
    if (body.length > MAX_BODY_BYTES)
      return Promise.reject(new RangeError(`a frame of ${body.length} bytes is over ${MAX_BODY_BYTES}`))
    this.gathering.add(kind, receivedAt, body)
    this.wake()
    return this.gathering.whenDurable()
  }

  /**
   * All that was written so far is durable once this number is reported. Who reads it may wait for it: it is reported
   * even when nothing more is written.
   */
  get group(): number {
    this.isAsked = true
    if (this.running === null) this.wake()
    return this.number
  }

  /** Gathered or being written, not durable. */
  get heldBytes(): number {
    return this.gathering.length + this.writing
  }

  /** Why nothing becomes durable at present; null while all is well. */
  get blocked(): string | null {
    if (this.failure !== null) return `writing has failed: ${this.failure.message}`
    return this.diskFull ?? this.options.gate?.reason() ?? null
  }

  /** Where the durable bytes end. */
  get end(): Position {
    return this.appender.end
  }

  /** Told of every group in order; returns how to end that. */
  onDurable(listener: (done: DurableBytes) => void): () => void {
    this.durableListeners.add(listener)
    return () => this.durableListeners.delete(listener)
  }

  /** Told once. */
  onFailure(listener: (error: Error) => void): () => void {
    this.failureListeners.add(listener)
    return () => this.failureListeners.delete(listener)
  }

  /** Writes what was gathered if there is space for it, rejects it if not, closes the file. */
  async stop(): Promise<void> {
    this.stopping = true
    this.retry?.()
    await this.running
    this.giveUp(new Error('the log is stopped'))
    await this.appender.close()
  }

  private wake(): void {
    if (!this.ended) this.running ??= this.run()
  }

  private async run(): Promise<void> {
    // So that everything of one read from the network shares the first group.
    await new Promise(resolve => setImmediate(resolve))
    try {
      while (this.isAsked || !this.gathering.isEmpty) {
        if (this.gathering.isEmpty) this.report(this.takeNumber(), this.end, Buffer.alloc(0))
        else if (await this.isAllowed()) await this.commit()
        else break
      }
    } catch (error) {
      this.fail(error as Error)
    }
    this.running = null
  }

  /** Waits until there is space; false when the end comes first. */
  private async isAllowed(): Promise<boolean> {
    const { gate } = this.options
    if (gate === undefined || gate.reason() === null) return true
    await gate.relieve()
    while (gate.reason() !== null) {
      if (this.stopping) return false
      await this.retryTime()
      await gate.relieve()
    }
    return true
  }

  private async commit(): Promise<void> {
    const group = this.gathering
    this.gathering = this.other
    this.other = group
    const number = this.takeNumber()
    group.seal()
    this.writing = group.length
    const startedAt = this.clock()
    await this.store(group)
    this.commits.add(this.clock() - startedAt)
    // Before anyone is told: who stopped at a bound asks then whether to go on, and is not told again.
    this.writing = 0
    const { segment, offset } = this.end
    this.report(number, { segment, offset: offset - group.length }, group.bytes.subarray(0, group.length))
    group.resolve()
    group.clear()
  }

  private takeNumber(): number {
    this.isAsked = false
    return this.number++
  }

  private report(group: number, from: Position, bytes: Buffer): void {
    const done = { group, from, next: this.end, bytes }
    for (const listener of this.durableListeners) listener(done)
  }

  private async store(group: Group): Promise<void> {
    for (;;) {
      try {
        await this.appender.append(group.bytes, group.length, group.newestAt)
        this.diskFull = null
        return
      } catch (error) {
        if (!isDiskFull(error) || this.stopping) throw error
        this.diskFull = `the disk is full (${(error as NodeJS.ErrnoException).code}); nothing is acknowledged until there is space`
        await this.appender.cut()
        await this.options.gate?.relieve()
        await this.retryTime()
      }
    }
  }

  private async retryTime(): Promise<void> {
    if (this.stopping) return
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, this.options.retryMs)
      this.retry = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.retry = null
  }

  private fail(error: Error): void {
    this.failure = error
    this.giveUp(error)
    for (const listener of this.failureListeners) listener(error)
  }

  /** From here on nothing is written any more. */
  private giveUp(error: Error): void {
    this.ended = true
    this.writing = 0
    for (const group of [this.other, this.gathering]) {
      group.reject(error)
      group.clear()
    }
  }
}

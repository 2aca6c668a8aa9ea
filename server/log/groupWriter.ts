import { constants, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncDirectory } from './durableFile.ts'
import { HEADER_BYTES, MAX_BODY_BYTES } from './frame.ts'
import { addFrame, type Group, newGroup } from './group.ts'
import { type Segment, segmentPath } from './segments.ts'

/** What is needed of an open segment; a node:fs FileHandle has it. */
export interface SegmentFile {
  write(bytes: Buffer, offset: number, length: number, position: number): Promise<{ bytesWritten: number }>
  datasync(): Promise<void>
  truncate(length: number): Promise<void>
  close(): Promise<void>
}

export interface GroupWriterOptions {
  directory: string
  /** Shared with the owner; the last one is written to, new ones are pushed. */
  segments: Segment[]
  segmentBytes: number
  /** Frames held in memory, gathered or being written; beyond it an append waits before it is copied. */
  memoryBytes: number
  /** How long to wait before trying a full disk again. */
  retryMs: number
  /** null: go on; else why appends have to wait. */
  reasonToWait: () => string | null
  onDurable: () => void
  openFile?: ((path: string) => Promise<SegmentFile>) | undefined
}

interface Waiting {
  kind: number
  receivedAt: number
  body: Buffer
  durable: PromiseWithResolvers<void>
}

/** A group's memory is used again up to this size. */
const SPARE_BYTES = 4 * 1024 * 1024

export async function openSegmentFile(path: string): Promise<SegmentFile> {
  const handle = await open(path, constants.O_CREAT | constants.O_RDWR, 0o640)
  await syncDirectory(dirname(path))
  return handle
}

function isDiskFull(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code
  return code === 'ENOSPC' || code === 'EDQUOT'
}

/**
 * Appends frames in groups: one write and one fdatasync for everything that was gathered while the previous group was
 * being written, so a group grows with the load.
 *
 *   append ─► waiting ──room──► gathering ──► being written ──fdatasync──► durable
 *                                                │  ▲
 *                                      disk full ▼  │ again after retryMs, or when space was freed
 *                                              blocked
 *
 * Any other failure to write or sync is final: what the disk holds is then unknown, so every append is rejected from
 * there on and nothing is acknowledged.
 */
export class GroupWriter {
  private readonly options: GroupWriterOptions
  private readonly openFile: (path: string) => Promise<SegmentFile>
  private file: SegmentFile | null = null
  private gathering: Group | null = null
  private spare: Buffer | null = null
  private writingBytes = 0
  private waiting: Waiting[] = []
  private running: Promise<void> | null = null
  private failure: Error | null = null
  private diskFull: string | null = null
  private retry: (() => void) | null = null
  private stopping = false

  constructor(options: GroupWriterOptions) {
    this.options = options
    this.openFile = options.openFile ?? openSegmentFile
  }

  /** Opens the last segment, or a new one after it when there is none or `sealed`. */
  async start(sealed: boolean): Promise<void> {
    const last = this.options.segments.at(-1)
    if (last === undefined || sealed) await this.nextSegment()
    else this.file = await this.openFile(segmentPath(this.options.directory, last.number))
  }

  /** Resolves when the frame is durable; rejects only when the writer has failed or is stopped. */
  append(kind: number, receivedAt: number, body: Buffer): Promise<void> {
    if (this.failure !== null) return Promise.reject(this.failure)
    if (this.stopping) return Promise.reject(new Error('the log is stopped'))
    if (body.length > MAX_BODY_BYTES)
      return Promise.reject(new RangeError(`a frame of ${body.length} bytes is over ${MAX_BODY_BYTES}`))
    if (this.waiting.length === 0 && this.hasRoom(body)) return this.gather(kind, receivedAt, body)
    const durable = Promise.withResolvers<void>()
    this.waiting.push({ kind, receivedAt, body, durable })
    return durable.promise
  }

  /** Why nothing becomes durable at present; null while all is well. */
  get blocked(): string | null {
    if (this.failure !== null) return `writing has failed: ${this.failure.message}`
    return this.diskFull ?? this.options.reasonToWait()
  }

  /** To be called when space was freed. */
  freed(): void {
    this.retry?.()
    this.admit()
  }

  /** Writes what was gathered, rejects what still waits, closes the file. */
  async stop(): Promise<void> {
    this.stopping = true
    this.rejectWaiting(new Error('the log is stopped'))
    this.retry?.()
    await this.running
    await this.file?.close()
    this.file = null
  }

  private hasRoom(body: Buffer): boolean {
    if (this.options.reasonToWait() !== null) return false
    const held = this.writingBytes + (this.gathering?.length ?? 0)
    return held === 0 || held + HEADER_BYTES + body.length <= this.options.memoryBytes
  }

  private gather(kind: number, receivedAt: number, body: Buffer): Promise<void> {
    this.gathering ??= newGroup(this.spare)
    const group = this.gathering
    this.spare = null
    addFrame(group, kind, receivedAt, body)
    this.running ??= this.run()
    return group.durable.promise
  }

  private async run(): Promise<void> {
    // So that everything of one read from the network shares the first group.
    await new Promise(resolve => setImmediate(resolve))
    while (this.gathering !== null) {
      const group = this.gathering
      this.gathering = null
      this.writingBytes = group.length
      try {
        await this.store(group)
      } catch (error) {
        this.fail(error as Error, group)
        break
      }
      this.writingBytes = 0
      if (group.bytes.length <= SPARE_BYTES) this.spare = group.bytes
      group.durable.resolve()
      this.options.onDurable()
      this.admit()
    }
    this.running = null
  }

  private async store(group: Group): Promise<void> {
    for (;;) {
      try {
        await this.write(group)
        this.diskFull = null
        return
      } catch (error) {
        if (!isDiskFull(error) || this.stopping) throw error
        this.diskFull = `the disk is full (${(error as NodeJS.ErrnoException).code}); nothing is acknowledged until there is space`
        await this.file?.truncate(this.current().bytes)
        await this.retryTime()
      }
    }
  }

  private async write(group: Group): Promise<void> {
    if (this.current().bytes > 0 && this.current().bytes + group.length > this.options.segmentBytes)
      await this.nextSegment()
    const segment = this.current()
    const file = this.file
    if (file === null) throw new Error('the log is not open')
    for (let done = 0; done < group.length; ) {
      const { bytesWritten } = await file.write(group.bytes, done, group.length - done, segment.bytes + done)
      done += bytesWritten
    }
    await file.datasync()
    segment.bytes += group.length
    segment.newestAt = group.newestAt
  }

  private async nextSegment(): Promise<void> {
    const { directory, segments } = this.options
    const number = (segments.at(-1)?.number ?? 0) + 1
    const next = await this.openFile(segmentPath(directory, number))
    await this.file?.close()
    this.file = next
    segments.push({ number, bytes: 0, newestAt: segments.at(-1)?.newestAt ?? 0 })
  }

  private current(): Segment {
    const segment = this.options.segments.at(-1)
    if (segment === undefined) throw new Error('the log has no segment')
    return segment
  }

  private async retryTime(): Promise<void> {
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, this.options.retryMs)
      this.retry = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.retry = null
  }

  private admit(): void {
    let admitted = 0
    for (const { kind, receivedAt, body, durable } of this.waiting) {
      if (!this.hasRoom(body)) break
      durable.resolve(this.gather(kind, receivedAt, body))
      admitted++
    }
    if (admitted > 0) this.waiting.splice(0, admitted)
  }

  private fail(error: Error, group: Group): void {
    this.failure = error
    group.durable.reject(error)
    this.gathering?.durable.reject(error)
    this.gathering = null
    this.rejectWaiting(error)
  }

  private rejectWaiting(error: Error): void {
    for (const { durable } of this.waiting.splice(0)) durable.reject(error)
  }
}

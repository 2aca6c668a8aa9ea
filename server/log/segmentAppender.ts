import { constants, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncDirectory } from './durableFile.ts'
import { type Position, type Segment, segmentPath } from './segments.ts'

/** What is needed of an open segment; a node:fs FileHandle has it. */
export interface SegmentFile {
  write(bytes: Buffer, offset: number, length: number, position: number): Promise<{ bytesWritten: number }>
  datasync(): Promise<void>
  truncate(length: number): Promise<void>
  close(): Promise<void>
}

export interface SegmentAppenderOptions {
  directory: string
  /** The last one is written to, new ones are pushed. */
  segments: Segment[]
  /** A segment is closed at about this size. */
  segmentBytes: number
  openFile?: ((path: string) => Promise<SegmentFile>) | undefined
}

export async function openSegmentFile(path: string): Promise<SegmentFile> {
  const handle = await open(path, constants.O_CREAT | constants.O_RDWR, 0o640)
  await syncDirectory(dirname(path))
  return handle
}

/** Appends to the last segment of a folder, and begins a new one when that is full. */
export class SegmentAppender {
  private readonly options: SegmentAppenderOptions
  private readonly openFile: (path: string) => Promise<SegmentFile>
  private file: SegmentFile | null = null

  constructor(options: SegmentAppenderOptions) {
    this.options = options
    this.openFile = options.openFile ?? openSegmentFile
  }

  /** Opens the last segment, or a new one after it when there is none or `sealed`. */
  async start(sealed: boolean): Promise<void> {
    const last = this.options.segments.at(-1)
    if (last === undefined || sealed) await this.nextSegment()
    else this.file = await this.openFile(segmentPath(this.options.directory, last.number))
  }

  /** Where the durable bytes of the last segment end. */
  get end(): Position {
    const { number, bytes } = this.current()
    return { segment: number, offset: bytes }
  }

  /** Durable when it resolves: one write and one fdatasync. When it rejects, nothing of it counts. */
  async append(bytes: Buffer, length: number, newestAt: number): Promise<void> {
    const { bytes: held } = this.current()
    if (held > 0 && held + length > this.options.segmentBytes) await this.nextSegment()
    const segment = this.current()
    const file = this.file
    if (file === null) throw new Error('the log is not open')
    for (let done = 0; done < length; ) {
      const { bytesWritten } = await file.write(bytes, done, length - done, segment.bytes + done)
      done += bytesWritten
    }
    await file.datasync()
    segment.bytes += length
    segment.newestAt = newestAt
  }

  /** Cuts what an append that failed may have left behind the durable bytes. */
  async cut(): Promise<void> {
    await this.file?.truncate(this.current().bytes)
  }

  async close(): Promise<void> {
    await this.file?.close()
    this.file = null
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
}

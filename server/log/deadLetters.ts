import { mkdir, readFile } from 'node:fs/promises'
import type { DeadLetter } from '../contract/sources.ts'
import { type RawFrame, wholeFrames } from './frame.ts'
import { GroupWriter, type SegmentFile } from './groupWriter.ts'
import { recoverTail } from './recovery.ts'
import { deleteOldest, listSegments, type Segment, segmentPath, totalBytes } from './segments.ts'

export interface NewDeadLetter {
  /** When it arrived: epoch milliseconds. */
  at: number
  topic: string
  payload: Buffer
  reason: string
}

/** What could not be decoded, kept with its reason. */
export interface DeadLetters {
  /** Resolves when durable. */
  put(letter: NewDeadLetter): Promise<void>
  /** All ever put in this folder, also those of earlier runs and those whose segment has gone. */
  readonly total: number
  /** Newest first. */
  newest(limit: number): Promise<DeadLetter[]>
  /** How many of `total` have gone because of the size limit; why putting waits, if it does. */
  status(): { bytes: number; dropped: number; blocked: string | null }
  stop(): Promise<void>
}

export interface DeadLettersOptions {
  warn?: (message: string) => void
  /** Beyond it the oldest segment goes. */
  maxBytes?: number
  segmentBytes?: number
  retryMs?: number
  openFile?: (path: string) => Promise<SegmentFile>
}

const MIB = 1024 * 1024
/** A payload is kept up to this length. */
const KEPT_PAYLOAD_BYTES = MIB
/** And shown up to this one. */
const SHOWN_PAYLOAD_BYTES = 4096
const KEPT_TEXT_LENGTH = 1024
const defaults = {
  maxBytes: 256 * MIB,
  segmentBytes: 8 * MIB,
  retryMs: 1000,
  warn: (message: string) => console.warn(message)
}

/** The head of a letter: one line of JSON before the payload. `number` counts from 1, so the newest one is the total. */
interface Head {
  number: number
  topic: string
  reason: string
  bytes: number
}

function encodeLetter(number: number, { topic, payload, reason }: NewDeadLetter): Buffer {
  const head: Head = {
    number,
    topic: topic.slice(0, KEPT_TEXT_LENGTH),
    reason: reason.slice(0, KEPT_TEXT_LENGTH),
    bytes: payload.length
  }
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), payload.subarray(0, KEPT_PAYLOAD_BYTES)])
}

function headOf({ body }: RawFrame): Head {
  return JSON.parse(body.toString('utf8', 0, body.indexOf(0x0a))) as Head
}

function decodeLetter(frame: RawFrame): DeadLetter {
  const { topic, reason, bytes } = headOf(frame)
  const start = frame.body.indexOf(0x0a) + 1
  const payload = frame.body.toString('utf8', start, start + SHOWN_PAYLOAD_BYTES)
  return { at: new Date(frame.receivedAt).toISOString(), topic, reason, payload, bytes }
}

export async function openDeadLetters(
  directory: string,
  options: DeadLettersOptions = {}
): Promise<DeadLetters> {
  const settings = { ...defaults, ...options }
  await mkdir(directory, { recursive: true })
  const segments = await listSegments(directory)
  const last = segments.at(-1)
  const { sealed } = last ? await recoverTail(directory, last, settings.warn) : { sealed: false }
  const letters = new DeadLetterLog(directory, segments, settings)
  await letters.start(sealed)
  return letters
}

class DeadLetterLog implements DeadLetters {
  total = 0
  /** The highest number given; `total` follows once it is durable. */
  private numbered = 0
  private readonly directory: string
  private readonly segments: Segment[]
  private readonly settings: typeof defaults & DeadLettersOptions
  private readonly writer: GroupWriter
  /** Number of the oldest letter that is kept. */
  private firstKept = 1
  private trimming: Promise<void> = Promise.resolve()

  constructor(directory: string, segments: Segment[], settings: typeof defaults & DeadLettersOptions) {
    this.directory = directory
    this.segments = segments
    this.settings = settings
    this.writer = new GroupWriter({
      directory,
      segments,
      segmentBytes: settings.segmentBytes,
      memoryBytes: settings.segmentBytes,
      retryMs: settings.retryMs,
      openFile: settings.openFile,
      reasonToWait: () => null,
      onDurable: () => this.trim()
    })
  }

  async start(sealed: boolean): Promise<void> {
    for (const segment of this.segments.toReversed()) {
      const newest = (await this.frames(segment)).at(-1)
      if (newest === undefined) continue
      this.total = headOf(newest).number
      this.numbered = this.total
      break
    }
    await this.findFirstKept()
    await this.writer.start(sealed)
  }

  put(letter: NewDeadLetter): Promise<void> {
    const number = ++this.numbered
    return this.writer.append(0, letter.at, encodeLetter(number, letter)).then(() => {
      this.total = Math.max(this.total, number)
    })
  }

  async newest(limit: number): Promise<DeadLetter[]> {
    const found: DeadLetter[] = []
    for (const segment of this.segments.toReversed()) {
      if (found.length >= limit) break
      const frames = await this.frames(segment)
      for (const frame of frames.slice(-(limit - found.length)).reverse()) found.push(decodeLetter(frame))
    }
    return found
  }

  status(): { bytes: number; dropped: number; blocked: string | null } {
    const { blocked } = this.writer
    return { bytes: totalBytes(this.segments), dropped: this.firstKept - 1, blocked }
  }

  async stop(): Promise<void> {
    await this.trimming
    await this.writer.stop()
    await this.trimming
  }

  private async frames(segment: Segment): Promise<RawFrame[]> {
    const bytes = await readFile(segmentPath(this.directory, segment.number)).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return Buffer.alloc(0)
        throw error
      }
    )
    return wholeFrames(bytes.subarray(0, segment.bytes))
  }

  private trim(): void {
    if (this.segments.length < 2 || totalBytes(this.segments) <= this.settings.maxBytes) return
    this.trimming = this.trimming
      .then(async () => {
        while (this.segments.length > 1 && totalBytes(this.segments) > this.settings.maxBytes)
          await deleteOldest(this.directory, this.segments, 1)
        await this.findFirstKept()
      })
      .catch((error: Error) =>
        this.settings.warn(`dead letters: cannot delete the oldest segment: ${error.message}`)
      )
  }

  private async findFirstKept(): Promise<void> {
    const [oldest] = this.segments
    const first = oldest === undefined ? undefined : (await this.frames(oldest))[0]
    this.firstKept = first === undefined ? this.total + 1 : headOf(first).number
  }
}

import type { DeadLetter } from '../contract/sources.ts'
import { encodeLetter, type NewDeadLetter } from './deadLetter.ts'
import { type DeadLetterReader, firstNumber, openDeadLetterReader } from './deadLetterReader.ts'
import { GroupWriter } from './groupWriter.ts'
import { openSegments } from './recovery.ts'
import type { SegmentFile } from './segmentAppender.ts'
import { deleteOldest, type Segment, totalBytes } from './segments.ts'

export type { NewDeadLetter } from './deadLetter.ts'

/** What could not be decoded, kept with its reason. */
export interface DeadLetters {
  /** Resolves when durable. */
  put(letter: NewDeadLetter): Promise<void>
  /** All ever put in this folder, also those of earlier runs and those whose segment has gone. */
  readonly total: number
  /** Put and not durable: who puts has to stop at a bound of it. */
  readonly heldBytes: number
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
const defaults = {
  maxBytes: 256 * MIB,
  segmentBytes: 8 * MIB,
  retryMs: 500,
  warn: (message: string) => console.warn(message)
}

export async function openDeadLetters(
  directory: string,
  options: DeadLettersOptions = {}
): Promise<DeadLetters> {
  const settings = { ...defaults, ...options }
  const { segmentBytes, retryMs, openFile } = settings
  const { segments, sealed } = await openSegments(directory, settings.warn)
  const writer = new GroupWriter({ directory, segments, segmentBytes, retryMs, openFile })
  await writer.start(sealed)
  const letters = new DeadLetterLog(directory, segments, writer, settings)
  await letters.start()
  return letters
}

class DeadLetterLog implements DeadLetters {
  total = 0
  /** The highest number given; `total` follows once it is durable. */
  private numbered = 0
  private readonly directory: string
  private readonly segments: Segment[]
  private readonly writer: GroupWriter
  private readonly settings: typeof defaults
  private readonly reader: DeadLetterReader
  /** Number of the oldest letter that is kept. */
  private firstKept = 1
  private trimming: Promise<void> = Promise.resolve()

  constructor(directory: string, segments: Segment[], writer: GroupWriter, settings: typeof defaults) {
    this.directory = directory
    this.segments = segments
    this.writer = writer
    this.settings = settings
    this.reader = openDeadLetterReader(directory)
    writer.onDurable(() => this.trim())
  }

  async start(): Promise<void> {
    const [newest] = await this.reader.newest(1)
    this.total = newest?.number ?? 0
    this.numbered = this.total
    await this.findFirstKept()
  }

  put(letter: NewDeadLetter): Promise<void> {
    const number = ++this.numbered
    return this.writer.append(0, letter.at, encodeLetter(number, letter)).then(() => {
      this.total = Math.max(this.total, number)
    })
  }

  get heldBytes(): number {
    return this.writer.heldBytes
  }

  newest(limit: number): Promise<DeadLetter[]> {
    return this.reader.newest(limit)
  }

  status(): { bytes: number; dropped: number; blocked: string | null } {
    const { blocked } = this.writer
    return { bytes: totalBytes(this.segments), dropped: this.firstKept - 1, blocked }
  }

  async stop(): Promise<void> {
    await this.writer.stop()
    await this.trimming
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
    for (const { number } of this.segments) {
      const first = await firstNumber(this.directory, number)
      if (first === null) continue
      this.firstKept = first
      return
    }
    this.firstKept = this.total + 1
  }
}

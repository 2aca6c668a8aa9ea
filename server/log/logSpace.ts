import { statfs } from 'node:fs/promises'
import type { SpaceGate } from './groupWriter.ts'
import type { LogPositions } from './logPositions.ts'
import { countDeletable, deleteOldest, type Position, type Segment, totalBytes } from './segments.ts'

export interface LogSpaceOptions {
  directory: string
  segments: Segment[]
  positions: LogPositions
  /** Cursors of earlier runs that nobody has opened in this one. */
  unopened: readonly Position[]
  now: () => number
  warn: (message: string) => void
  /** At this size nothing more is written until the followers free space. */
  quotaBytes: number
  /** Nor when less than this share of the disk is free. */
  minFreeShare: number
  /** How long a segment is kept after every cursor has passed it. */
  keepMs: number
  /** How often the disk is asked and old segments are deleted. */
  lookEveryMs: number
  /** Share of a folder's disk that is free. */
  freeShare?: ((directory: string) => Promise<number>) | undefined
}

const MIB = 1024 * 1024

async function freeShareOf(directory: string): Promise<number> {
  const { bavail, blocks } = await statfs(directory)
  return blocks === 0 ? 1 : bavail / blocks
}

/**
 * The space of a log: deletes what every follower has passed, and says when there is no more to be had. The followers'
 * positions are read where they move them; nobody tells.
 */
export class LogSpace implements SpaceGate {
  private readonly options: LogSpaceOptions
  private free = 1
  private timer: NodeJS.Timeout | null = null
  private looking: Promise<void> = Promise.resolve()
  private trouble: string | null = null

  constructor(options: LogSpaceOptions) {
    this.options = options
  }

  async start(): Promise<void> {
    await this.relieve()
    this.timer = setInterval(() => void this.relieve(), this.options.lookEveryMs)
    this.timer.unref()
  }

  reason(): string | null {
    const { segments, quotaBytes, minFreeShare } = this.options
    if (totalBytes(segments) >= quotaBytes)
      return `the ingest log has reached its quota of ${Math.round(quotaBytes / MIB)} MiB because a store is behind; nothing is acknowledged until it catches up`
    if (this.free < minFreeShare)
      return `only ${(this.free * 100).toFixed(1)} % of the disk of the ingest log is free; nothing is acknowledged until it is ${(minFreeShare * 100).toFixed(1)} %`
    return null
  }

  /** Asks the disk, and deletes what may go. Never rejects: a failure is told once and tried again. */
  relieve(): Promise<void> {
    this.looking = this.looking
      .then(() => this.look())
      .then(
        () => {
          this.trouble = null
        },
        (error: Error) => {
          if (error.message !== this.trouble)
            this.options.warn(`ingest log: cannot look after its space: ${error.message}`)
          this.trouble = error.message
        }
      )
    return this.looking
  }

  async stop(): Promise<void> {
    if (this.timer !== null) clearInterval(this.timer)
    await this.looking
  }

  private async look(): Promise<void> {
    const { directory, freeShare = freeShareOf } = this.options
    this.free = await freeShare(directory).finally(() => this.trim())
  }

  /** A cursor nobody opened in this run holds its segments too, but only until there is no space. */
  private async trim(): Promise<void> {
    const { directory, segments, positions, unopened, keepMs, now } = this.options
    const held = positions.names.flatMap(name => positions.cursor(name) ?? [])
    if (held.length === 0) return
    const pressed = this.reason() !== null
    if (!pressed) held.push(...unopened)
    await deleteOldest(directory, segments, countDeletable(segments, held, { now: now(), keepMs, pressed }))
  }
}

import { setImmediate as nextTurn } from 'node:timers/promises'
import { eachBatchIn } from './log/frameBatches.ts'
import type { Frame, Position } from './log/ingestLog.ts'
import { ReadingBatch } from './log/readingBatch.ts'
import { isBefore } from './log/segments.ts'
import type { LiveRing, LiveSlot } from './workers/liveRing.ts'

export interface LiveFollowerNeeds {
  ring: LiveRing
  log: { read(from: Position, maxBytes: number): Promise<Frame[]>; readonly end: Position }
  apply(batch: ReadingBatch, receivedAt: number): void
  applyStatus(frame: Frame): void
  warn(text: string): void
}

/**
 * Brings what becomes durable into the live state, each reading once and in order:
 *
 *   streaming ── a slot that begins where we are ─► applied
 *       │  ▲
 *       │  └── at the log's end
 *       ▼ behind: a slot begins further on, or the ring had no room for us
 *   catching up ── reads the log itself; slots that come meanwhile are given back unread
 */
export interface LiveFollower {
  /** A slot was filled. */
  take(slot: LiveSlot): void
  /** Resolves when the log's end of this moment is applied. */
  catchUp(): Promise<void>
  stop(): Promise<void>
}

/** So many bytes of the log are applied before others have their turn: a few milliseconds. */
const SLICE_BYTES = 256 * 1024
const LOOK_EVERY_MS = 250

/** Goes on at `position`. */
export function startLiveFollower(needs: LiveFollowerNeeds, position: Position): LiveFollower {
  const { ring, log, apply, applyStatus, warn } = needs
  const flags = new Int32Array(ring.flags)
  const slots = ring.slots.map(buffer => new ReadingBatch({ buffer }))
  const batch = new ReadingBatch({ capacity: 2000 })
  let applied = position
  let reading: Promise<void> | null = null
  let stopped = false

  function applyFrame(frame: Frame): void {
    const { kind, body, receivedAt } = frame
    if (kind === 'status') applyStatus(frame)
    if (kind === 'readings') eachBatchIn(body, batch, () => apply(batch, receivedAt))
  }

  async function readOn(): Promise<void> {
    while (!stopped && isBefore(applied, log.end)) {
      const frames = await log.read(applied, SLICE_BYTES)
      if (frames.length === 0) return
      for (const frame of frames) {
        if (stopped) return
        applyFrame(frame)
        applied = frame.next
      }
      await nextTurn()
    }
  }

  function catchUp(): Promise<void> {
    reading ??= readOn()
      .catch((error: Error) => warn(`the live state cannot read the ingest log: ${error.message}`))
      .finally(() => {
        reading = null
      })
    return reading
  }

  function take({ slot, from, next, receivedAt }: LiveSlot): void {
    const filled = slots[slot]
    const isNext = reading === null && from.segment === applied.segment && from.offset === applied.offset
    if (filled !== undefined && isNext) {
      apply(filled, receivedAt)
      applied = next
    }
    Atomics.store(flags, slot, 0)
    if (isBefore(applied, from)) void catchUp()
  }

  /** Where the ring had no room, no slot says so. */
  const timer = setInterval(() => {
    const isIdle = flags.every((_, slot) => Atomics.load(flags, slot) === 0)
    if (isIdle && isBefore(applied, log.end)) void catchUp()
  }, LOOK_EVERY_MS)

  return {
    take,
    catchUp,
    async stop() {
      stopped = true
      clearInterval(timer)
      await reading
    }
  }
}

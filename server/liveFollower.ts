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
 *   catching up ── reads the log itself, as far as the first slot that came meanwhile; that one is applied, and so on
 *
 * A slot is kept until we are there, so the other thread fills no slots in vain: each line is parsed once.
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
  /** Came while catching up, in the order of the log. */
  const held: LiveSlot[] = []
  let applied = position
  let reading: Promise<void> | null = null
  let stopped = false

  function applyFrame(frame: Frame): void {
    const { kind, body, receivedAt } = frame
    if (kind === 'status') applyStatus(frame)
    if (kind === 'readings') eachBatchIn(body, batch, () => apply(batch, receivedAt))
  }

  function applySlot({ slot, from, next, receivedAt }: LiveSlot): void {
    const filled = slots[slot]
    if (filled !== undefined && isSame(from, applied)) {
      apply(filled, receivedAt)
      applied = next
    }
    Atomics.store(flags, slot, 0)
  }

  /** Those whose turn has come, or was. */
  function applyHeld(): void {
    for (let [first] = held; first !== undefined && !isBefore(applied, first.from); [first] = held) {
      held.shift()
      applySlot(first)
    }
  }

  async function readOn(): Promise<void> {
    while (!stopped && isBefore(applied, log.end)) {
      const frames = await log.read(applied, SLICE_BYTES)
      if (frames.length === 0) return
      for (const frame of frames) {
        if (stopped) return
        applyHeld()
        if (!isBefore(applied, frame.next)) continue
        applyFrame(frame)
        applied = frame.next
      }
      applyHeld()
      await nextTurn()
    }
  }

  function catchUp(): Promise<void> {
    reading ??= readOn()
      .catch((error: Error) => warn(`the live state cannot read the ingest log: ${error.message}`))
      .finally(() => {
        for (const { slot } of held.splice(0)) Atomics.store(flags, slot, 0)
        reading = null
      })
    return reading
  }

  function take(slot: LiveSlot): void {
    const isAhead = isBefore(applied, slot.from)
    if (reading === null && !isAhead) {
      applySlot(slot)
      return
    }
    held.push(slot)
    if (isAhead) void catchUp()
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

function isSame(a: Position, b: Position): boolean {
  return a.segment === b.segment && a.offset === b.offset
}

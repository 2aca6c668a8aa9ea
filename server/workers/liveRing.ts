/**
 * The way of fresh readings from the ingest thread to the main thread: a ring of column batches in shared memory.
 *
 *   ingest thread: durable group ─► free slot? ─yes─► columns, flag 1, { slot, from, next } ─► main thread: apply, flag 0
 *                                        └────no────► nothing: the main thread sees that it is behind the log's end
 *                                                     and reads on in the log itself, so nothing is lost and nobody waits
 */

import { HEADER_BYTES } from '../log/frame.ts'
import type { DurableGroup, Position } from '../log/ingestLog.ts'
import { ReadingBatch, sharedBatchMemory } from '../log/readingBatch.ts'

export interface LiveRing {
  flags: SharedArrayBuffer
  slots: SharedArrayBuffer[]
}

/** One filled slot: the columns of the log from `from` to `next`. */
export interface LiveSlot {
  slot: number
  from: Position
  next: Position
  receivedAt: number
}

const SLOTS = 4
/** A frame of the log holds up to 64 KiB of lines, which is less than this many. */
const ROWS = 2000

export function createLiveRing(): LiveRing {
  const flags = new SharedArrayBuffer(4 * SLOTS)
  const slots = Array.from({ length: SLOTS }, () => sharedBatchMemory(ROWS))
  return { flags, slots }
}

/** The writing side. */
export function createLiveSender(ring: LiveRing, post: (slot: LiveSlot) => void) {
  const flags = new Int32Array(ring.flags)
  const batches = ring.slots.map(buffer => new ReadingBatch({ buffer }))

  const freeSlot = (): number => batches.findIndex((_, slot) => Atomics.load(flags, slot) === 0)

  return ({ from, frames }: Pick<DurableGroup, 'from' | 'frames'>): void => {
    let slot = -1
    let start = from
    let next = from
    let newestAt = 0
    const send = (): void => {
      Atomics.store(flags, slot, 1)
      post({ slot, from: start, next, receivedAt: newestAt })
      slot = -1
      start = next
    }
    for (const { kind, receivedAt, body } of frames) {
      const isReadings = kind === 'readings'
      if (slot !== -1 && isReadings && !addWhole(batches[slot], body)) send()
      else if (slot !== -1) {
        next = after(next, body)
        newestAt = receivedAt
        continue
      }
      slot = freeSlot()
      const batch = batches[slot]
      if (batch === undefined) return
      batch.clear()
      if (isReadings && !addWhole(batch, body)) return
      next = after(next, body)
      newestAt = receivedAt
    }
    if (slot !== -1) send()
  }
}

const after = ({ segment, offset }: Position, body: Buffer): Position => ({
  segment,
  offset: offset + HEADER_BYTES + body.length
})

/** All lines of a frame, or none: what does not fit, or cannot be read, is left to the log's reader. */
function addWhole(batch: ReadingBatch | undefined, body: Buffer): boolean {
  if (batch === undefined) return false
  const before = batch.count
  try {
    if (batch.add(body) === body.length) return true
  } catch {
    // Named when the log is read.
  }
  batch.truncate(before)
  return false
}

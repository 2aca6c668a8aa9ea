import type { Frame, Position } from '../log/ingestLog.ts'
import type { LogBatch } from './logBatch.ts'
import { LogRun } from './logRun.ts'

/** The log as a follower reads it, in any thread. */
export interface FollowedLog {
  /** Durable frames from a position on, about `maxBytes` of them but at least one; [] at the end. */
  read(from: Position, maxBytes: number): Promise<Frame[]>
  /** Where the next frame will begin. */
  readonly end: Position
  /** Called whenever more has become durable; returns how to end that. */
  onAppend(listener: () => void): () => void
  bytesAfter(position: Position): number
}

const READ_BYTES = 256 * 1024
/** With less room than this a run is full. */
const LEAST_ROOM_BYTES = 256 * 1024

/**
 * Cuts the log into batches. What stands in it is read in runs of whole frames, and where a run is more than a batch,
 * its lines are put in order by source first. The run counts as passed with its last batch:
 *
 *   frames    │ a │ b │ c │ d │ e │ f │ g …
 *   runs      ├───────────────┤
 *   batches   ├────┤├────┤├───┤
 *   next       a     a     e
 */
export class LogBatches {
  private readonly log: Pick<FollowedLog, 'read'>
  private readonly run: LogRun
  /** Up to here the log is read. */
  position: Position

  /** `runBytes`: what is put in order at once. */
  constructor(log: Pick<FollowedLog, 'read'>, from: Position, runBytes: number) {
    this.log = log
    this.position = from
    this.run = new LogRun(runBytes)
  }

  /** Fills a batch until it is full or the log ends. False when there was nothing at all. Rejects when the log does. */
  async fill(batch: LogBatch): Promise<boolean> {
    const { run } = this
    batch.clear()
    if (run.isTaken) {
      await readRun(this.log, this.position, run)
      if (!run.isAny) return false
      this.position = run.next
      if (run.count > batch.readings.capacity) run.group()
    }
    run.take(batch)
    batch.next = run.isTaken ? run.next : run.from
    batch.receivedAt = run.isTaken ? run.receivedAt : null
    return true
  }
}

/** Fills a run with whole frames from a place on. It stays empty where the log ends; rejects when the log does. */
export async function readRun(log: Pick<FollowedLog, 'read'>, from: Position, run: LogRun): Promise<void> {
  run.clear(from)
  try {
    do {
      const frames = await log.read(run.next, Math.min(READ_BYTES, run.room))
      if (frames.length === 0) return
      for (const frame of frames) if (!run.add(frame)) return
    } while (run.room >= LEAST_ROOM_BYTES)
  } catch (error) {
    run.clear(from)
    throw error
  }
}

import type { Position } from '../log/ingestLog.ts'
import type { LogBatch } from './logBatch.ts'
import { type BatchProgress, notBegun } from './storeBatch.ts'

/** A batch that is being stored, or was and must be given again. */
export interface Entry {
  batch: LogBatch
  progress: BatchProgress
  state: 'failed' | 'writing' | 'stored'
  next: Position
  receivedAt: number | null
}

/**
 * The batches between what is stored without a gap and what was taken from the log last:
 *
 *   ── stored ──►┊ writing │ stored │ failed │ writing ┊── not read yet
 */
export class UnderWay {
  /** Up to here everything is stored. */
  stored: Position
  /** When the newest of that arrived; null when nothing was stored yet. Epoch ms. */
  storedUpTo: number | null = null
  private entries: Entry[] = []

  constructor(from: Position) {
    this.stored = from
  }

  /** Takes a batch over; to be written like one that failed. */
  add(batch: LogBatch): Entry {
    const { next, receivedAt } = batch
    const entry: Entry = { batch, progress: notBegun(), state: 'failed', next, receivedAt }
    this.entries.push(entry)
    return entry
  }

  get writing(): number {
    return this.entries.reduce((count, { state }) => count + Number(state === 'writing'), 0)
  }

  /** The first that must be given again. */
  firstFailed(): Entry | undefined {
    return this.entries.find(({ state }) => state === 'failed')
  }

  /** Notes that a batch is stored; its memory is free. True when `stored` has moved. */
  done(entry: Entry): boolean {
    entry.state = 'stored'
    const first = this.entries.findIndex(({ state }) => state !== 'stored')
    const passed = this.entries.splice(0, first === -1 ? this.entries.length : first)
    for (const { next, receivedAt } of passed) {
      this.stored = next
      if (receivedAt !== null) this.storedUpTo = Math.max(this.storedUpTo ?? 0, receivedAt)
    }
    return passed.length > 0
  }
}

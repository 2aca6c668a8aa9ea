import type { Reading } from '../contract/telemetry.ts'
import type { ReadingBatch } from '../log/readingBatch.ts'

const KEPT_MS = 120_000
const MOST_KEPT = 100_000

/**
 * What the day checks wrote a moment ago. A store across a network may have taken a measured reading between their
 * look and their write; then the estimate lies over it. Such a reading is known when it is marked: it is written again.
 */
export class RecentWrites {
  private newer = new Map<number, Set<number>>()
  private older = new Map<number, Set<number>>()
  private turnedAt = 0
  private kept = 0

  add(batch: ReadingBatch, now: number): void {
    this.forget(now)
    for (let row = 0; row < batch.count; row++) {
      const hash = batch.hash[row] ?? 0
      const moments = this.newer.get(hash)
      if (moments === undefined) this.newer.set(hash, new Set([batch.ts[row] ?? 0]))
      else moments.add(batch.ts[row] ?? 0)
      this.kept++
    }
  }

  /** The readings of the batch that were perhaps written over. Two sources with one hash are told apart by nobody: writing again is harmless. */
  overwritten(batch: ReadingBatch, now: number): Reading[] {
    if (this.newer.size === 0 && this.older.size === 0) return []
    this.forget(now)
    const found: Reading[] = []
    for (let row = 0; row < batch.count; row++) {
      const hash = batch.hash[row] ?? 0
      const ts = batch.ts[row] ?? 0
      const wasWritten = this.newer.get(hash)?.has(ts) === true || this.older.get(hash)?.has(ts) === true
      if (wasWritten) found.push(batch.reading(row))
    }
    return found
  }

  private forget(now: number): void {
    if (now - this.turnedAt < KEPT_MS && this.kept < MOST_KEPT) return
    this.older = now - this.turnedAt < 2 * KEPT_MS ? this.newer : new Map()
    this.newer = new Map()
    this.turnedAt = now
    this.kept = 0
  }
}

import type { Position } from '../log/ingestLog.ts'
import type { LogBatch } from './logBatch.ts'
import { type FollowedLog, readRun } from './logBatches.ts'
import { LogRun } from './logRun.ts'

/** A preview begins no further before the end of the log, where it can. */
const NEWEST_BYTES = 256 * 1024
/** How far apart the places are from which a preview may begin. */
const STEP_BYTES = 32 * 1024
const MOST_PLACES = 2 + NEWEST_BYTES / STEP_BYTES

/**
 * The newest frames of a log whose beginning is still being stored. A frame can only be read from where it begins, so
 * the ends that the log has had are remembered:
 *
 *   stored ──► ┊ backlog …                       ●────●────●────●   end
 *                                          last preview  └ the next begins at the first of these
 */
export class Previews {
  private readonly log: FollowedLog
  private readonly run = new LogRun(NEWEST_BYTES)
  /** Ends of the log, ascending; none before the last preview. */
  private places: Position[]

  constructor(log: FollowedLog) {
    this.log = log
    this.places = [log.end]
  }

  /** To be called when the log has grown. */
  note(): void {
    const last = this.places.at(-1)
    if (last !== undefined && this.log.bytesAfter(last) < STEP_BYTES) return
    this.places.push(this.log.end)
    if (this.places.length > MOST_PLACES) this.places.shift()
  }

  /**
   * Fills a batch with the newest readings that were in no stored preview and lie behind `after`, up to where the log is
   * read in order. False when there are none.
   */
  async fill(batch: LogBatch, after: Position): Promise<boolean> {
    const { log, run } = this
    const behind = log.bytesAfter(after)
    const places = this.places.filter(place => log.bytesAfter(place) > 0 && log.bytesAfter(place) <= behind)
    // Where much comes at once, all places may lie further back.
    const from = places.find(place => log.bytesAfter(place) <= NEWEST_BYTES) ?? places.at(-1) ?? log.end
    await readRun(log, from, run)
    batch.clear()
    batch.next = run.next
    run.leaveOut(Math.max(0, run.count - batch.readings.capacity))
    run.take(batch)
    if (run.isAny && batch.readings.count === 0) this.stored(batch)
    return batch.readings.count > 0
  }

  /** The next preview begins behind this one. */
  stored({ next }: LogBatch): void {
    const { log } = this
    const left = log.bytesAfter(next)
    this.places = [next, ...this.places.filter(place => log.bytesAfter(place) < left)]
  }
}

import type { ReadingBatch } from './readingBatch.ts'

/**
 * The readings of a frame, in order, in a batch that is filled again and again. Behind a line that cannot be read the
 * rest of the frame is left out: the feed puts it among the dead letters.
 */
export function eachBatchIn(body: Buffer, batch: ReadingBatch, use: () => void): void {
  for (let at = 0; at < body.length; ) {
    batch.clear()
    try {
      at = batch.add(body, at)
    } catch {
      at = body.length
    }
    use()
  }
}

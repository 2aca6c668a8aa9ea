import { readingTopic } from '../contract/topics.ts'
import type { DeadLetters, NewDeadLetter } from '../log/deadLetters.ts'
import type { ReadingBatch } from '../log/readingBatch.ts'
import type { LogBatch } from './logBatch.ts'
import { type ReadingsStore, type RefusedRow, StoreError } from './store.ts'

/** What of a batch is done, so that a further attempt does not do it again. */
export interface BatchProgress {
  isWritten: boolean
  /** Still to be put. */
  letters: NewDeadLetter[]
}

export const notBegun = (): BatchProgress => ({ isWritten: false, letters: [] })

/**
 * Resolves when every reading of the batch is either durable in the store or, with the store's reason, in the dead
 * letters. Rejects with a StoreError when it must be tried again with the same progress; then nothing is lost.
 */
export async function storeBatch(
  batch: LogBatch,
  progress: BatchProgress,
  needs: { store: Pick<ReadingsStore, 'write'>; deadLetters: Pick<DeadLetters, 'put'>; now: () => number }
): Promise<void> {
  if (!progress.isWritten) {
    const refused = await write(needs.store, batch.readings)
    progress.isWritten = true
    progress.letters = lettersOf(batch, refused, needs.now())
  }
  for (const letter of progress.letters.slice()) {
    await needs.deadLetters.put(letter)
    progress.letters.shift()
  }
}

/** The rows that the store will never take, with the reason. */
async function write(
  store: Pick<ReadingsStore, 'write'>,
  readings: ReadingBatch
): Promise<readonly RefusedRow[]> {
  try {
    if (readings.count > 0) await store.write(readings)
    return []
  } catch (error) {
    if (!(error instanceof StoreError) || error.what !== 'refused') throw error
    return error.refused
  }
}

function lettersOf(
  { readings, unreadable }: LogBatch,
  refused: readonly RefusedRow[],
  at: number
): NewDeadLetter[] {
  return [
    ...refused.map(({ row, reason }) => ({
      at,
      // Where it could have come from, were it not from a concentrator.
      topic: readingTopic[readings.reading(row).kind](readings.id(row)),
      payload: payloadOf(readings, row),
      reason: `the store refuses it: ${reason}`
    })),
    ...unreadable.map(({ body, reason }) => ({
      at,
      topic: 'ingest log',
      payload: body,
      reason: `unreadable in the ingest log: ${reason}`
    }))
  ]
}

/** As a device would publish it, so that it can be published again. */
function payloadOf(readings: ReadingBatch, row: number): Buffer {
  const { ts, issued, intervalS, values } = readings.reading(row)
  const interval = intervalS > 0 ? { interval: intervalS } : {}
  return Buffer.from(JSON.stringify({ ts, ...(issued === null ? {} : { issued }), ...interval, ...values }))
}

import { readingTopic } from '../contract/topics.ts'
import type { DeadLetters } from '../log/deadLetters.ts'
import type { ReadingBatch } from '../log/readingBatch.ts'
import type { Batch } from './feedBatch.ts'
import { type ReadingsStore, type RefusedRow, StoreError } from './store.ts'

/**
 * Resolves when every reading of the batch is either durable in the store or, with the store's
 * reason, in the dead letters. Rejects with a StoreError when it must be tried again; then nothing is lost.
 */
export async function storeBatch(
  batch: Batch,
  { store, deadLetters, now }: { store: Writes; deadLetters: Pick<DeadLetters, 'put'>; now: () => number }
): Promise<void> {
  const refused = await write(store, batch.readings)
  const at = now()
  await Promise.all([
    ...refused.map(({ row, reason }) => {
      const reading = batch.readings.reading(row)
      return deadLetters.put({
        at,
        // Where it could have come from, were it not from a concentrator.
        topic: readingTopic[reading.kind](reading.id),
        payload: Buffer.from(JSON.stringify(reading)),
        reason: `the store refuses it: ${reason}`
      })
    }),
    ...batch.unreadable.map(({ body, reason }) =>
      deadLetters.put({
        at,
        topic: 'ingest log',
        payload: body,
        reason: `unreadable in the ingest log: ${reason}`
      })
    )
  ])
}

type Writes = Pick<ReadingsStore, 'write'>

/** The rows that the store will never take, with the reason. */
async function write(store: Writes, readings: ReadingBatch): Promise<readonly RefusedRow[]> {
  try {
    if (readings.count > 0) await store.write(readings)
    return []
  } catch (error) {
    if (!(error instanceof StoreError) || error.what !== 'refused') throw error
    return error.refused
  }
}

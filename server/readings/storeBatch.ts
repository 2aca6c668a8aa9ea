import type { Reading } from '../contract/telemetry.ts'
import { readingTopic } from '../contract/topics.ts'
import type { DeadLetters } from '../log/deadLetters.ts'
import { encodeReadings } from '../log/lines.ts'
import type { Batch } from './feedBatch.ts'
import { type ReadingsStore, StoreError } from './store.ts'

/**
 * Resolves with the stored readings when every reading of the batch is either durable in the store or, with the store's
 * reason, in the dead letters. Rejects with a StoreError when it must be tried again; then nothing is lost.
 */
export async function storeBatch(
  batch: Batch,
  { store, deadLetters, now }: { store: Writes; deadLetters: Pick<DeadLetters, 'put'>; now: () => number }
): Promise<Reading[]> {
  const refused = await write(store, batch.readings)
  const at = now()
  await Promise.all([
    ...[...refused].map(([reading, reason]) =>
      deadLetters.put({
        at,
        // Where it could have come from, were it not from a concentrator.
        topic: readingTopic[reading.kind](reading.id),
        payload: payloadOf(reading),
        reason: `the store refuses it: ${reason}`
      })
    ),
    ...batch.unreadable.map(({ body, reason }) =>
      deadLetters.put({
        at,
        topic: 'ingest log',
        payload: body,
        reason: `unreadable in the ingest log: ${reason}`
      })
    )
  ])
  return refused.size === 0 ? batch.readings : batch.readings.filter(reading => !refused.has(reading))
}

type Writes = Pick<ReadingsStore, 'write'>

/** The readings that the store will never take, with the reason. */
async function write(store: Writes, readings: Reading[]): Promise<Map<Reading, string>> {
  try {
    if (readings.length > 0) await store.write(readings)
    return new Map()
  } catch (error) {
    if (!(error instanceof StoreError) || error.what !== 'refused') throw error
    return new Map(error.refused.map(({ reading, reason }) => [reading, reason]))
  }
}

/** Its line; as JSON where a value has no place in a line. */
function payloadOf(reading: Reading): Buffer {
  try {
    return encodeReadings([reading])
  } catch {
    return Buffer.from(JSON.stringify(reading))
  }
}

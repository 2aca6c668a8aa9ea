import type { MessagePort } from 'node:worker_threads'
import { StoreError } from '../readings/store.ts'
import { createCaller } from './calls.ts'
import type { ReaderMethods } from './readingsPort.ts'

/** What a worker may ask of the store. */
export type StoreReader = ReaderMethods & { close(): void }

/**
 * Reads the store through a port of `openReader`. Once the readings thread is gone every question rejects with a
 * StoreError (unavailable).
 */
export function storeReader(port: MessagePort): StoreReader {
  const caller = createCaller<ReaderMethods>(port)
  port.on('close', () => caller.fail(new StoreError('unavailable', 'the readings thread is gone')))
  return {
    query: query => caller.call('query', query),
    queryMany: query => caller.call('queryMany', query),
    latest: query => caller.call('latest', query),
    queryLoad: query => caller.call('queryLoad', query),
    close: () => port.close()
  }
}

import type { Reading } from '../../server/contract/telemetry.ts'
import type { ReadingBatch } from '../../server/log/readingBatch.ts'
import { merged } from './arrivals.ts'

/** A write that waits until the test lets it go. */
export interface HeldWrite {
  readings: Reading[]
  succeed(): void
  fail(error: Error): void
}

/** A store whose every write is held; what succeeded is merged as the contract says. */
export function gatedStore(limits = { rows: 10, writes: 4 }) {
  const held: HeldWrite[] = []
  const arrived: Reading[] = []
  return {
    limits,
    /** Under way, in the order in which they were given. */
    held,
    content: (id: string) => merged(arrived.filter(reading => reading.id === id)),
    write(batch: ReadingBatch): Promise<void> {
      const readings = batch.readings()
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const leave = () => void held.splice(held.indexOf(write), 1)
      const write: HeldWrite = {
        readings,
        succeed() {
          leave()
          arrived.push(...readings)
          resolve()
        },
        fail(error) {
          leave()
          reject(error)
        }
      }
      held.push(write)
      return promise
    }
  }
}

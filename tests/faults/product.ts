import { resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { IngestState, Readiness } from '../../server/contract/sources.ts'
import { type Gridload, startGridload } from '../helpers/gridload.ts'
import { until } from '../helpers/until.ts'
import { type MemoryWatch, watchMemory } from './memory.ts'

/** Another checkout may be put to the test: the folder that holds its `server/`. */
const root = process.env.GRIDLOAD_UNDER_TEST ?? resolve(import.meta.dirname, '../..')

const STOP_WITHIN_MS = 30_000

/** Gridload over several lives: killed and started again with the same settings, its memory watched all the time. */
export interface Product {
  readonly running: Gridload
  readonly memory: MemoryWatch
  readonly pid: number
  /** `more` settings hold for this life only. */
  start(more?: Record<string, string>): Promise<void>
  kill(): Promise<void>
  /** SIGTERM; what was wrong with its end, in words, else null. It has ended in any case. */
  stop(): Promise<string | null>
  /** Killed, and never started again. */
  dispose(): Promise<void>
  /** Whether its process has ended by itself. */
  readonly hasEnded: boolean
  ingest(): Promise<IngestState>
  /** The status code of `/api/health/ready`; 0 when nobody answers. */
  readiness(): Promise<number>
  /** Resolves once so many dead letters are counted, or with what it says instead after a while. */
  countedLetters(expected: number): Promise<number>
  /** Resolves with the seconds that took. */
  untilStored(timeoutMs: number): Promise<number>
}

export function createProduct(environment: Record<string, string>): Product {
  const memory = watchMemory()
  let running: Gridload | null = null
  let disposed = false

  const alive = (): Gridload => {
    if (running === null) throw new Error('Gridload is not running')
    return running
  }
  const hasEnded = (): boolean =>
    running === null || running.process.exitCode !== null || running.process.signalCode !== null
  const product: Product = {
    memory,
    get running() {
      return alive()
    },
    get pid() {
      return alive().process.pid ?? 0
    },
    get hasEnded() {
      return hasEnded()
    },
    async start(more = {}) {
      if (disposed) throw new Error('this fault is over')
      running = await startGridload({ ...environment, ...more }, resolve(root, 'server/main.ts'))
      memory.follow(product.pid)
      // The fault may have ended meanwhile, by its deadline or by a signal.
      if (disposed) await product.kill()
    },
    async kill() {
      if (!hasEnded()) await alive().kill()
    },
    async stop() {
      memory.stop()
      if (hasEnded()) return 'Gridload had ended by itself'
      try {
        const code = await within(alive().stop(), STOP_WITHIN_MS, 'Gridload ends when told so')
        return code === 0 ? null : `Gridload ended with code ${code} when told to stop`
      } catch (error) {
        await product.kill()
        return (error as Error).message
      }
    },
    async dispose() {
      disposed = true
      memory.stop()
      await product.kill()
    },
    ingest: () => alive().get<IngestState>('/api/ingest'),
    async readiness() {
      const address = `${alive().address}/api/health/ready`
      const signal = AbortSignal.timeout(5000)
      const response = await fetch(address, { signal }).catch(() => null)
      if (response === null) return 0
      await (response.json() as Promise<Readiness>).catch(() => null)
      return response.status
    },
    async countedLetters(expected) {
      let counted = 0
      const isCounted = async (): Promise<boolean> => {
        counted = (await product.ingest()).deadLetters
        return counted === expected
      }
      // What the page shows may be a moment old.
      await until(isCounted, { what: 'the count of dead letters', timeoutMs: 5000 }).catch(() => {})
      return counted
    },
    async untilStored(timeoutMs) {
      const startedAt = performance.now()
      let state = await product.ingest()
      const isStored = async (): Promise<boolean> => {
        state = await product.ingest()
        return state.store.behindBytes === 0
      }
      await until(isStored, { what: 'everything in the log is in the store', timeoutMs }).catch(error => {
        throw new Error(`${error.message}: ${JSON.stringify(state.store)}`)
      })
      return (performance.now() - startedAt) / 1000
    }
  }
  return product
}

/** Rejects when the work takes longer. */
export async function within<T>(work: Promise<T>, timeoutMs: number, what: string): Promise<T> {
  const over = new AbortController()
  const late = pause(timeoutMs, null, { signal: over.signal }).then(() => {
    throw new Error(`waited ${timeoutMs} ms in vain: ${what}`)
  })
  late.catch(() => {})
  return Promise.race([work, late]).finally(() => over.abort())
}

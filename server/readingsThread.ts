import { setTimeout as pause } from 'node:timers/promises'
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import type { Config } from './config.ts'
import type { GridNode } from './contract/registry.ts'
import { type ReadingsStore, StoreError } from './readings/store.ts'
import { type Caller, createCaller } from './workers/calls.ts'
import type {
  ReadingsEvent,
  ReadingsMethods,
  ReadingsThreadData,
  ReadingsThreadState
} from './workers/readingsPort.ts'

/** What may be asked of the store from outside its thread. */
export type StoreReads = Pick<ReadingsStore, 'kind' | 'query' | 'queryMany' | 'latest' | 'queryLoad'>

/** The readings thread as the main thread sees it: store, feed, validation, roll-ups. */
export interface ReadingsThread {
  store: StoreReads
  /**
   * A line of its own to the store, for another thread: `storeReader` asks through it. It closes when the readings
   * thread ends; whoever reads then asks for a new one.
   */
  openReader(): MessagePort
  /** As of a moment ago; null before it follows the log. */
  state(): ReadingsThreadState | null
  /** Begins to follow the log. */
  start(nodes: readonly GridNode[]): Promise<void>
  setRegistry(nodes: readonly GridNode[]): void
  stop(): Promise<void>
}

export interface ReadingsThreadEdges {
  warn(text: string): void
  /** Connects a new thread with who keeps the dead letters. */
  connectDeadLetters(port: MessagePort): void
}

const YOUNG_MIB = 16
const RESTART_AFTER_MS = 1000

/**
 * Starts the thread and opens the store. Rejects with a StartFailure. A thread that ends by itself is started again: it
 * goes on at the store's cursor, so that only time is lost.
 */
export async function startReadingsThread(
  config: Config,
  positionsBuffer: SharedArrayBuffer,
  { warn, connectDeadLetters }: ReadingsThreadEdges
): Promise<ReadingsThread> {
  let nodes: readonly GridNode[] | null = null
  let state: ReadingsThreadState | null = null
  let stopping = false
  let ended: Promise<void> = Promise.resolve()
  let caller: Caller<ReadingsMethods>

  async function startThread(): Promise<void> {
    const { port1: deadLetterPort, port2 } = new MessageChannel()
    connectDeadLetters(port2)
    const workerData: ReadingsThreadData = { config, positionsBuffer, deadLetterPort }
    const worker = new Worker(new URL('./workers/readings.ts', import.meta.url), {
      name: 'readings',
      workerData,
      transferList: [deadLetterPort],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB }
    })
    const own = createCaller<ReadingsMethods>(worker)
    caller = own
    worker.on('message', (message: ReadingsEvent) => {
      if (!('event' in message)) return
      if (message.event === 'warn') warn(message.text)
      else state = message.state
    })
    let reason = 'it ended'
    worker.on('error', error => {
      reason = error instanceof Error ? error.message : String(error)
    })
    ended = new Promise(resolve => worker.on('exit', () => resolve()))
    void ended.then(() => {
      own.fail(new StoreError('unavailable', `the readings thread is gone: ${reason}`))
      if (stopping || nodes === null) return
      warn(`the readings thread is gone (${reason}) and is started again`)
      void restart()
    })
    await own.call('open', undefined)
  }

  async function restart(): Promise<void> {
    await pause(RESTART_AFTER_MS, undefined, { ref: false })
    if (stopping) return
    await startThread()
      .then(() => caller.call('start', nodes ?? []))
      .catch(async (error: Error) => {
        warn(`the readings thread does not start: ${error.message}`)
        // Its end has it started once more.
        await caller.call('stop', undefined).catch(() => undefined)
      })
  }

  const stop = async (): Promise<void> => {
    stopping = true
    await caller.call('stop', undefined).catch((error: Error) => warn(error.message))
    await ended
  }
  try {
    await startThread()
  } catch (error) {
    await stop()
    throw error
  }
  return {
    store: {
      kind: config.readings.kind,
      query: query => caller.call('query', query),
      queryMany: query => caller.call('queryMany', query),
      latest: query => caller.call('latest', query),
      queryLoad: query => caller.call('queryLoad', query)
    },
    openReader() {
      const { port1, port2 } = new MessageChannel()
      caller.call('acceptReader', port1, [port1]).catch(() => port1.close())
      return port2
    },
    state: () => state,
    async start(registered) {
      nodes = registered
      state = await caller.call('start', registered)
    },
    setRegistry(registered) {
      nodes = registered
      caller.call('setRegistry', registered).catch((error: Error) => warn(error.message))
    },
    stop
  }
}

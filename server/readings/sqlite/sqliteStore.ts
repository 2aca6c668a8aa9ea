import { Worker } from 'node:worker_threads'
import { requireFields, separate, throwIfRefused } from '../storable.ts'
import { type ReadingsStore, StoreError } from '../store.ts'
import type { DayStore } from './dayStore.ts'
import { type Answer, type Call, toError } from './messages.ts'

/** Requests sent to the worker and not answered; further ones are refused with `unavailable`. */
const MAX_WAITING = 1_000

interface Waiting {
  resolve(value: unknown): void
  reject(error: Error): void
}

/** A thread that answers numbered requests in order. */
interface StoreThread {
  ask(call: Call): Promise<unknown>
  stop(): Promise<void>
}

function startThread(entry: URL, directory: string): StoreThread {
  const waiting = new Map<number, Waiting>()
  let worker: Worker | null = null
  let lastNumber = 0
  let stopped = false

  function start(): Worker {
    const started = new Worker(entry, { workerData: { directory } })
    started.on('message', (answer: Answer) => {
      const asked = waiting.get(answer.number)
      waiting.delete(answer.number)
      if ('value' in answer) asked?.resolve(answer.value)
      else asked?.reject(toError(answer))
    })
    let reason = 'it ended'
    started.on('error', error => {
      reason = error instanceof Error ? error.message : String(error)
    })
    // The next request starts a new thread; what was under way is not known to be stored.
    started.on('exit', () => {
      worker = null
      const lost = [...waiting.values()]
      waiting.clear()
      for (const asked of lost) asked.reject(new StoreError('unavailable', `the store's thread: ${reason}`))
    })
    return started
  }

  function ask(call: Call): Promise<unknown> {
    const refusal = call.method === 'close' ? null : reasonToRefuse()
    if (refusal !== null) return Promise.reject(new StoreError('unavailable', refusal))
    worker ??= start()
    const number = ++lastNumber
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    waiting.set(number, { resolve, reject })
    worker.postMessage({ ...call, number })
    return promise
  }

  function reasonToRefuse(): string | null {
    if (stopped) return 'the store is stopped'
    return waiting.size < MAX_WAITING ? null : `${MAX_WAITING} requests already wait for the store`
  }

  return {
    ask,
    async stop() {
      if (stopped) return
      stopped = true
      if (worker === null) return
      const ended = new Promise<void>(resolve => worker?.once('exit', () => resolve()))
      await ask({ method: 'close', argument: undefined })
      await ended
    }
  }
}

/** SQLite day files in a worker thread, the default store. `entry`: the worker's file. Rejects when it cannot be opened. */
export async function openSqliteStore(entry: URL, directory: string): Promise<ReadingsStore> {
  const thread = startThread(entry, directory)
  const ask = <Method extends keyof DayStore>(
    method: Method,
    argument: Parameters<DayStore[Method]>[0]
  ): Promise<ReturnType<DayStore[Method]>> =>
    thread.ask({ method, argument } as Call) as Promise<ReturnType<DayStore[Method]>>

  // The first question starts the thread: a folder that cannot be used is known now, not with the first reading.
  await ask('latest', { kind: 'meter', ids: [], notBefore: 0 })

  return {
    kind: 'sqlite',
    async write(readings) {
      const { good, refused } = separate(readings)
      if (good.length > 0) await ask('write', good)
      throwIfRefused(refused)
    },
    async query(query) {
      requireFields(query.kind, query.fields)
      return ask('query', query)
    },
    async queryMany(query) {
      requireFields(query.kind, [query.field])
      return ask('queryMany', query)
    },
    latest: query => ask('latest', query),
    writeLoad: rows => ask('writeLoad', rows),
    queryLoad: query => ask('queryLoad', query),
    stop: () => thread.stop()
  }
}

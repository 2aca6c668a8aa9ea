import { type MessagePort, Worker } from 'node:worker_threads'
import type { Config } from './config.ts'
import type { DeadLetter } from './contract/sources.ts'
import { type CredentialHash, packCredentials } from './ingest/credentialTable.ts'
import { createCaller } from './workers/calls.ts'
import type {
  IngestEvent,
  IngestMethods,
  IngestThreadData,
  IngestThreadState,
  LetterOnTheWay,
  StatusWord
} from './workers/ingestPort.ts'
import { createLiveRing, type LiveRing, type LiveSlot } from './workers/liveRing.ts'

/** The ingest thread as the main thread sees it. */
export interface IngestThread {
  ring: LiveRing
  /** Another thread puts its dead letters through this port. */
  acceptDeadLetters(port: MessagePort): void
  /** As of a quarter of a second ago. */
  state(): IngestThreadState
  /** Brings `state` up to this moment. */
  refresh(): Promise<void>
  /** `credentials`: who may connect to the built-in broker. */
  listen(credentials: readonly CredentialHash[]): Promise<string>
  /** Resolves when it holds: whoever was connected with what has become invalid is disconnected. */
  changeCredentials(change: CredentialChange): Promise<void>
  publish(topic: string, payload: string, options: { retain: boolean }): Promise<void>
  /** Takes a message of our own in, by the way of all messages; resolves when it is durable. */
  accept(topic: string, payload: string): Promise<void>
  putDeadLetter(letter: LetterOnTheWay): Promise<void>
  newestDeadLetters(limit: number): Promise<DeadLetter[]>
  onLive(listener: (slot: LiveSlot) => void): void
  onStatus(listener: (status: StatusWord) => void): void
  stop(): Promise<void>
}

/** New or replaced credentials of devices, and identities (`meter/M-1`) that have none any more. */
export interface CredentialChange {
  put?: readonly CredentialHash[]
  revoked?: readonly string[]
}

export interface IngestThreadEdges {
  warn(text: string): void
  /** The thread has ended by itself: nothing can be made durable any more. */
  onLost(error: Error): void
}

/** Young objects are few there: a small nursery keeps the process small. */
const YOUNG_MIB = 8

/** Starts the thread and opens the log. Rejects with a StartFailure that names the setting; nothing is left then. */
export async function startIngestThread(
  config: Config,
  positionsBuffer: SharedArrayBuffer,
  { warn, onLost }: IngestThreadEdges
): Promise<IngestThread> {
  const ring = createLiveRing()
  const workerData: IngestThreadData = { config, positionsBuffer, ring }
  const worker = new Worker(new URL('./workers/ingest.ts', import.meta.url), {
    name: 'ingest',
    workerData,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB }
  })
  const caller = createCaller<IngestMethods>(worker)
  const live: ((slot: LiveSlot) => void)[] = []
  const status: ((status: StatusWord) => void)[] = []
  let state: IngestThreadState
  let stopping = false
  const ended = Promise.withResolvers<void>()

  worker.on('message', (message: IngestEvent) => {
    if (!('event' in message)) return
    if (message.event === 'warn') warn(message.text)
    else if (message.event === 'live') for (const listener of live) listener(message.slot)
    else {
      state = message.state
      for (const word of message.statuses) for (const listener of status) listener(word)
    }
  })
  let reason = 'it ended'
  worker.on('error', error => {
    reason = error instanceof Error ? error.message : String(error)
  })
  worker.on('exit', () => {
    ended.resolve()
    const error = new Error(`the ingest thread is gone: ${reason}`)
    caller.fail(error)
    if (!stopping) onLost(error)
  })

  const refresh = async (): Promise<void> => {
    state = await caller.call('state', undefined)
  }
  const stop = async (): Promise<void> => {
    stopping = true
    await caller.call('stop', undefined).catch((error: Error) => warn(error.message))
    await ended.promise
  }
  try {
    state = await caller.call('open', undefined)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    ring,
    acceptDeadLetters: from =>
      void caller.call('acceptDeadLetters', { from }, [from]).catch((error: Error) => warn(error.message)),
    state: () => state,
    refresh,
    async listen(credentials) {
      const address = await caller.call('listen', packCredentials(credentials))
      await refresh()
      return address
    },
    changeCredentials: ({ put = [], revoked = [] }) =>
      caller.call('changeCredentials', { put: packCredentials(put), revoked }),
    publish: (topic, payload, { retain }) => caller.call('publish', { topic, payload, retain }),
    accept: (topic, payload) => caller.call('accept', { topic, payload }),
    putDeadLetter: letter => caller.call('putDeadLetter', letter),
    newestDeadLetters: limit => caller.call('newestDeadLetters', limit),
    onLive: listener => void live.push(listener),
    onStatus: listener => void status.push(listener),
    stop
  }
}

import { rm } from 'node:fs/promises'
import { MessageChannel, Worker } from 'node:worker_threads'
import { Refusal } from './api/problems.ts'
import type { Forecast } from './contract/forecasts.ts'
import { daysOff } from './measuring.ts'
import type { ReadingsThread } from './readingsThread.ts'
import type { Records } from './records/openRecords.ts'
import { answerCalls, type Caller, createCaller } from './workers/calls.ts'
import type {
  ReplayEvent,
  ReplayMethods,
  ReplayProgress,
  ReplayQuestions,
  ReplayThreadData
} from './workers/replayPort.ts'

/** Events that a plan of the past, and a forecast of it, look at. */
const MOST_EVENTS = 2000
const OLD_GENERATION_MIB = 512
const YOUNG_MIB = 16

export interface ReplayThreadNeeds {
  id: string
  data: Omit<ReplayThreadData, 'readerPort' | 'recordsPort'>
  openReader: ReadingsThread['openReader']
  records: Pick<Records, 'events' | 'deliveries' | 'holidays' | 'forecasts'>
  onProgress(progress: ReplayProgress): void
  /** The thread has ended, whyever. */
  onGone(reason: string): void
}

/** A replay's thread as the main thread sees it. */
export interface ReplayThread {
  ask: Caller<ReplayMethods>['call']
  /** Ends it, and removes its files. */
  end(): Promise<void>
}

/** The thread has one line to the store and one to the records, and on both it can only ask. */
export function startReplayThread({ id, data, ...needs }: ReplayThreadNeeds): ReplayThread {
  const { port1: recordsPort, port2 } = new MessageChannel()
  answerCalls(recordsPort, questionsTo(needs.records))
  const readerPort = needs.openReader()
  const workerData: ReplayThreadData = { ...data, readerPort, recordsPort: port2 }
  const worker = new Worker(new URL('./workers/replay.ts', import.meta.url), {
    ...{ name: 'replay', workerData, transferList: [readerPort, port2] },
    resourceLimits: { maxOldGenerationSizeMb: OLD_GENERATION_MIB, maxYoungGenerationSizeMb: YOUNG_MIB }
  })
  const caller = createCaller<ReplayMethods>(worker)
  worker.on('message', (message: ReplayEvent) => {
    if (!('event' in message)) return
    if (message.event === 'progress') needs.onProgress(message.progress)
    else {
      const port = needs.openReader()
      caller.call('acceptReader', port, [port]).catch(() => port.close())
    }
  })
  let reason = 'its thread has ended'
  worker.on('error', error => {
    reason = error instanceof Error ? error.message : String(error)
  })
  const gone = new Promise<void>(resolve => {
    worker.once('exit', () => {
      caller.fail(new Refusal(409, `replay ${id} has ended: ${reason}`))
      recordsPort.close()
      needs.onGone(reason)
      resolve()
    })
  })
  const isClean = gone.then(() => rm(data.directory, { recursive: true, force: true }))
  return {
    ask: caller.call,
    async end() {
      await worker.terminate()
      await isClean
    }
  }
}

function questionsTo(records: ReplayThreadNeeds['records']): ReplayQuestions {
  return {
    events: () => records.events.list({ limit: MOST_EVENTS }),
    deliveries: filter => records.deliveries.of(filter),
    daysOff: ({ from, to }) => daysOff(records, from, to),
    newestForecasts: async ({ nodeIds, issuedBy }) => [
      ...(await records.forecasts.newest(nodeIds, undefined, issuedBy)).values()
    ],
    async issuedForecasts({ nodeIds, from, to }) {
      const found: Forecast[] = []
      for (const id of nodeIds) found.push(...(await records.forecasts.ofNode(id, { from, to })))
      return found
    }
  }
}

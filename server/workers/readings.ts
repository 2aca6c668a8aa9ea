/**
 * The readings thread: follows the ingest log into the store, validates on the way, rolls up what is stored, answers
 * questions to the store. SQLite waits for the disk in here, and nobody else does.
 */
import { flushCompileCache } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import { shownPath } from '../config.ts'
import { openReadingsStore } from '../readings/openReadingsStore.ts'
import type { ReadingsStore } from '../readings/store.ts'
import { openFailure } from '../startFailure.ts'
import { answerCalls, endThread } from './calls.ts'
import { type Following, followLog } from './followLog.ts'
import type { ReaderMethods, ReadingsEvent, ReadingsMethods, ReadingsThreadData } from './readingsPort.ts'

const STATE_EVERY_MS = 250

const port = parentPort
if (port === null) throw new Error('this file runs as a worker thread')
const tell = (event: ReadingsEvent): void => port.postMessage(event)
const data = workerData as ReadingsThreadData
const { readings } = data.config

let store: ReadingsStore | null = null
let following: Following | null = null
let timer: NodeJS.Timeout | undefined
const opened = (): ReadingsStore => {
  if (store === null) throw new Error('the readings store is not open')
  return store
}

const reads: ReaderMethods = {
  query: query => opened().query(query),
  queryMany: query => opened().queryMany(query),
  latest: query => opened().latest(query),
  queryLoad: query => opened().queryLoad(query)
}
const methods: ReadingsMethods = {
  async open() {
    // As in main.ts.
    flushCompileCache()
    const [setting, what] =
      readings.kind === 'sqlite'
        ? ['DATA_DIR', shownPath(readings.directory)]
        : ['INFLUX_URL', new URL(readings.url).host]
    store = await openReadingsStore(readings, Date.now).catch(openFailure(setting, what))
  },
  async start(nodes) {
    const started = await followLog(opened(), nodes, data, text => tell({ event: 'warn', text }))
    following = started
    timer = setInterval(() => tell({ event: 'state', state: started.state() }), STATE_EVERY_MS)
    return started.state()
  },
  setRegistry: nodes => following?.setRegistry(nodes),
  ...reads,
  acceptReader: reader => answerCalls(reader, reads),
  async stop() {
    clearInterval(timer)
    try {
      await following?.stop()
      await store?.stop()
    } finally {
      endThread()
    }
  }
}
answerCalls(port, methods)

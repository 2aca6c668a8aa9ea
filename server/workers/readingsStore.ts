import { parentPort, workerData } from 'node:worker_threads'
import { openDayStore } from '../readings/sqlite/dayStore.ts'
import { answer, type Request } from '../readings/sqlite/messages.ts'

/** The thread that holds the SQLite day files: SQLite waits for the disk, and nobody else should. */
const port = parentPort
if (port === null) throw new Error('this file runs as a worker thread')

const { directory } = workerData as { directory: string }
const store = openDayStore(directory)

port.on('message', (request: Request) => {
  port.postMessage(answer(store, request))
  // Nothing is left to do after close: without its port the thread ends.
  if (request.method === 'close') port.close()
})

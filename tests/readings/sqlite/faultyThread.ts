import { parentPort, workerData } from 'node:worker_threads'
import { openDayStore } from '../../../server/readings/sqlite/dayStore.ts'
import { answer, type Request } from '../../../server/readings/sqlite/messages.ts'

/** The store's thread, but it dies of the node DIE and never answers about the node HANG. */
const { directory } = workerData as { directory: string }
const store = openDayStore(directory)

parentPort?.on('message', (request: Request) => {
  const node = request.method === 'queryLoad' ? request.argument.node : ''
  if (node === 'DIE') throw new Error('out of luck')
  if (node !== 'HANG') parentPort?.postMessage(answer(store, request))
  if (request.method === 'close') parentPort?.close()
})

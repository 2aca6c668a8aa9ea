import { Worker } from 'node:worker_threads'
import { Refusal } from './api/problems.ts'
import type { PrintedDocument } from './recognition/report/document.ts'

/** Documents that wait for the one that is laid out; more are refused. */
const MAX_WAITING = 20
const MOST_MS = 60_000
const OLD_GENERATION_MIB = 512

export interface Printing {
  /** Lays out a document as a PDF. Rejects with a Refusal (503) when too many wait already. */
  print(document: PrintedDocument): Promise<Uint8Array>
  /** Ends what is being laid out. */
  stop(): Promise<void>
}

/** One document after the other, each on a thread of its own that is gone afterwards, and its memory with it. */
export function createPrinting(): Printing {
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0
  let running: Worker | null = null
  let isStopping = false

  async function layOut(document: PrintedDocument): Promise<Uint8Array> {
    if (isStopping) throw new Refusal(503, 'the server is stopping')
    const worker = new Worker(new URL('./workers/print.ts', import.meta.url), {
      ...{ name: 'print', workerData: document },
      resourceLimits: { maxOldGenerationSizeMb: OLD_GENERATION_MIB }
    })
    running = worker
    const limit = setTimeout(() => void worker.terminate(), MOST_MS)
    try {
      return await new Promise((resolve, reject) => {
        worker.once('message', resolve)
        worker.once('error', reject)
        worker.once('exit', () => reject(new Error('the document was not laid out in time')))
      })
    } finally {
      clearTimeout(limit)
      running = null
    }
  }
  return {
    async print(document) {
      if (waiting >= MAX_WAITING) throw new Refusal(503, 'too many documents are being laid out: ask again')
      waiting++
      const mine = last.then(() => layOut(document))
      last = mine.catch(() => undefined)
      return mine.finally(() => {
        waiting--
      })
    },
    async stop() {
      isStopping = true
      await running?.terminate()
      await last
    }
  }
}

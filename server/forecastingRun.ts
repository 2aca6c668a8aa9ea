import { availableParallelism } from 'node:os'
import { type MessagePort, Worker } from 'node:worker_threads'
import type {
  ForecastJob,
  ForecastMessage,
  ForecastReply,
  ForecastWorkerData,
  JobOutcome,
  PackedOutcome
} from './workers/forecastPort.ts'

/** One node at a time: some 20 MiB are used. */
const YOUNG_MIB = 8
const OLD_MIB = 192
/** Fewer nodes are not worth a second thread. */
const NODES_A_WORKER = 100
const MOST_WORKERS = 2

export interface RunEdges {
  openReader(): MessagePort
  /** The next batch comes when it has resolved; what it rejects with ends the run. */
  onBatch(batch: readonly PackedOutcome[]): Promise<void>
  /** Shared with the workers: 1 while the store has better to do. */
  isHeldUp: SharedArrayBuffer
}

export interface ForecastRun {
  /** Rejects when a worker, the store or a batch failed; the other worker is ended then. */
  done: Promise<JobOutcome>
  /** Ends it at once: what was kept is whole, the rest is done by the next run. */
  stop(): Promise<void>
}

/** One run on one or two threads of its own, which are gone afterwards. */
export function startForecastRun(job: ForecastJob, edges: RunEdges): ForecastRun {
  const shares = sharesOf(job)
  const workers: Worker[] = []
  const stop = async (): Promise<void> => {
    await Promise.all(workers.map(worker => worker.terminate()))
  }
  const outcomes = shares.map(share => {
    const { worker, done } = startWorker(share, edges)
    workers.push(worker)
    return done
  })
  const done = Promise.all(outcomes).then(together, async error => {
    await stop()
    throw error
  })
  return { done, stop }
}

/** By station, so that each station's weather is read by as few workers as can be. */
function sharesOf(job: ForecastJob): ForecastJob[] {
  const nodes = job.nodes.toSorted((a, b) => (a.station ?? '').localeCompare(b.station ?? ''))
  const most = Math.min(MOST_WORKERS, availableParallelism(), Math.ceil(nodes.length / NODES_A_WORKER))
  const size = Math.ceil(nodes.length / Math.max(1, most))
  const count = size === 0 ? 0 : Math.ceil(nodes.length / size)
  return Array.from({ length: count }, (_, i) => ({ ...job, nodes: nodes.slice(i * size, (i + 1) * size) }))
}

function startWorker(job: ForecastJob, { openReader, onBatch, isHeldUp }: RunEdges) {
  const store = openReader()
  const workerData: ForecastWorkerData = { job, store, isHeldUp }
  const worker = new Worker(new URL('./workers/forecast.ts', import.meta.url), {
    name: 'forecast',
    workerData,
    transferList: [store],
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB, maxOldGenerationSizeMb: OLD_MIB }
  })
  const done = new Promise<JobOutcome>((resolve, reject) => {
    let outcome: JobOutcome | null = null
    worker.on('message', (message: ForecastMessage) => {
      if ('done' in message) {
        outcome = message.done
        return
      }
      onBatch(message.batch).then(() => worker.postMessage('taken' satisfies ForecastReply), reject)
    })
    worker.once('error', reject)
    // All that it said has arrived by then.
    worker.once('exit', () =>
      outcome === null ? reject(new Error('the forecast worker ended early')) : resolve(outcome)
    )
  })
  return { worker, done }
}

function together(outcomes: readonly JobOutcome[]): JobOutcome {
  return outcomes.reduce(
    (sum, one) => ({
      fitted: sum.fitted + one.fitted,
      faults: sum.faults + one.faults,
      firstFault: sum.firstFault ?? one.firstFault,
      unwritten: sum.unwritten ?? one.unwritten
    }),
    { fitted: 0, faults: 0, firstFault: null, unwritten: null }
  )
}

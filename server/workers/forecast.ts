/**
 * A forecast worker: one run over some nodes, then it ends, and its memory with it. It works below everybody else's
 * priority, where the system lets a thread have one of its own.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { keptForecast } from '../forecast/run/kept.ts'
import { packForecast } from '../records/forecastRow.ts'
import { runForecastJob } from './forecastJob.ts'
import type { ForecastMessage, ForecastWorkerData, NodeOutcome, PackedOutcome } from './forecastPort.ts'
import { giveWay } from './giveWay.ts'
import { storeReader } from './storeReader.ts'

const HELD_UP_MS = 250
const MOST_UNDER_WAY = 2

const port = parentPort
if (port === null) throw new Error('this file runs as a worker thread')
const data = workerData as ForecastWorkerData
const heldUp = new Int32Array(data.isHeldUp)
const reader = storeReader(data.store)

let underWay = 0
let room: (() => void) | null = null
port.on('message', () => {
  underWay--
  room?.()
})

async function give(outcomes: NodeOutcome[]): Promise<void> {
  const batch = outcomes.map(packed)
  const numbers = batch.flatMap(({ issue }) => issue?.kept.numbers.buffer ?? [])
  port?.postMessage({ batch } satisfies ForecastMessage, numbers as ArrayBuffer[])
  underWay++
  while (underWay >= MOST_UNDER_WAY) {
    await new Promise<void>(resolve => {
      room = resolve
    })
  }
}

function packed({ nodeId, forecast, reason }: NodeOutcome): PackedOutcome {
  if (forecast === null) return { nodeId, issue: null, reason }
  return { nodeId, issue: { row: packForecast(forecast), kept: keptForecast(forecast) }, reason }
}

async function breathe(): Promise<void> {
  while (Atomics.load(heldUp, 0) === 1) await pause(HELD_UP_MS)
}

giveWay()
const done = await runForecastJob(data.job, { reader, breathe, give })
port.postMessage({ done } satisfies ForecastMessage)
reader.close()
port.close()

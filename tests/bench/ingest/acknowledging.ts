/**
 * A process of its own: our subscriber, intake and log in one thread, which acknowledges either what is durable (as the
 * product does) or what it has just read. The work is the same, so the difference is what acknowledging late costs.
 *
 *   node tests/bench/ingest/acknowledging.ts <broker> <data directory> <readings | 0> late|at-once
 */
import { setTimeout as pause } from 'node:timers/promises'
import { createIntake } from '../../../server/ingest/intake.ts'
import { startSubscriber } from '../../../server/ingest/subscriber.ts'
import { openDeadLetters } from '../../../server/log/deadLetters.ts'
import { openIngestLog } from '../../../server/log/ingestLog.ts'
import { LogPositions } from '../../../server/log/logPositions.ts'
import { usageOf } from './usage.ts'

const [url = '', directory = '', wanted = '0', way = 'late'] = process.argv.slice(2)
const readings = Number(wanted)
const now = Date.now
const positions = new LogPositions({ names: [] })
const log = await openIngestLog(`${directory}/log`, { positions, now, minFreeShare: 0 })
const deadLetters = await openDeadLetters(`${directory}/dead-letters`)
const intake = createIntake({ log, deadLetters, foreign: [], now, onStatus: () => undefined })

/** The same intake, which calls everything durable as soon as it is read. */
const atOnce: typeof intake = Object.create(intake, {
  onDurable: {
    value: (listener: (group: number) => void) => {
      durableListener = listener
      return () => undefined
    }
  },
  take: {
    value: (...message: Parameters<typeof intake.take>) => {
      intake.take(...message)
      if (scheduled) return
      scheduled = true
      setImmediate(() => {
        scheduled = false
        durableListener(intake.group)
      })
    }
  }
})
let durableListener: (group: number) => void = () => undefined
let scheduled = false

const startedAt = performance.now()
const before = usageOf('self').cpuS
const subscriber = await startSubscriber({
  intake: way === 'late' ? intake : atOnce,
  url,
  clientId: 'acknowledging',
  random: () => 0,
  warn: console.error
})
while (subscriber.state().state !== 'subscribed') await pause(2)
while (intake.counters(now()).readings < readings) await pause(5)
const seconds = (performance.now() - startedAt) / 1000
const { cpuS, peakMiB } = usageOf('self')
const { commits } = log.status()
await subscriber.stop()
await log.stop()
await deadLetters.stop()
console.log(JSON.stringify({ seconds, cpuS: cpuS - before, peakMiB, commits }))

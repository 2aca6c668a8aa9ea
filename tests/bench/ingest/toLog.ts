/**
 * A process of its own: the product's ingest thread and live state without a store behind them, so that the way from
 * the broker to the durable log is measured alone.
 *
 *   node tests/bench/ingest/toLog.ts <broker> <data directory> <readings | 0 to make the session only>
 *
 * Prints one line of JSON.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { readConfig } from '../../../server/config.ts'
import { followers } from '../../../server/durable.ts'
import { createLiveGrid } from '../../../server/grid/live.ts'
import { startIngestThread } from '../../../server/ingestThread.ts'
import { startLiveFollower } from '../../../server/liveFollower.ts'
import { LogPositions } from '../../../server/log/logPositions.ts'
import { openLogReader } from '../../../server/log/logReader.ts'
import { usageOf } from './usage.ts'

const [broker = '', directory = '', wanted = '0'] = process.argv.slice(2)
const readings = Number(wanted)
const read = readConfig({ MQTT_URL: broker, DATA_DIR: directory, LOG_MIN_FREE_SHARE: '0' })
if ('mistakes' in read) throw new Error(read.mistakes.join('\n'))
const warn = console.error
const onLost = (error: Error): void => {
  throw error
}

const positions = new LogPositions({ names: followers })
const ingest = await startIngestThread(read.config, positions.buffer, { warn, onLost })
const log = await openLogReader(`${directory}/log`, positions, { warn })
const grid = createLiveGrid({ localDate: () => '' })
const follower = startLiveFollower(
  { ring: ingest.ring, log, apply: grid.apply, applyStatus: () => undefined, warn },
  positions.end
)
ingest.onLive(follower.take)

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await pause(5)
    await ingest.refresh()
  }
}
// The broker sends what it holds from the connection on.
const startedAt = performance.now()
const before = usageOf('self').cpuS
await ingest.listen([])
await until(() => ingest.state().broker?.state === 'subscribed')
if (readings > 0) await until(() => ingest.state().counters.readings >= readings)
const seconds = (performance.now() - startedAt) / 1000
const { cpuS, peakMiB } = usageOf('self')
const { commits } = ingest.state().log
const { messages, slowPath } = ingest.state().counters
await follower.stop()
await log.stop()
await ingest.stop()
console.log(JSON.stringify({ seconds, cpuS: cpuS - before, peakMiB, commits, messages, slowPath }))

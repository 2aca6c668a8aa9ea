import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Config } from '../../server/config.ts'
import { qualityNames } from '../../server/contract/quality.ts'
import type { Reading } from '../../server/contract/telemetry.ts'
import { openIngestLog } from '../../server/log/ingestLog.ts'
import { encodeReadings } from '../../server/log/lines.ts'
import { LogPositions } from '../../server/log/logPositions.ts'
import { openReadingsStore } from '../../server/readings/openReadingsStore.ts'
import { type ReadingsStore, StoreError } from '../../server/readings/store.ts'
import { followLog } from '../../server/workers/followLog.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { until } from '../helpers/until.ts'
import { HOUR, MINUTE } from '../validation/readings.ts'

/** What is remembered is saved this often. */
const SAVING_MS = 120_000
const noon = Math.floor(Date.now() / HOUR) * HOUR - 12 * HOUR

let folder: Awaited<ReturnType<typeof tempDir>>
const ending: (() => Promise<void>)[] = []
beforeEach(async () => {
  folder = await tempDir()
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
})
afterEach(async () => {
  vi.useRealTimers()
  for (const end of ending.splice(0).reverse()) await end()
  await folder.remove()
})

const meter = (ts: number, kw: number): Reading => ({
  ...{ kind: 'meter', id: 'M1', issued: null, ts, intervalS: 900, quality: 0, values: { kw } }
})

/** The log and what follows it, as one run of the product has them. The store can be away. */
async function startRun() {
  const positions = new LogPositions({ names: ['store', 'rollups'] })
  const log = await openIngestLog(join(folder.path, 'log'), { positions, now: Date.now })
  const store = await openReadingsStore(
    { kind: 'sqlite', directory: join(folder.path, 'readings') },
    Date.now
  )
  const away = { isAway: false, attempts: 0 }
  const { port1, port2 } = new MessageChannel()
  const config = { dataDirectory: folder.path, validationFile: null, timeZone: '+07:00' } as Config
  const following = await followLog(
    mayBeAway(store, away),
    [],
    { config, positionsBuffer: positions.buffer, deadLetterPort: port1 },
    () => {}
  )
  const isFollowed = () => following.state().feed.behindBytes === 0
  let isStopped = false
  async function stop(): Promise<void> {
    if (isStopped) return
    isStopped = true
    await following.stop()
    await log.stop()
    await store.stop()
    port1.close()
    port2.close()
  }
  ending.push(stop)
  return {
    away,
    async arrive(...readings: Reading[]) {
      await log.append('readings', Date.now(), encodeReadings(readings))
    },
    stored: () => until(isFollowed, { what: 'all is stored and the cursor behind it' }),
    /** The store has been asked in vain from now on. */
    async tried() {
      const { attempts } = away
      await until(() => away.attempts > attempts, { what: 'a write to the store that is away' })
    },
    async verdict(ts: number) {
      const series = await store.query({ kind: 'meter', id: 'M1', from: ts, to: ts + 1, fields: ['kw'] })
      return series.quality.map(qualityNames)
    },
    stop
  }
}

/** What was said of a reading whose store was away when it came, once the next run has stored it. */
async function afterRestart(end: (run: Awaited<ReturnType<typeof startRun>>) => Promise<void>) {
  const first = await startRun()
  await first.arrive(meter(noon, 1), meter(noon + 15 * MINUTE, 2))
  await first.stored()
  await vi.advanceTimersByTimeAsync(SAVING_MS)
  first.away.isAway = true
  await first.arrive(meter(noon + 4 * HOUR, 3))
  await first.tried()
  await first.arrive(meter(noon + 4 * HOUR + 15 * MINUTE, 4))
  await first.tried()
  await vi.advanceTimersByTimeAsync(3 * SAVING_MS)
  await end(first)
  const second = await startRun()
  await second.stored()
  return [await second.verdict(noon + 4 * HOUR), await second.verdict(noon + 4 * HOUR + 15 * MINUTE)]
}

it('killed while the store is away, the reading after a gap is still known for one', async () => {
  // Nothing is done at the end: what the run would do after this moment never happens.
  expect(await afterRestart(async () => {})).toEqual([[['gap']], [[]]])
})

it('told to end while the store is away, the reading after a gap is still known for one', async () => {
  expect(await afterRestart(({ stop }) => stop())).toEqual([[['gap']], [[]]])
})

it('what was seen before an end is remembered after it, and the log is not read again for it', async () => {
  const first = await startRun()
  await first.arrive(meter(noon, 1))
  await first.stored()
  await first.stop()
  const second = await startRun()
  await second.arrive(meter(noon + 4 * HOUR, 3))
  await second.stored()
  expect(await second.verdict(noon + 4 * HOUR)).toEqual([['gap']])
})

function mayBeAway(store: ReadingsStore, away: { isAway: boolean; attempts: number }): ReadingsStore {
  return {
    kind: store.kind,
    advice: null,
    limits: store.limits,
    async write(batch) {
      if (!away.isAway) return store.write(batch)
      away.attempts++
      throw new StoreError('unavailable', 'the store is away')
    },
    query: question => store.query(question),
    queryMany: question => store.queryMany(question),
    latest: question => store.latest(question),
    writeLoad: (rows, stepS) => store.writeLoad(rows, stepS),
    queryLoad: question => store.queryLoad(question),
    stop: () => store.stop()
  }
}

import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Config, readConfig } from '../server/config.ts'
import type { Reading } from '../server/contract/telemetry.ts'
import { type Durable, followers, openDurable } from '../server/durable.ts'
import { openIngestLog, type Position } from '../server/log/ingestLog.ts'
import { encodeReadings } from '../server/log/lines.ts'
import { LogPositions } from '../server/log/logPositions.ts'
import { startTelemetry } from '../server/telemetry.ts'
import { tempDir } from './helpers/tempDir.ts'

const now = Date.parse('2026-06-10T06:00:00Z')
const reading: Reading = {
  kind: 'meter',
  id: 'M1',
  ts: now - 60_000,
  issued: null,
  intervalS: 0,
  quality: 0,
  values: { kw: 12 }
}

let folder: Awaited<ReturnType<typeof tempDir>>
let config: Config
let warnings: string[]
const warn = (text: string): void => void warnings.push(text)
const onLost = (error: Error): void => {
  throw error
}

beforeEach(async () => {
  folder = await tempDir()
  warnings = []
  const read = readConfig({ DATA_DIR: folder.path, MQTT_PORT: '0' })
  if ('mistakes' in read) throw new Error(read.mistakes.join())
  config = read.config
})
afterEach(() => folder.remove())

/** Leaves a log behind, as an earlier run would; `stored`: its store was up to date. */
async function earlierRun(bodies: Buffer[], stored: boolean): Promise<void> {
  const positions = new LogPositions({ names: followers })
  const log = await openIngestLog(`${folder.path}/log`, { positions, now: () => now, warn, minFreeShare: 0 })
  await Promise.all(bodies.map(body => log.append('readings', now, body)))
  const end: Position = positions.end
  if (stored) positions.setCursor('store', end)
  await log.stop()
}

async function stateOfM1(
  change: (durable: Durable) => Durable = durable => durable
): Promise<string | undefined> {
  const durable = await openDurable(config, { warn, onLost })
  try {
    const telemetry = await startTelemetry(config, change(durable), [], { now: () => now, warn })
    const source = telemetry.grid.sources(now).find(({ id }) => id === 'M1')
    await telemetry.stop()
    return source?.state
  } finally {
    await durable.stop()
  }
}

it('starts with the live state out of the log where the store does not answer', async () => {
  await earlierRun([encodeReadings([reading])], true)
  const latest = () => Promise.reject(new Error('it is away'))
  const state = await stateOfM1(durable => ({
    ...durable,
    readings: { ...durable.readings, store: { ...durable.readings.store, latest } }
  }))
  expect(state).toBe('fresh')
  expect(warnings).toEqual([expect.stringContaining('it is away')])
})

it('starts although the log holds what cannot be read back', async () => {
  await earlierRun([Buffer.from('not a line\n'), encodeReadings([reading])], false)
  expect(await stateOfM1()).toBe('fresh')
})

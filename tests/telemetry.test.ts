import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Config, readConfig } from '../server/config.ts'
import type { Reading } from '../server/contract/telemetry.ts'
import { type Durable, openDurable } from '../server/durable.ts'
import { encodeReadings } from '../server/log/lines.ts'
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
let durable: Durable
let warnings: string[]

beforeEach(async () => {
  folder = await tempDir()
  warnings = []
  const read = readConfig({ DATA_DIR: folder.path, MQTT_PORT: '0' })
  if ('mistakes' in read) throw new Error(read.mistakes.join())
  config = read.config
  durable = await openDurable(config, { now: () => now, warn: text => warnings.push(text) })
})
afterEach(async () => {
  await durable.stop()
  await folder.remove()
})

/** The state of M1 right after a start. */
async function stateAfterStart(store: Durable['store']): Promise<string | undefined> {
  const edges = { now: () => now, random: () => 0, warn: (text: string) => void warnings.push(text) }
  const telemetry = await startTelemetry(config, { ...durable, store }, [], edges)
  const source = telemetry.grid.sources(now).find(({ id }) => id === 'M1')
  await telemetry.stop()
  return source?.state
}

async function commitAll(): Promise<void> {
  const cursor = await durable.log.openCursor('store')
  const last = (await durable.log.read(cursor.position, 1_000_000)).at(-1)
  if (last !== undefined) await cursor.commit(last.next)
}

it('starts with the live state out of the log where the store does not answer', async () => {
  await durable.log.append('readings', now, encodeReadings([reading]))
  await commitAll()
  const latest = () => Promise.reject(new Error('it is away'))
  expect(await stateAfterStart({ ...durable.store, latest })).toBe('fresh')
  expect(warnings).toEqual([expect.stringContaining('it is away')])
})

it('starts although the log holds what cannot be read back', async () => {
  await durable.log.append('readings', now, Buffer.from('not a line\n'))
  await durable.log.append('readings', now, encodeReadings([reading]))
  expect(await stateAfterStart(durable.store)).toBe('fresh')
})

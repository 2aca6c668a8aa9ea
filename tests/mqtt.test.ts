import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Config, readConfig } from '../server/config.ts'
import { openMqtt } from '../server/mqtt.ts'
import { tempDir } from './helpers/tempDir.ts'
import { recordingIntake } from './ingest/recordingIntake.ts'

let folder: Awaited<ReturnType<typeof tempDir>>
let config: Config

beforeEach(async () => {
  folder = await tempDir()
  // Nobody listens there: the id is chosen before anything is connected.
  const read = readConfig({ DATA_DIR: folder.path, MQTT_URL: 'mqtt://127.0.0.1:1' })
  if ('mistakes' in read) throw new Error(read.mistakes.join())
  config = read.config
})
afterEach(() => folder.remove())

async function idAfterOneRun(): Promise<string> {
  const mqtt = await openMqtt(config, recordingIntake().intake, {
    random: () => 0.5,
    warn: () => undefined,
    foreign: { filters: [], exclusiveFilters: [] }
  })
  await mqtt.stop()
  return readFile(join(folder.path, 'mqtt-client-id'), 'utf8')
}

it('keeps the client id over restarts, because the session at the broker goes by it', async () => {
  const id = await idAfterOneRun()
  expect(id).toMatch(/^gridload-[0-9a-f]{8}\n$/)
  expect(await idAfterOneRun()).toBe(id)
})

it('chooses a new client id where the file lost its text', async () => {
  await writeFile(join(folder.path, 'mqtt-client-id'), '')
  expect(await idAfterOneRun()).toMatch(/^gridload-[0-9a-f]{8}\n$/)
})

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connectAsync } from 'mqtt'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readConfig } from '../server/config.ts'
import { topics } from '../server/contract/topics.ts'
import { type Mqtt, openMqtt } from '../server/mqtt.ts'
import { createMosquitto, type Mosquitto, mosquittoPath } from './helpers/mosquitto.ts'
import { tempDir } from './helpers/tempDir.ts'
import { until } from './helpers/until.ts'
import { recordingIntake } from './ingest/recordingIntake.ts'

let folder: Awaited<ReturnType<typeof tempDir>>

beforeEach(async () => {
  folder = await tempDir()
})
afterEach(() => folder.remove())

const fileOf = (name: string) => join(folder.path, name)
const textOf = (name: string) => readFile(fileOf(name), 'utf8')

interface Run {
  settings?: Record<string, string>
  filters?: string[]
  intake?: ReturnType<typeof recordingIntake>['intake']
}

function open({ settings = {}, filters = [], intake = recordingIntake().intake }: Run = {}): Promise<Mqtt> {
  // Nobody listens there.
  const read = readConfig({ DATA_DIR: folder.path, MQTT_URL: 'mqtt://127.0.0.1:1', ...settings })
  if ('mistakes' in read) throw new Error(read.mistakes.join())
  return openMqtt(read.config, intake, {
    random: () => 0.5,
    now: Date.now,
    warn: () => undefined,
    foreign: { filters, exclusiveFilters: [], commandFilters: [] },
    credentials: null
  })
}

async function idAfterOneRun(): Promise<string> {
  const mqtt = await open()
  await mqtt.stop()
  return textOf('mqtt-client-id')
}

it('keeps the client id over restarts, because the session at the broker goes by it', async () => {
  const id = await idAfterOneRun()
  expect(id).toMatch(/^gridload-[0-9a-f]{8}\n$/)
  expect(await idAfterOneRun()).toBe(id)
})

it('chooses a new client id where the file lost its text', async () => {
  await writeFile(fileOf('mqtt-client-id'), '')
  expect(await idAfterOneRun()).toMatch(/^gridload-[0-9a-f]{8}\n$/)
})

describe('what the broker may hold of us', () => {
  const held = async () => JSON.parse(await textOf('mqtt-connections'))

  it('is kept from before it is asked for, and not forgotten while the broker is away', async () => {
    const first = await open({
      settings: { MQTT_CONNECTIONS: '3', MQTT_SHARE_GROUP: 'north' },
      filters: ['a']
    })
    await first.stop()
    const second = await open({ filters: ['b'] })
    await second.stop()
    const { connections, filters } = await held()
    expect(connections).toBe(3)
    expect(filters).toEqual(expect.arrayContaining(['$share/north/a', topics.answer('+'), 'b']))
  })

  it.each(['', '2\n', '{"connections":"two"}', '{"connections":2,"filters":[5]}'])(
    'is nothing where the file says %j',
    async text => {
      await writeFile(fileOf('mqtt-connections'), text)
      const mqtt = await open({ filters: ['a'] })
      await mqtt.stop()
      expect(await held()).toMatchObject({ connections: 1, filters: expect.not.arrayContaining([5]) })
    }
  )

  describe.skipIf(mosquittoPath === null)('with a real Mosquitto', () => {
    let mosquitto: Mosquitto
    let stops: (() => Promise<unknown>)[]

    beforeEach(async () => {
      stops = []
      mosquitto = await createMosquitto()
      await mosquitto.start()
    })
    afterEach(async () => {
      for (const stop of stops.reverse()) await stop()
      await mosquitto.remove()
    })

    it('is given back when the share group and the mapping change: each message comes once', async () => {
      const recording = recordingIntake()
      const run = async (group: string, ...filters: string[]): Promise<Mqtt> => {
        const settings = { MQTT_URL: mosquitto.url, MQTT_SHARE_GROUP: group }
        const mqtt = await open({ settings, filters, intake: recording.intake })
        stops.push(mqtt.stop)
        await until(() => mqtt.state().state === 'subscribed', { what: 'the subscription' })
        return mqtt
      }
      const device = await connectAsync(mosquitto.url)
      stops.push(() => device.endAsync())
      const before = await run('north', 'evn/+/prof')
      await before.stop()
      await run('south', 'evn/+/inst')
      await until(async () => !(await textOf('mqtt-connections')).includes('north'), {
        what: 'the former filters given back'
      })
      expect((await held()).filters).toContain('$share/south/evn/+/inst')
      for (const topic of ['evn/1/prof', 'evn/1/inst', topics.meterReading('M1'), topics.status('M1')])
        await device.publishAsync(topic, 'x', { qos: 1 })
      await until(() => recording.accepted.some(({ topic }) => topic === topics.status('M1')), {
        what: 'the last message'
      })
      const topicsTaken = recording.accepted.map(({ topic }) => topic)
      expect(topicsTaken).toEqual(['evn/1/inst', topics.meterReading('M1'), topics.status('M1')])
    })
  })
})

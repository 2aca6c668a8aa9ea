import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { encode, Tagged } from 'cborg'
import { connectAsync, type MqttClient } from 'mqtt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ReadingColumns } from '../../server/contract/grid.ts'
import type { DeadLettersAnswer, SourcesAnswer } from '../../server/contract/sources.ts'
import { topics } from '../../server/contract/topics.ts'
import { type Gridload, startGridload } from '../helpers/gridload.ts'
import { createMosquitto, type Mosquitto, mosquittoPath } from '../helpers/mosquitto.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { until } from '../helpers/until.ts'
import {
  type BareMetric,
  decodePayload,
  encodeBare,
  encodePayload,
  type SentMetric
} from '../ingest/sparkplug/edgeNode.ts'

interface Mapping {
  mappings: unknown[]
  sparkplug?: unknown
}

/** The examples of the document that a user starts from: the mappings, a message of the first, Sparkplug. */
async function documentExamples() {
  const text = await readFile(resolve(import.meta.dirname, '../../docs/payloads.md'), 'utf8')
  const [mappings = '', message = '', sparkplug = ''] = [...text.matchAll(/```json\n(.*?)```/gs)].map(
    ([, json = '']) => json
  )
  return {
    mapping: { ...(JSON.parse(mappings) as Mapping), ...(JSON.parse(sparkplug) as Partial<Mapping>) },
    message: message.replaceAll('/2026', '/2024')
  }
}

/** DLMS as a gateway writes it out: an entry a register, with its scaler. */
const dlms = {
  name: 'DLMS gateway',
  topic: 'dlms/{meter}/push',
  kind: 'transformer',
  id: '{meter}',
  time: { pointer: '/clock', format: 'epoch-s' },
  intervalS: 1800,
  obis: { pointer: '/registers', units: 'W', code: '/ln' }
}

describe.skipIf(mosquittoPath === null)('payloads of others, through Mosquitto to the charts', () => {
  let directory: Awaited<ReturnType<typeof tempDir>>
  let broker: Mosquitto
  let gridload: Gridload
  let outsider: MqttClient
  /** What Gridload sent to edge nodes. */
  let commands: { topic: string; payload: Buffer }[]
  let evnMessage: string

  const start = () =>
    startGridload({
      DATA_DIR: directory.path,
      MQTT_URL: broker.url,
      MQTT_MAPPING: join(directory.path, 'mapping.json')
    })

  beforeAll(async () => {
    directory = await tempDir()
    const { mapping, message } = await documentExamples()
    evnMessage = message
    await writeFile(
      join(directory.path, 'mapping.json'),
      JSON.stringify({ ...mapping, mappings: [...mapping.mappings, dlms] })
    )
    broker = await createMosquitto()
    await broker.start()
    gridload = await start()
    outsider = await connectAsync(broker.url)
    commands = []
    outsider.on('message', (topic, payload) => commands.push({ topic, payload }))
    await outsider.subscribeAsync('spBv1.0/+/NCMD/+', { qos: 1 })
  })

  afterAll(async () => {
    await outsider?.endAsync()
    await gridload?.stop()
    await broker?.remove()
    await directory?.remove()
  })

  const publish = (topic: string, payload: string | Uint8Array, qos: 0 | 1 = 1) =>
    outsider.publishAsync(topic, Buffer.from(payload), { qos })

  /** The readings of one source as rows of [time, the fields asked for], once there are so many. */
  async function rows(kind: string, id: string, from: string, fields: string, count: number) {
    const to = new Date(Date.parse(from) + 86_400_000).toISOString()
    const path = `/api/readings/${kind}/${id}?from=${from}&to=${to}&fields=${fields}`
    let found: (string | number | null)[][] = []
    await until(
      async () => {
        const { t: times, columns } = await gridload.get<ReadingColumns>(path)
        found = times.map((t, index) => [
          new Date(t).toISOString(),
          ...fields.split(',').map(field => columns[field]?.[index] ?? null)
        ])
        return found.length >= count
      },
      { what: `${count} readings of ${kind} ${id}` }
    )
    return found
  }

  const deadLetters = () => gridload.get<DeadLettersAnswer>('/api/dead-letters')

  describe('a mapping', () => {
    const from = '2024-11-22T00:00:00.000Z'

    it('fans out meters and intervals, in the zone of the sender, with the stamp at the end', async () => {
      await publish('evn/PC05/DCU3/all/prof', evnMessage)
      expect(await rows('meter', 'PC05A1', from, 'kw,v', 2)).toEqual([
        ['2024-11-22T00:00:00.000Z', 1.001, 230],
        ['2024-11-22T00:30:00.000Z', 1.5, null]
      ])
      expect(await rows('meter', 'PC05A2', from, 'kw,v', 1)).toEqual([['2024-11-22T00:00:00.000Z', 0, null]])
    })

    it('reads OBIS codes, with the scale of the mapping or of the register', async () => {
      const tasmota = {
        Time: '2024-11-22T06:00:00',
        SML: { '1_8_0': 4321.5, '16_7_0': -812.5, '32_7_0': 231.2 }
      }
      await publish('tele/house 7/SENSOR', JSON.stringify(tasmota))
      expect(await rows('meter', 'tasmota-house_7', from, 'kw,kwh,v', 1)).toEqual([
        ['2024-11-22T05:00:00.000Z', -0.8125, 4321.5, 231.2]
      ])
      const push = {
        clock: Date.parse(from) / 1000,
        registers: [
          { ln: '1-0:1.7.0*255', value: 3145, scaler: 2 },
          { ln: '0100200700FF', value: 2305, scaler: -1 },
          { ln: '1.0.3.7.0.255', value: 12, scaler: 3 }
        ]
      }
      await publish('dlms/T-9/push', JSON.stringify(push))
      expect(await rows('transformer', 'T-9', from, 'kw,kvar,v', 1)).toEqual([[from, 314.5, 12, 230.5]])
    })

    it('keeps the good items of a message, and says where the bad one stands', async () => {
      const before = (await deadLetters()).total
      const message = JSON.parse(evnMessage)
      message.meters[0].profile[0].NGAYGIO = '32/11/2024 07:30:00'
      message.meters[0].profile[1].IMPORT_WH = '800'
      await publish('evn/PC05/DCU3/all/prof', JSON.stringify(message))
      await until(async () => (await deadLetters()).total === before + 1, { what: 'the dead letter' })
      const [letter] = (await deadLetters()).newest
      expect(letter).toMatchObject({
        topic: 'evn/PC05/DCU3/all/prof',
        reason: expect.stringContaining('item /meters/0/profile/0: /NGAYGIO')
      })
      await until(async () => (await rows('meter', 'PC05A1', from, 'kw', 2))[1]?.[1] === 1.6, {
        what: 'the good item, which was sent anew'
      })
    })
  })

  describe('CBOR', () => {
    it('is read on the topics of the contract', async () => {
      const ts = '2024-11-22T05:00:00Z'
      await publish(topics.meterReading('cbor-1'), encode({ ts, interval: 1800, kw: 12.5, v: null }))
      const items = [
        { meter: 'cbor-2', ts: Date.parse(ts), kw: 7 },
        { meter: 'cbor-2', ts: new Tagged(1, Date.parse(ts) / 1000 + 60), kw: 8 },
        { meter: 'cbor-2', ts }
      ]
      const before = (await deadLetters()).total
      await publish(topics.concentratorReadings('dcu-1'), encode(items))
      const at = '2024-11-22T05:00:00.000Z'
      expect(await rows('meter', 'cbor-1', at, 'kw,v', 1)).toEqual([[at, 12.5, null]])
      expect(await rows('meter', 'cbor-2', at, 'kw', 2)).toEqual([
        [at, 7],
        ['2024-11-22T05:01:00.000Z', 8]
      ])
      await until(async () => (await deadLetters()).total === before + 1, { what: 'the dead letter' })
      expect((await deadLetters()).newest[0]?.reason).toBe('item 2: kw is missing')
    })
  })

  describe('Sparkplug B', () => {
    const born = Date.parse('2024-11-22T05:00:00Z')
    const at = (minute: number) => born + minute * 60_000
    const shown = (minute: number) => new Date(at(minute)).toISOString()
    const from = shown(0)
    const bdSeq = (value: number): SentMetric => ({ name: 'bdSeq', type: 'Int64', value, timestamp: born })
    const send = (type: string, payload: Buffer) => publish(`spBv1.0/PC North/${type}`, payload, 0)

    const nbirth = (minute: number, bd: number) =>
      encodePayload({
        timestamp: at(minute),
        seq: 0,
        metrics: [
          bdSeq(bd),
          { name: 'Node Control/Rebirth', type: 'Boolean', value: false, timestamp: at(minute) },
          { name: 'Transformers/T1/S', alias: 1, type: 'Float', value: 250.5, timestamp: at(minute) }
        ]
      })
    const dbirth = (minute: number, seq: number) =>
      encodePayload({
        timestamp: at(minute),
        seq,
        metrics: [
          { name: 'Power/Active', alias: 10, type: 'Int64', value: 12_500, timestamp: at(minute) },
          { name: 'Voltage', alias: 11, type: 'Double', value: 230.5, timestamp: at(minute) }
        ]
      })
    /** As an edge node sends after its birth: alias and value alone. */
    const data = (minute: number, seq: number, ...metrics: BareMetric[]) =>
      encodeBare({ timestamp: at(minute), seq, metrics })
    const ndeath = (bd: number) => encodePayload({ timestamp: born, metrics: [bdSeq(bd)] })

    const meter = (count: number) => rows('meter', 'E1-M_1', from, 'kw,v', count)
    const online = async (): Promise<Record<string, boolean | null>> => {
      const { sources } = await gridload.get<SourcesAnswer>('/api/sources')
      const ours = sources.filter(({ id }) => id.startsWith('E1-'))
      return Object.fromEntries(ours.map(({ id, online: isOnline }) => [id, isOnline]))
    }
    const gaps = async () => {
      const metrics = await (await gridload.fetch('/api/metrics')).text()
      return Number(/gridload_dropped_total\{what="sparkplugGaps"\} (\d+)/.exec(metrics)?.[1])
    }

    it('births are readings, and set their devices online', async () => {
      await send('NBIRTH/E1', nbirth(0, 7))
      await send('DBIRTH/E1/M 1', dbirth(0, 1))
      expect(await rows('transformer', 'E1-T1', from, 'kva', 1)).toEqual([[from, 250.5]])
      expect(await meter(1)).toEqual([[from, 12.5, 230.5]])
      await until(async () => (await online())['E1-M_1'] === true, { what: 'the device online' })
      expect(await online()).toEqual({ 'E1-T1': true, 'E1-M_1': true })
    })

    it('data name their metrics by alias, and what they lack is as it was', async () => {
      await send('DDATA/E1/M 1', data(1, 2, { alias: 10, longValue: 13_000 }))
      await send('DDATA/E1/M 1', data(2, 3, { alias: 11, doubleValue: 229 }))
      await send('NDATA/E1', data(2, 4, { alias: 1, floatValue: 260 }))
      expect(await meter(3)).toEqual([
        [from, 12.5, 230.5],
        [shown(1), 13, null],
        [shown(2), 13, 229]
      ])
      expect(await rows('transformer', 'E1-T1', from, 'kva', 2)).toEqual([
        [from, 250.5],
        [shown(2), 260]
      ])
      expect(commands).toEqual([])
    })

    it('a gap in the sequence asks the node for a rebirth, and its data are kept', async () => {
      await send('DDATA/E1/M 1', data(3, 9, { alias: 10, longValue: 14_000 }))
      await until(() => commands.length > 0, { what: 'the command' })
      const [command] = commands
      expect(command?.topic).toBe('spBv1.0/PC North/NCMD/E1')
      expect(decodePayload(command?.payload ?? Buffer.alloc(0))?.metrics).toMatchObject([
        { name: 'Node Control/Rebirth', type: 'Boolean', value: true }
      ])
      expect((await meter(4))[3]).toEqual([shown(3), 14, null])
      await until(async () => (await gaps()) === 1, { what: 'the gap counted' })

      // The node obeys.
      await send('NBIRTH/E1', nbirth(4, 7))
      await send('DBIRTH/E1/M 1', dbirth(4, 1))
      await send('DDATA/E1/M 1', data(5, 2, { alias: 10, longValue: 15_000 }))
      expect((await meter(6))[5]).toEqual([shown(5), 15, null])
      expect([commands.length, await gaps()]).toEqual([1, 1])
    })

    it('the death of the node, which its broker tells, is that of all its devices', async () => {
      const node = await connectAsync(broker.url, {
        will: { topic: 'spBv1.0/PC North/NDEATH/E1', payload: ndeath(7), qos: 1, retain: false }
      })
      node.stream.destroy()
      await node.endAsync(true)
      await until(async () => (await online())['E1-M_1'] === false, { what: 'the device offline' })
      expect(await online()).toEqual({ 'E1-T1': false, 'E1-M_1': false })
    })

    it('aliases are known again after a restart, and the births are asked for', async () => {
      await send('NBIRTH/E1', nbirth(6, 8))
      await send('DBIRTH/E1/M 1', dbirth(6, 1))
      await meter(7)
      expect(await gridload.stop()).toBe(0)
      gridload = await start()
      commands = []
      await send('DDATA/E1/M 1', data(7, 2, { alias: 10, longValue: 16_000 }))
      expect((await meter(8))[7]).toEqual([shown(7), 16, null])
      await until(() => commands.length === 1, { what: 'the command' })
    })
  })
})

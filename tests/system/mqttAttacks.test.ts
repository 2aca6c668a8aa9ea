import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { MadeCredential } from '../../server/contract/administration.ts'
import type { IngestState, SourcesAnswer } from '../../server/contract/sources.ts'
import { topics } from '../../server/contract/topics.ts'
import { type Gridload, startGridload } from '../helpers/gridload.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { until } from '../helpers/until.ts'

let directory: Awaited<ReturnType<typeof tempDir>>
let gridload: Gridload
/** Of the devices meter/M-1 and meter/M-2. */
const secrets = new Map<string, string>()
const open: MqttClient[] = []

beforeAll(async () => {
  directory = await tempDir()
  gridload = await startGridload({ DATA_DIR: directory.path, MQTT_ANONYMOUS: 'false' })
  for (const id of ['M-1', 'M-2']) {
    const order = { kind: 'meter', id }
    const { secret } = await gridload.post<MadeCredential>('/api/device-credentials', order)
    secrets.set(id, secret)
  }
})
afterEach(() => {
  for (const client of open.splice(0)) client.end(true)
})
afterAll(async () => {
  await gridload?.stop()
  await directory?.remove()
})

async function connect(options: IClientOptions): Promise<MqttClient> {
  const client = await connectAsync(gridload.broker, { protocolVersion: 4, reconnectPeriod: 0, ...options })
  client.on('error', () => {})
  open.push(client)
  return client
}
const asDevice = (id: string, options: IClientOptions = {}) =>
  connect({
    clientId: `meter/${id}`,
    username: `meter/${id}`,
    password: secrets.get(id) ?? '',
    ...options
  })

/** As the data page shows it. */
const refused = async () => (await gridload.get<IngestState>('/api/ingest')).broker.refused
/** That a refusal of this sort is counted; the page may be a moment old. */
const counted = async (reason: 'credential' | 'client-id' | 'publish' | 'subscribe', before: number) =>
  until(async () => ((await refused())?.[reason] ?? 0) > before, { what: `${reason} counted` })
const reading = JSON.stringify({ ts: Date.now(), kw: 666 })

describe('who comes', () => {
  it.each<[string, IClientOptions, RegExp]>([
    ['without a name', { clientId: 'x', username: '', password: '' }, /not authorized|user ?name|password/i],
    ['with a wrong secret', { password: 'guessed' }, /not authorized|password/i],
    [
      'with another device’s secret',
      { username: 'meter/M-2', clientId: 'meter/M-2' },
      /not authorized|password/i
    ],
    [
      'under a name that nobody gave',
      { username: 'meter/M-9', clientId: 'meter/M-9' },
      /not authorized|password/i
    ]
  ])('%s: is refused, and counted', async (_how, options, words) => {
    const before = (await refused())?.credential ?? 0
    await expect(asDevice('M-1', options)).rejects.toThrow(words)
    await counted('credential', before)
  })

  it.each(['meter/M-2', 'meter/M-10', 'gridload'])(
    'with the client id “%s” of somebody else: is refused',
    async clientId => {
      const victim = await asDevice('M-2')
      const before = (await refused())?.['client-id'] ?? 0
      await expect(asDevice('M-1', { clientId, clean: true })).rejects.toThrow(
        /identifier rejected|not authorized/i
      )
      await counted('client-id', before)
      // And whose name it was stays connected.
      await victim.publishAsync(topics.meterReading('M-2'), JSON.stringify({ ts: Date.now(), kw: 1 }), {
        qos: 1
      })
      expect(victim.connected).toBe(true)
    }
  )
})

describe('what a device publishes', () => {
  it.each([
    topics.meterReading('M-2'),
    topics.meterReading('M-1/../M-2'),
    topics.answer('c1'),
    topics.notice('c1', 'CE-1'),
    'anything/else'
  ])('to %s: the connection is closed, nothing arrives, and it is counted', async topic => {
    const startedAt = Date.now()
    const before = (await refused())?.publish ?? 0
    const client = await asDevice('M-1')
    const closed = new Promise<void>(done => client.once('close', done))
    client.publish(topic, reading, { qos: 1 })
    await closed
    await counted('publish', before)
    const { sources } = await gridload.get<SourcesAnswer>('/api/sources?search=M-2')
    expect(sources.filter(({ arrivedAt }) => arrivedAt !== null && arrivedAt >= startedAt)).toEqual([])
  })

  it('in the name of the broker itself: the connection is closed', async () => {
    const client = await asDevice('M-1')
    const closed = new Promise<void>(done => client.once('close', done))
    client.publish('$SYS/broker/uptime', reading, { qos: 1 })
    await closed
  })

  it('its own reading arrives', async () => {
    const client = await asDevice('M-1')
    await client.publishAsync(topics.meterReading('M-1'), JSON.stringify({ ts: Date.now(), kw: 5 }), {
      qos: 1
    })
    const { sources } = await gridload.get<SourcesAnswer>('/api/sources?search=M-1')
    expect(sources).toMatchObject([{ kind: 'meter', id: 'M-1' }])
  })

  it('as a last will for somebody else: is not published', async () => {
    const before = (await refused())?.publish ?? 0
    await asDevice('M-1', {
      will: { topic: topics.meterReading('M-2'), payload: Buffer.from(reading), qos: 1, retain: false }
    }).then(
      client => client.stream.destroy(),
      () => undefined
    )
    await counted('publish', before)
  })
})

describe('what a device follows', () => {
  it.each([
    '#',
    'm/#',
    '+/#',
    '$SYS/#',
    'gridload/#',
    'gridload/v1/meter/#',
    topics.meterReading('+'),
    topics.meterReading('M-2'),
    topics.notice('+', '+'),
    topics.notice('c1', '+'),
    '$share/group/gridload/v1/meter/+/reading'
  ])('%s is not granted, and it is counted', async filter => {
    const before = (await refused())?.subscribe ?? 0
    const client = await asDevice('M-1')
    const granted = await new Promise(done =>
      client.subscribe(filter, { qos: 1 }, (error, grants) => done(error ? 128 : grants?.[0]?.qos))
    )
    expect(granted).toBe(128)
    await counted('subscribe', before)
  })
})

it('a credential that is revoked ends the connection, and opens none', async () => {
  const client = await asDevice('M-2')
  const closed = new Promise<void>(done => client.once('close', done))
  await gridload.post('/api/device-credentials/meter/M-2/revoke', {})
  await closed
  await expect(asDevice('M-2')).rejects.toThrow(/not authorized|password/i)
})

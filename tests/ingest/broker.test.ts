import { connect as connectSocket, createServer } from 'node:net'
import { connect, connectAsync, type IClientOptions, type MqttClient } from 'mqtt'
import mqtt from 'mqtt-packet'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { subscriptionFilters, topics } from '../../server/contract/topics.ts'
import type { Broker } from '../../server/ingest/broker.ts'
import { createIntake } from '../../server/ingest/intake.ts'
import { openDeadLetters } from '../../server/log/deadLetters.ts'
import { openIngestLog } from '../../server/log/ingestLog.ts'
import { decodeReadings } from '../../server/log/lines.ts'
import { LogPositions } from '../../server/log/logPositions.ts'
import { openLogReader } from '../../server/log/logReader.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { until } from '../helpers/until.ts'
import { faultyDisk } from '../log/faultyFile.ts'
import { recordingIntake } from './recordingIntake.ts'
import { asIdentity, startTestBroker } from './testBroker.ts'

const reading = topics.meterReading('M1')
let recording: ReturnType<typeof recordingIntake>
let broker: Broker
let clients: MqttClient[]
let cleanUp: (() => Promise<void>)[]

beforeEach(async () => {
  recording = recordingIntake()
  clients = []
  cleanUp = []
  broker = await start()
})

afterEach(async () => {
  recording.release()
  for (const client of clients) await client.endAsync(true)
  for (const step of cleanUp.reverse()) await step()
})

async function start(intake = recording.intake): Promise<Broker> {
  const started = await startTestBroker({ intake })
  cleanUp.push(() => started.stop())
  return started
}

/** One that may do whatever the contract knows. */
const client = (options: IClientOptions = {}, at = broker): Promise<MqttClient> =>
  stranger(asIdentity('service/test', options), at)

/** One without a credential, unless the options say so. */
async function stranger(options: IClientOptions = {}, at = broker): Promise<MqttClient> {
  const connected = await connectAsync(at.state().address, { reconnectPeriod: 0, ...options })
  connected.on('error', () => undefined)
  clients.push(connected)
  return connected
}

/** Every message a client receives, as `topic payload`. */
function inbox(of: MqttClient): string[] {
  const received: string[] = []
  of.on('message', (topic, payload, { retain }) =>
    received.push(`${topic} ${payload.toString()}${retain ? ' (retained)' : ''}`)
  )
  return received
}

/** A client that went through the broker after everything before it: what had to come has come. */
async function roundTrip(of: MqttClient): Promise<void> {
  await of.subscribeAsync(topics.meterReading(`round-trip-${of.options.clientId?.replaceAll('/', '-')}`))
}

describe('acknowledging', () => {
  it('waits until the message is durable', async () => {
    const device = await client()
    recording.hold()
    let acknowledged = false
    const published = device.publishAsync(reading, 'a', { qos: 1 }).then(() => {
      acknowledged = true
    })
    await until(() => recording.accepted.length === 1, { what: 'the message to arrive' })
    const other = await client()
    await roundTrip(other)
    expect(acknowledged).toBe(false)
    recording.release()
    await published
    expect(recording.accepted).toEqual([{ topic: reading, payload: 'a' }])
  })

  it('leaves in the order of arrival', async () => {
    const device = await client()
    recording.hold()
    const acknowledged: number[] = []
    for (const index of [0, 1, 2])
      device.publish(reading, String(index), { qos: 1 }, () => acknowledged.push(index))
    await until(() => recording.accepted.length === 3, { what: 'the messages to arrive' })
    recording.release(2)
    recording.release(1)
    await roundTrip(await client())
    expect(acknowledged).toEqual([])
    recording.release(0)
    await until(() => acknowledged.length === 3, { what: 'the acknowledgements' })
    expect(acknowledged).toEqual([0, 1, 2])
  })

  it('does not happen when the message cannot be made durable: the publisher is disconnected', async () => {
    const device = await client()
    recording.hold()
    let acknowledged = false
    device.publish(reading, 'a', { qos: 1 }, error => {
      acknowledged = !error
    })
    await until(() => recording.accepted.length === 1, { what: 'the message to arrive' })
    recording.release(0, new Error('EIO'))
    await until(() => !device.connected, { what: 'the disconnection' })
    expect(acknowledged).toBe(false)
  })

  it('takes QoS 0 and QoS 2 the same way, each once', async () => {
    const device = await client()
    await device.publishAsync(reading, 'zero', { qos: 0 })
    await device.publishAsync(reading, 'two', { qos: 2 })
    expect(recording.accepted.map(({ payload }) => payload)).toEqual(['zero', 'two'])
  })

  it('refuses $SYS topics', async () => {
    const device = await client()
    device.publish('$SYS/x', 'a', { qos: 1 })
    await until(() => !device.connected, { what: 'the disconnection' })
    expect(recording.accepted).toEqual([])
  })
})

describe('with the real log', () => {
  async function real() {
    const directory = await tempDir()
    const disk = faultyDisk()
    const positions = new LogPositions({ names: [] })
    const { openFile } = disk
    const log = await openIngestLog(`${directory.path}/log`, { positions, now: Date.now, openFile })
    const reader = openLogReader(`${directory.path}/log`, positions)
    const deadLetters = await openDeadLetters(`${directory.path}/dead`)
    cleanUp.push(async () => {
      await reader.stop()
      await log.stop()
      await deadLetters.stop()
      await directory.remove()
    })
    const intake = createIntake({ log, deadLetters, now: Date.now, onStatus: () => undefined })
    const readings = async () => {
      const frames = await reader.read({ segment: 0, offset: 0 }, 10_000)
      return frames.flatMap(({ body }) => decodeReadings(body)).map(({ values }) => values)
    }
    return { readings, disk, deadLetters, broker: await start(intake) }
  }

  it('acknowledges only after fdatasync', async () => {
    const { readings, disk, broker: durable } = await real()
    const device = await client({}, durable)
    const sync = Promise.withResolvers<void>()
    disk.hold.datasync = sync.promise
    let acknowledged = false
    const published = device
      .publishAsync(reading, JSON.stringify({ ts: Date.now(), kw: 5 }), { qos: 1 })
      .then(() => {
        acknowledged = true
      })
    await until(() => disk.syncs() === 1, { what: 'the sync to begin' })
    await roundTrip(await client({}, durable))
    expect(acknowledged).toBe(false)
    disk.hold.datasync = null
    sync.resolve()
    await published
    expect(await readings()).toEqual([{ kw: 5 }])
  })

  it('acknowledges bad messages too, keeps them as dead letters, and goes on', async () => {
    const { readings, deadLetters, broker: durable } = await real()
    const device = await stranger({}, durable)
    const ts = Date.now()
    await Promise.all([
      device.publishAsync(reading, JSON.stringify({ ts, kw: 1 }), { qos: 1 }),
      device.publishAsync(reading, 'kw=5', { qos: 1 }),
      device.publishAsync('other/topic', 'x', { qos: 1, retain: true }),
      device.publishAsync(reading, JSON.stringify([{ ts, kw: 2 }, { kw: 3 }]), { qos: 1 }),
      device.publishAsync(reading, JSON.stringify({ ts, kw: 4 }), { qos: 1 })
    ])
    expect((await deadLetters.newest(10)).map(({ topic, reason }) => `${topic}: ${reason}`)).toEqual([
      `${reading}: item 1: ts is missing`,
      'other/topic: topic is not in the contract',
      expect.stringContaining(`${reading}: payload is not JSON`)
    ])
    expect(deadLetters.total).toBe(3)
    expect((await readings()).map(({ kw }) => kw).sort()).toEqual([1, 2, 4])
  })
})

describe('forwarding', () => {
  it('brings readings to who subscribed, QoS 2 included', async () => {
    const listener = await client()
    const received = inbox(listener)
    const [granted] = await listener.subscribeAsync('gridload/v1/meter/+/reading', { qos: 2 })
    expect(granted?.qos).toBe(2)
    const device = await client()
    await device.publishAsync(reading, 'two', { qos: 2 })
    await device.publishAsync(reading, 'one', { qos: 1 })
    await until(() => received.length === 2, { what: 'the readings' })
    expect(received.sort()).toEqual([`${reading} one`, `${reading} two`])
  })

  it('keeps notices retained, for those who come later, until they are cleared', async () => {
    const topic = topics.notice('ACME', 'E1')
    await broker.publish(topic, '{"event":"E1"}', { retain: true })
    const early = await client()
    const seen = inbox(early)
    await early.subscribeAsync('gridload/v1/notice/ACME/+', { qos: 1 })
    await until(() => seen.length === 1, { what: 'the notice' })
    expect(seen).toEqual([`${topic} {"event":"E1"} (retained)`])
    await broker.publish(topic, '', { retain: true })
    await until(() => seen.length === 2, { what: 'the clearing' })
    const late = await client()
    const nothing = inbox(late)
    await late.subscribeAsync('gridload/v1/notice/ACME/+', { qos: 1 })
    await roundTrip(late)
    expect(nothing).toEqual([])
    expect(recording.accepted).toEqual([])
  })

  it('brings nobody a notice that a device has made up, now or later', async () => {
    const victim = await client()
    const received = inbox(victim)
    await victim.subscribeAsync('gridload/v1/notice/ACME/+', { qos: 1 })
    const device = await stranger()
    await device.publishAsync(topics.notice('ACME', 'E1'), 'act!', { qos: 1, retain: true })
    await broker.publish(topics.notice('ACME', 'E2'), 'real', { retain: true })
    await until(() => received.length > 0, { what: 'the real notice' })
    expect(received).toEqual([`${topics.notice('ACME', 'E2')} real`])
    expect(recording.rejected).toEqual(['without a credential nobody may publish to this topic'])
    expect(recording.accepted).toEqual([])
    const late = await client()
    const retained = inbox(late)
    await late.subscribeAsync('gridload/v1/notice/+/+', { qos: 1 })
    await until(() => retained.length > 0, { what: 'the retained notice' })
    expect(retained).toEqual([`${topics.notice('ACME', 'E2')} real (retained)`])
  })

  it('brings an edge node of Sparkplug its commands, and lets it publish what the mapping names', async () => {
    const further = { publish: ['spBv1.0/G/NDATA/+'], subscribe: ['spBv1.0/G/NCMD/+/#'] }
    const mapped = await startTestBroker({ intake: recording.intake, further })
    cleanUp.push(() => mapped.stop())
    for (const edge of [await client({}, mapped), await stranger({}, mapped)]) {
      const received = inbox(edge)
      await edge.subscribeAsync('spBv1.0/G/NCMD/E1/#', { qos: 1 })
      await mapped.publish('spBv1.0/G/NCMD/E1', 'rebirth', { retain: false })
      await until(() => received.length === 1, { what: 'the command' })
      await edge.publishAsync('spBv1.0/G/NDATA/E1', 'data', { qos: 1 })
      await expect(edge.subscribeAsync('spBv1.0/G/NDATA/+')).rejects.toThrow()
    }
    expect(recording.accepted.map(({ payload }) => payload)).toEqual(['data', 'data'])
  })

  it('keeps a device status retained, but no reading', async () => {
    const device = await client()
    await device.publishAsync(topics.status('M1'), '{"online":true}', { qos: 1, retain: true })
    await device.publishAsync(reading, '{}', { qos: 1, retain: true })
    const listener = await client()
    const received = inbox(listener)
    await listener.subscribeAsync(subscriptionFilters as string[], { qos: 1 })
    await until(() => received.length > 0, { what: 'the status' })
    expect(received).toEqual([`${topics.status('M1')} {"online":true} (retained)`])
  })

  it('refuses to show its inside', async () => {
    const listener = await client()
    await expect(listener.subscribeAsync('$SYS/#')).rejects.toThrow()
  })

  it('bounds what waits for a subscriber that is away', async () => {
    const absent = await client({ clientId: 'service/test/absent', clean: false })
    await absent.subscribeAsync('gridload/v1/meter/+/reading', { qos: 1 })
    await absent.endAsync()
    const device = await client()
    await Promise.all(
      Array.from({ length: 1200 }, (_, index) => device.publishAsync(reading, String(index), { qos: 1 }))
    )
    const back = connect(
      broker.state().address,
      asIdentity('service/test', { clientId: 'service/test/absent', clean: false, reconnectPeriod: 0 })
    )
    clients.push(back)
    const received = inbox(back)
    await until(() => received.length === 1000, { what: 'what was kept' })
    await device.publishAsync(reading, 'new', { qos: 1 })
    await until(() => received.includes(`${reading} new`), { what: 'a new reading' })
    expect(received).toHaveLength(1001)
  })
})

describe('last wills', () => {
  const will = {
    topic: topics.status('M1'),
    payload: Buffer.from('{"online":false}'),
    qos: 1 as const,
    retain: true
  }

  it('are taken when a client is lost', async () => {
    const device = await client({ will })
    device.stream.destroy()
    await until(() => recording.accepted.length === 1, { what: 'the will' })
    expect(recording.accepted).toEqual([{ topic: topics.status('M1'), payload: '{"online":false}' }])
  })

  it('say nothing when it is the broker that leaves', async () => {
    const device = await client({ will })
    await broker.stop()
    await until(() => !device.connected, { what: 'the disconnection' })
    expect(recording.accepted).toEqual([])
  })
})

describe('bad company', () => {
  async function sendRaw(bytes: Buffer): Promise<void> {
    const socket = connectSocket(Number(new URL(broker.state().address).port), '127.0.0.1')
    socket.on('error', () => undefined)
    socket.resume().write(bytes)
    await new Promise(resolve => socket.once('close', resolve))
  }
  const connectPacket = (protocolVersion: 4 | 5) =>
    mqtt.generate({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion,
      clientId: 'x',
      clean: true,
      keepalive: 0
    })

  it.each([
    ['bytes that are not MQTT', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['a publish before CONNECT', Buffer.from([0x30, 0x03, 0x00, 0x01, 0x61])],
    ['a client of MQTT 5', connectPacket(5)],
    ['a wildcard as a topic', Buffer.concat([connectPacket(4), Buffer.from([0x30, 0x03, 0x00, 0x01, 0x23])])],
    ['a length without end', Buffer.concat([connectPacket(4), Buffer.alloc(20, 0xff)])]
  ])('is shown the door, and disturbs nobody: %s', async (_what, bytes) => {
    const device = await client()
    await sendRaw(bytes)
    await device.publishAsync(reading, 'a', { qos: 1 })
    expect(recording.accepted).toEqual([{ topic: reading, payload: 'a' }])
  })
})

describe('the port', () => {
  it('is refused with the error of the system when it is taken', async () => {
    const port = Number(new URL(broker.state().address).port)
    const listener = { host: '127.0.0.1', port, anonymous: true }
    const second = startTestBroker({ intake: recording.intake, listeners: [listener] })
    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE', listener })
  })

  it('is free again after stop, whoever was connected', async () => {
    await client()
    const port = Number(new URL(broker.state().address).port)
    const silent = connectSocket(port, '127.0.0.1')
    await new Promise(resolve => silent.once('connect', resolve))
    await broker.stop()
    const server = createServer()
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', resolve)
    })
    await new Promise(resolve => server.close(resolve))
    silent.destroy()
  })

  it('acknowledges a message longer than anyone needs, as a dead letter, in its turn', async () => {
    const device = await client()
    recording.hold()
    const acknowledged: string[] = []
    const send = (what: string, payload: string | Buffer, qos: 1 | 2 = 1) =>
      device.publishAsync(reading, payload, { qos }).then(() => acknowledged.push(what))
    const sent = [
      send('before', 'a'),
      send('long', Buffer.alloc(9 * 1024 * 1024)),
      send('long at QoS 2', Buffer.alloc(9 * 1024 * 1024), 2),
      send('after', 'b')
    ]
    await until(() => recording.rejected.length === 2 && recording.accepted.length === 2, {
      what: 'the messages'
    })
    expect(recording.rejected[0]).toMatch(/^a message of 94372\d\d bytes: only its beginning was kept$/)
    expect(recording.accepted.map(({ payload }) => payload)).toEqual(['a', 'b'])
    recording.release(0)
    await until(() => acknowledged.length === 1, { what: 'the first acknowledgement' })
    recording.release()
    await Promise.all(sent)
    expect(acknowledged.filter(what => !what.includes('QoS 2'))).toEqual(['before', 'long', 'after'])
  })

  it('brings nobody what it has cut', async () => {
    const listener = await client()
    const received = inbox(listener)
    await listener.subscribeAsync(subscriptionFilters as string[], { qos: 1 })
    const device = await client()
    await device.publishAsync(topics.status('M1'), Buffer.alloc(9 * 1024 * 1024), { qos: 1, retain: true })
    await device.publishAsync(reading, 'a', { qos: 1 })
    await until(() => received.length > 0, { what: 'the reading' })
    expect(received).toEqual([`${reading} a`])
  })
})

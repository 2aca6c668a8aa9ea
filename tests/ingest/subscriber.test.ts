import type { Packet } from 'mqtt-packet'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startBroker } from '../../server/ingest/broker.ts'
import { type Subscriber, type SubscriberOptions, startSubscriber } from '../../server/ingest/subscriber.ts'
import { freePort } from '../helpers/mosquitto.ts'
import { until } from '../helpers/until.ts'
import { type Mqtt5Peer, startMqtt5Peer } from './mqtt5Peer.ts'
import { recordingIntake } from './recordingIntake.ts'

let recording: ReturnType<typeof recordingIntake>
let stops: (() => Promise<void>)[]

beforeEach(() => {
  recording = recordingIntake()
  stops = []
})

afterEach(async () => {
  recording.release()
  for (const stop of stops.reverse()) await stop()
})

async function peer(options: Parameters<typeof startMqtt5Peer>[0] = {}): Promise<Mqtt5Peer> {
  const started = await startMqtt5Peer(options)
  stops.push(() => started.stop())
  return started
}

async function subscribe(url: string, options: Partial<SubscriberOptions> = {}): Promise<Subscriber> {
  const subscriber = await startSubscriber({
    intake: recording.intake,
    url,
    clientId: 'gridload',
    random: () => 0,
    warn: () => undefined,
    filters: ['t'],
    ...options
  })
  stops.push(() => subscriber.stop())
  return subscriber
}

const isSubscribed = (subscriber: Subscriber) => () => subscriber.state().state === 'subscribed'
const acksIn = (packets: Packet[]) =>
  packets.filter(({ cmd }) => cmd === 'puback').map(({ messageId }) => messageId)

/** The peer has read everything that was sent before: a ping went round. */
async function roundTrip({ received }: Mqtt5Peer): Promise<void> {
  const pings = () => received.filter(({ cmd }) => cmd === 'pingreq').length
  const before = pings()
  await until(() => pings() > before, { what: 'a ping' })
}

describe('acknowledging', () => {
  it('is late and in the order of arrival', async () => {
    const broker = await peer()
    await until(isSubscribed(await subscribe(broker.url, { keepaliveS: 1 })), { what: 'the subscription' })
    recording.hold()
    for (const [index, packetId] of [7, 8, 9].entries()) broker.publish(packetId, `m${index}`)
    await until(() => recording.accepted.length === 3, { what: 'the messages' })
    recording.release(2)
    recording.release(1)
    await roundTrip(broker)
    expect(acksIn(broker.received)).toEqual([])
    recording.release(0)
    await until(() => acksIn(broker.received).length === 3, { what: 'the acknowledgements' })
    expect(acksIn(broker.received)).toEqual([7, 8, 9])
  })

  it('never answers over a later connection', async () => {
    const broker = await peer()
    const subscriber = await subscribe(broker.url, { keepaliveS: 1 })
    await until(isSubscribed(subscriber), { what: 'the subscription' })
    recording.hold()
    broker.publish(1, 'old')
    await until(() => recording.accepted.length === 1, { what: 'the message' })
    broker.drop()
    await until(() => broker.connections() === 2 && isSubscribed(subscriber)(), { what: 'the reconnection' })
    broker.publish(1, 'new')
    await until(() => recording.accepted.length === 2, { what: 'the new message' })
    recording.release(0)
    await roundTrip(broker)
    expect(acksIn(broker.received)).toEqual([])
    recording.release(1)
    await until(() => acksIn(broker.received).length === 1, { what: 'the acknowledgement' })
  })

  it('does not happen when a message cannot be made durable: the connection ends instead', async () => {
    const broker = await peer()
    const subscriber = await subscribe(broker.url)
    await until(isSubscribed(subscriber), { what: 'the subscription' })
    recording.hold()
    broker.publish(1, 'a')
    await until(() => recording.accepted.length === 1, { what: 'the message' })
    recording.release(0, new Error('EIO'))
    await until(() => subscriber.state().state === 'connecting', { what: 'the end' })
    expect(subscriber.state().detail).toContain('cannot make messages durable: EIO')
    expect(acksIn(broker.received)).toEqual([])
  })

  it('asks for no answer to QoS 0', async () => {
    const broker = await peer()
    await until(isSubscribed(await subscribe(broker.url, { keepaliveS: 1 })), { what: 'the subscription' })
    broker.send({ cmd: 'publish', topic: 't', payload: 'zero', qos: 0, dup: false, retain: false })
    await until(() => recording.accepted.length === 1, { what: 'the message' })
    await roundTrip(broker)
    expect(acksIn(broker.received)).toEqual([])
  })
})

describe('memory', () => {
  it('is bounded: reading pauses while too much is not durable, and goes on by itself', async () => {
    const broker = await peer()
    const subscriber = await subscribe(broker.url, { maxUnackedBytes: 100_000 })
    await until(isSubscribed(subscriber), { what: 'the subscription' })
    recording.hold()
    const payload = 'x'.repeat(10_000)
    for (let packetId = 1; packetId <= 1000; packetId++) broker.publish(packetId, payload)
    await until(() => recording.accepted.length > 10, { what: 'the first messages' })
    for (let turn = 0; turn < 200; turn++) await new Promise(resolve => setImmediate(resolve))
    // One chunk from the network may already have been on its way.
    expect(recording.accepted.length).toBeLessThan(25)
    recording.release()
    await until(() => acksIn(broker.received).length === 1000, { what: 'all acknowledgements' })
  })
})

describe('state', () => {
  it('names the broker, without the password', async () => {
    const broker = await peer()
    const url = broker.url.replace('//', '//me:sec%40ret@')
    const subscriber = await subscribe(url)
    await until(isSubscribed(subscriber), { what: 'the subscription' })
    expect(subscriber.state()).toEqual({
      kind: 'external',
      address: broker.url,
      state: 'subscribed',
      detail: null
    })
    expect(broker.received[0]).toMatchObject({
      cmd: 'connect',
      protocolVersion: 5,
      clean: false,
      clientId: 'gridload',
      username: 'me',
      password: Buffer.from('sec@ret'),
      properties: { sessionExpiryInterval: 604_800, receiveMaximum: 1000 }
    })
  })

  it('asks for retained messages once a run, not after every loss', async () => {
    const broker = await peer()
    const subscriber = await subscribe(broker.url)
    await until(isSubscribed(subscriber), { what: 'the subscription' })
    broker.drop()
    await until(() => broker.connections() === 2 && isSubscribed(subscriber)(), { what: 'the reconnection' })
    const handling = broker.received.flatMap(packet =>
      packet.cmd === 'subscribe' ? packet.subscriptions.map(({ rh }) => rh) : []
    )
    expect(handling).toEqual([0, 1])
  })

  it('is not subscribed while one filter is refused, and says which and why', async () => {
    const broker = await peer({ granted: filters => filters.map(filter => (filter === 'b' ? 0x87 : 1)) })
    const subscriber = await subscribe(broker.url, { filters: ['a', 'b', 'c'] })
    await until(() => subscriber.state().detail !== null, { what: 'the refusal' })
    expect(subscriber.state()).toMatchObject({
      state: 'connecting',
      detail: 'b refused: not authorized (0x87)'
    })
  })

  it('says why a broker refuses the connection', async () => {
    const broker = await peer({ connackCode: 0x86 })
    const subscriber = await subscribe(broker.url)
    await until(() => subscriber.state().detail !== null, { what: 'the refusal' })
    expect(subscriber.state().detail).toMatch(
      /^the broker refused the connection: bad user name or password \(0x86\); next attempt within 1 s$/
    )
  })

  it('says that a broker does not speak MQTT 5', async () => {
    const old = await startBroker({
      intake: recording.intake,
      host: '127.0.0.1',
      port: 0,
      warn: () => undefined
    })
    stops.push(() => old.stop())
    const subscriber = await subscribe(old.state().address)
    await until(() => subscriber.state().detail !== null, { what: 'the refusal' })
    expect(subscriber.state().detail).toContain('MQTT 5')
  })

  it('says that nobody listens, and connects once somebody does', async () => {
    const port = await freePort()
    const subscriber = await subscribe(`mqtt://127.0.0.1:${port}`)
    await until(() => subscriber.state().detail !== null, { what: 'the refusal' })
    expect(subscriber.state().detail).toContain('ECONNREFUSED')
    expect(subscriber.state().state).toBe('connecting')
    await peer({ port })
    await until(isSubscribed(subscriber), { what: 'the subscription' })
    expect(subscriber.state().detail).toBeNull()
  })
})

it('takes leave on stop: what is durable is acknowledged first', async () => {
  const broker = await peer()
  const subscriber = await subscribe(broker.url)
  await until(isSubscribed(subscriber), { what: 'the subscription' })
  recording.hold()
  broker.publish(5, 'a')
  await until(() => recording.accepted.length === 1, { what: 'the message' })
  const stopped = subscriber.stop()
  recording.release()
  await stopped
  await until(() => broker.received.at(-1)?.cmd === 'disconnect', { what: 'the leave' })
  expect(broker.received.slice(-2).map(({ cmd }) => cmd)).toEqual(['puback', 'disconnect'])
})

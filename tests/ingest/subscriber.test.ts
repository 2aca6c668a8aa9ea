import mqtt, { type Packet } from 'mqtt-packet'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Subscriber, type SubscriberOptions, startSubscriber } from '../../server/ingest/subscriber.ts'
import { freePort } from '../helpers/mosquitto.ts'
import { until } from '../helpers/until.ts'
import { type MqttPeer, type MqttPeerOptions, startMqttPeer } from './mqttPeer.ts'
import { type RecordingIntake, recordingIntake } from './recordingIntake.ts'
import { startTestBroker } from './testBroker.ts'

let recording: RecordingIntake
let stops: (() => Promise<void>)[]

beforeEach(() => {
  recording = recordingIntake()
  stops = []
})

afterEach(async () => {
  recording.release()
  for (const stop of stops.reverse()) await stop()
})

async function peer(options: MqttPeerOptions = {}): Promise<MqttPeer> {
  const started = await startMqttPeer(options)
  stops.push(() => started.stop())
  return started
}

function subscribe(url: string, options: Partial<SubscriberOptions> = {}): Subscriber {
  const subscriber = startSubscriber({
    intake: recording.intake,
    url,
    clientId: 'gridload',
    random: () => 0.5,
    warn: () => undefined,
    filters: ['t'],
    ...options
  })
  stops.push(() => subscriber.stop())
  return subscriber
}

const isSubscribed = (subscriber: Subscriber) => () => subscriber.state().state === 'subscribed'
async function subscribed(url: string, options: Partial<SubscriberOptions> = {}): Promise<Subscriber> {
  const subscriber = subscribe(url, options)
  await until(isSubscribed(subscriber), { what: 'the subscription' })
  return subscriber
}

const acksIn = (packets: Packet[]) =>
  packets.filter(({ cmd }) => cmd === 'puback').map(({ messageId }) => messageId)
const connectsIn = (packets: Packet[]) =>
  packets.flatMap(packet => (packet.cmd === 'connect' ? [packet] : []))
const messages = (count: number) => until(() => recording.accepted.length === count, { what: 'the messages' })

/** The peer has read everything that was sent before: a ping went round. */
async function roundTrip({ received }: MqttPeer): Promise<void> {
  const pings = () => received.filter(({ cmd }) => cmd === 'pingreq').length
  const before = pings()
  await until(() => pings() > before, { what: 'a ping' })
}

describe('acknowledging', () => {
  it('is late, by group, in the order of arrival', async () => {
    const broker = await peer()
    await subscribed(broker.url, { keepaliveS: 1 })
    recording.hold()
    broker.publish(7, 'a')
    await messages(1)
    const first = recording.seal()
    for (const packetId of [9, 8]) broker.publish(packetId, 'b')
    await messages(3)
    const second = recording.seal()
    await roundTrip(broker)
    expect(acksIn(broker.received)).toEqual([])
    recording.commit(first)
    await until(() => acksIn(broker.received).length === 1, { what: 'the first acknowledgement' })
    recording.commit(second)
    await until(() => acksIn(broker.received).length === 3, { what: 'the acknowledgements' })
    expect(acksIn(broker.received)).toEqual([7, 9, 8])
  })

  it('never happens over a later connection, which does not begin before the earlier messages are durable', async () => {
    const broker = await peer()
    const subscriber = await subscribed(broker.url, { keepaliveS: 1 })
    recording.hold()
    broker.publish(1, 'old')
    await messages(1)
    const old = recording.seal()
    broker.drop()
    await until(() => !isSubscribed(subscriber)(), { what: 'the loss to be seen' })
    const waited = Promise.withResolvers<void>()
    setTimeout(waited.resolve, 400)
    await waited.promise
    expect(broker.connections()).toBe(1)
    recording.commit(old)
    await until(isSubscribed(subscriber), { what: 'the reconnection' })
    broker.publish(1, 'new')
    await messages(2)
    await roundTrip(broker)
    expect(acksIn(broker.received)).toEqual([])
    recording.commit(recording.seal())
    await until(() => acksIn(broker.received).length === 1, { what: 'the acknowledgement' })
  })

  it('does not happen when nothing can be made durable: the connection ends for good', async () => {
    const broker = await peer()
    const subscriber = await subscribed(broker.url)
    recording.hold()
    broker.publish(1, 'a')
    await messages(1)
    recording.fail(new Error('EIO'))
    await until(() => !isSubscribed(subscriber)(), { what: 'the end' })
    expect(subscriber.state().detail).toBe('cannot make messages durable: EIO')
    expect(acksIn(broker.received)).toEqual([])
  })

  it('asks for no answer to QoS 0', async () => {
    const broker = await peer()
    await subscribed(broker.url, { keepaliveS: 1 })
    broker.send({ cmd: 'publish', topic: 't', payload: 'zero', qos: 0, dup: false, retain: false })
    await messages(1)
    await roundTrip(broker)
    expect(acksIn(broker.received)).toEqual([])
  })

  it('answers once a message that the broker repeats before', async () => {
    const broker = await peer()
    await subscribed(broker.url, { keepaliveS: 1 })
    recording.hold()
    broker.publish(4, 'a')
    broker.send({ cmd: 'publish', topic: 't', payload: 'a', qos: 1, messageId: 4, dup: true, retain: false })
    await messages(2)
    recording.release()
    await roundTrip(broker)
    expect(acksIn(broker.received)).toEqual([4])
  })
})

describe('a message that is too long', () => {
  it.each([5, 4] as const)('becomes a dead letter, in MQTT version %i', async version => {
    const broker = await peer()
    await subscribed(broker.url, { maxPacketBytes: 500_000, version })
    recording.hold()
    broker.publish(1, 'a')
    broker.publish(2, Buffer.alloc(3_000_000, 0xff))
    broker.publish(3, 'b')
    await messages(2)
    expect(recording.accepted.map(({ payload }) => payload)).toEqual(['a', 'b'])
    expect(recording.rejected).toEqual([
      expect.stringMatching(/^a message of 30000\d\d bytes, more than 500000/)
    ])
    recording.commit(recording.seal())
    await until(() => acksIn(broker.received).length === 1, { what: 'the first acknowledgement' })
    expect(acksIn(broker.received)).toEqual([1])
    recording.release()
    await until(() => acksIn(broker.received).length === 3, { what: 'the other acknowledgements' })
    expect(acksIn(broker.received)).toEqual([1, 2, 3])
  })
})

describe('memory', () => {
  it('is bounded: reading pauses while too much is not durable, and goes on by itself', async () => {
    const broker = await peer()
    recording.limit(100_000)
    await subscribed(broker.url)
    recording.hold()
    const payload = 'x'.repeat(10_000)
    for (let packetId = 1; packetId <= 1000; packetId++) broker.publish(packetId, payload)
    await until(() => recording.accepted.length > 10, { what: 'the first messages' })
    for (let turn = 0; turn < 200; turn++) await new Promise(resolve => setImmediate(resolve))
    // What one read brought is taken whole.
    expect(recording.accepted.length).toBeLessThan(50)
    recording.release()
    await until(() => acksIn(broker.received).length === 1000, { what: 'all acknowledgements' })
  })

  it('is bounded without the broker being taken for dead', async () => {
    const broker = await peer({ isMute: true })
    recording.limit(10)
    const subscriber = await subscribed(broker.url, { keepaliveS: 1 })
    recording.hold()
    broker.publish(1, 'x'.repeat(100))
    await messages(1)
    for (let pings = 0; pings < 3; pings++) await roundTrip(broker)
    expect(isSubscribed(subscriber)()).toBe(true)
    recording.release()
    await until(() => !isSubscribed(subscriber)(), { what: 'the silence to be noticed' })
    expect(subscriber.state().detail).toContain('the broker does not answer')
  })
})

describe('sessions', () => {
  const asked = (broker: MqttPeer) =>
    connectsIn(broker.received).map(({ clientId, clean, properties }) => ({
      ...{ clientId, clean, expiryS: properties?.sessionExpiryInterval }
    }))
  const filtersOf = (broker: MqttPeer, cmd: 'subscribe' | 'unsubscribe') =>
    broker.received.flatMap(packet => {
      if (packet.cmd !== cmd) return []
      return packet.cmd === 'subscribe'
        ? packet.subscriptions.map(({ topic }) => topic)
        : packet.unsubscriptions
    })

  it('of a sole consumer last a week', async () => {
    const broker = await peer()
    await subscribed(broker.url)
    expect(asked(broker)).toEqual([{ clientId: 'gridload', clean: false, expiryS: 604_800 }])
    expect(filtersOf(broker, 'subscribe')).toEqual(['t'])
  })

  it('of several have names of their own, share the messages and last five minutes', async () => {
    const broker = await peer()
    const subscriber = await subscribed(broker.url, { connections: 3 })
    const session = { clean: false, expiryS: 300 }
    expect(asked(broker).sort((a, b) => a.clientId.localeCompare(b.clientId))).toEqual([
      { clientId: 'gridload', ...session },
      { clientId: 'gridload-2', ...session },
      { clientId: 'gridload-3', ...session }
    ])
    expect(filtersOf(broker, 'subscribe')).toEqual(Array(3).fill('$share/gridload/t'))
    expect(subscriber.state().connections).toEqual({ wanted: 3, subscribed: 3 })
  })

  it('leave to the first alone what may not be shared', async () => {
    const broker = await peer()
    await subscribed(broker.url, { connections: 2, exclusiveFilters: ['x/#'] })
    expect(filtersOf(broker, 'subscribe').sort()).toEqual([
      ...['$share/gridload/t', '$share/gridload/t', 'x/#']
    ])
  })

  it('share with others under the name of a group', async () => {
    const broker = await peer()
    await subscribed(broker.url, { shareGroup: 'north' })
    expect(filtersOf(broker, 'subscribe')).toEqual(['$share/north/t'])
  })

  it.each([
    ['alone', {}, '$share/gridload/t'],
    ['shared', { shareGroup: 'gridload' }, 't']
  ])('known from a run of the other kind lose its subscription: now %s', async (_what, options, other) => {
    const broker = await peer({ sessionPresent: true })
    const formerFilters = ['t', '$share/gridload/t']
    const subscriber = await subscribed(broker.url, { formerFilters, ...options })
    await subscriber.settled()
    expect(filtersOf(broker, 'unsubscribe')).toEqual([other])
    const order = broker.received.map(({ cmd }) => cmd).filter(cmd => cmd.endsWith('subscribe'))
    expect(order).toEqual(['subscribe', 'unsubscribe'])
  })

  it('that the broker does not know have nothing to lose', async () => {
    const broker = await peer()
    const subscriber = await subscribed(broker.url, { formerFilters: ['old'] })
    await subscriber.settled()
    expect(filtersOf(broker, 'unsubscribe')).toEqual([])
  })

  it('are asked again to lose what the broker refused to take back, or did not answer to', async () => {
    const answers = [[], [0, 0x87], [0]]
    const broker = await peer({ sessionPresent: true, unsubscribed: () => answers.shift() ?? [] })
    const warnings: string[] = []
    const subscriber = await subscribed(broker.url, {
      formerFilters: ['old', 'older'],
      warn: text => warnings.push(text)
    })
    const unsubscribes = () => filtersOf(broker, 'unsubscribe').length
    await until(() => unsubscribes() === 2, { what: 'the first UNSUBSCRIBE, never answered' })
    broker.drop()
    await until(() => warnings.some(text => text.includes('still')), { what: 'the refusal' })
    expect(warnings).toContain('MQTT broker: still subscribed to older: not authorized (0x87)')
    broker.drop()
    await subscriber.settled()
    expect(filtersOf(broker, 'unsubscribe')).toEqual(['old', 'older', 'old', 'older', 'older'])
  })

  it('that are too many are emptied and ended', async () => {
    const broker = await peer({ sessionPresent: true })
    const formerFilters = ['$share/gridload/t']
    const subscriber = await subscribed(broker.url, { formerConnections: 2, formerFilters })
    await subscriber.settled()
    const surplus = asked(broker).filter(({ clientId }) => clientId === 'gridload-2')
    expect(surplus).toEqual([
      { clientId: 'gridload-2', clean: false, expiryS: 604_800 },
      { clientId: 'gridload-2', clean: true, expiryS: 0 }
    ])
    expect(filtersOf(broker, 'unsubscribe').sort()).toEqual(['$share/gridload/t', '$share/gridload/t', 't'])
    expect(isSubscribed(subscriber)()).toBe(true)
  })
})

describe('versions', () => {
  it.each([1, 0x84])('MQTT 3.1.1 is spoken when MQTT 5 is refused with %i', async code => {
    const broker = await peer({ connackCode: version => (version === 5 ? code : 0) })
    await subscribed(broker.url)
    broker.publish(1, 'a')
    await until(() => acksIn(broker.received).length === 1, { what: 'the acknowledgement' })
    expect(connectsIn(broker.received)).toMatchObject([
      { protocolVersion: 5 },
      { protocolVersion: 4, clean: false, clientId: 'gridload' }
    ])
    expect(recording.accepted).toEqual([{ topic: 't', payload: 'a' }])
  })

  it('MQTT 3.1.1 is spoken at once when told so', async () => {
    const broker = await peer()
    await subscribed(broker.url, { version: 4 })
    expect(connectsIn(broker.received).map(({ protocolVersion }) => protocolVersion)).toEqual([4])
  })

  it('says so when neither is understood', async () => {
    const broker = await peer({ connackCode: () => 1 })
    const subscriber = subscribe(broker.url)
    await until(() => subscriber.state().detail !== null, { what: 'the refusal' })
    expect(subscriber.state().detail).toContain('unacceptable protocol version')
    expect(connectsIn(broker.received)).toHaveLength(2)
  })

  it('the built-in broker, which has no MQTT 5, is followed', async () => {
    const further = { publish: [], subscribe: ['t'] }
    const old = await startTestBroker({ intake: recording.intake, further })
    stops.push(() => old.stop())
    await subscribed(old.state().address)
    await old.publish('t', 'a', { retain: false })
    await messages(1)
  })
})

describe('retained messages', () => {
  const handling = (broker: MqttPeer) =>
    broker.received.flatMap(packet =>
      packet.cmd === 'subscribe' ? packet.subscriptions.map(({ rh }) => rh) : []
    )
  async function lose(broker: MqttPeer, subscriber: Subscriber): Promise<void> {
    const before = broker.connections()
    broker.drop()
    await until(() => broker.connections() > before && isSubscribed(subscriber)(), {
      what: 'the reconnection'
    })
  }

  it('are asked for once a run, not after every loss', async () => {
    const broker = await peer()
    const subscriber = await subscribed(broker.url)
    await lose(broker, subscriber)
    expect(handling(broker)).toEqual([0, 1])
  })

  it('of MQTT 3.1.1 come with each SUBSCRIBE, so that a subscribed session is not asked again', async () => {
    const broker = await peer({ sessionPresent: true })
    const subscriber = await subscribed(broker.url, { version: 4, keepaliveS: 1 })
    await lose(broker, subscriber)
    await roundTrip(broker)
    expect(handling(broker)).toHaveLength(1)
  })
})

describe('state', () => {
  it('names the broker, without the password', async () => {
    const broker = await peer({ connackProperties: { receiveMaximum: 20 } })
    const url = broker.url.replace('//', '//me:sec%40ret@')
    const subscriber = await subscribed(url)
    expect(subscriber.state()).toEqual({
      kind: 'external',
      address: broker.url,
      state: 'subscribed',
      detail: null,
      connections: { wanted: 1, subscribed: 1 },
      inflight: { seen: 0, limit: 20, throttling: false }
    })
    expect(broker.received[0]).toMatchObject({
      cmd: 'connect',
      username: 'me',
      password: Buffer.from('sec@ret'),
      properties: { receiveMaximum: 10_000, topicAliasMaximum: 0 }
    })
  })

  it('is not subscribed while one filter is refused, and says which and why', async () => {
    const broker = await peer({ granted: filters => filters.map(filter => (filter === 'b' ? 0x87 : 1)) })
    const subscriber = subscribe(broker.url, { filters: ['a', 'b', 'c'] })
    await until(() => subscriber.state().detail !== null, { what: 'the refusal' })
    expect(subscriber.state()).toMatchObject({
      state: 'connecting',
      detail: 'b refused: not authorized (0x87)'
    })
  })

  it('says that the broker waits for acknowledgements at always the same number', async () => {
    const broker = await peer()
    let clock = 0
    const subscriber = await subscribed(broker.url, { now: () => (clock += 20) })
    recording.hold()
    for (let round = 1; round <= 200; round++) {
      const ids = Array.from({ length: 20 }, (_, index) => index + 1)
      const message = { cmd: 'publish', topic: 't', payload: 'a', qos: 1, dup: false, retain: false } as const
      broker.send(...ids.map(messageId => ({ ...message, messageId })))
      while (recording.accepted.length < 20 * round) await new Promise(setImmediate)
      recording.commit(recording.seal())
    }
    expect(subscriber.state()).toMatchObject({
      state: 'subscribed',
      detail: expect.stringContaining('only 20 messages'),
      inflight: { seen: 20, throttling: true }
    })
  })

  it('says why a broker refuses the connection', async () => {
    const broker = await peer({ connackCode: () => 0x86 })
    const subscriber = subscribe(broker.url)
    await until(() => subscriber.state().detail !== null, { what: 'the refusal' })
    expect(subscriber.state().detail).toMatch(
      /^the broker refused the connection: bad user name or password \(0x86\); next attempt within 1 s$/
    )
  })

  it('says that nobody listens, and connects once somebody does', async () => {
    const port = await freePort()
    const subscriber = subscribe(`mqtt://127.0.0.1:${port}`)
    await until(() => subscriber.state().detail !== null, { what: 'the refusal' })
    expect(subscriber.state().detail).toContain('ECONNREFUSED')
    expect(subscriber.state().state).toBe('connecting')
    await peer({ port })
    await until(isSubscribed(subscriber), { what: 'the subscription' })
    expect(subscriber.state().detail).toBeNull()
  })

  it.each<[string, Buffer]>([
    [
      'QoS 2',
      mqtt.generate({
        cmd: 'publish',
        topic: 't',
        payload: '',
        qos: 2,
        messageId: 1,
        dup: false,
        retain: false
      })
    ],
    ['a packet that only clients send', mqtt.generate({ cmd: 'pingreq' })],
    ['a second CONNACK with nothing in it', Buffer.from([0x20, 0])],
    ['a SUBACK with nothing in it', Buffer.from([0x90, 0])],
    ['a reserved packet', Buffer.from([0x00, 0])],
    ['HTTP', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')]
  ])('says what a broker may not send, and tries again: %s', async (_what, bytes) => {
    const broker = await peer()
    const subscriber = await subscribed(broker.url)
    broker.sendBytes(bytes)
    await until(() => broker.connections() === 2 && isSubscribed(subscriber)(), { what: 'the reconnection' })
    expect(recording.accepted).toEqual([])
  })
})

it('takes leave on stop: what is durable is acknowledged first', async () => {
  const broker = await peer()
  const subscriber = await subscribed(broker.url)
  recording.hold()
  broker.publish(5, 'a')
  await messages(1)
  const stopped = subscriber.stop()
  recording.release()
  await stopped
  await until(() => broker.received.at(-1)?.cmd === 'disconnect', { what: 'the leave' })
  expect(broker.received.slice(-2).map(({ cmd }) => cmd)).toEqual(['puback', 'disconnect'])
})

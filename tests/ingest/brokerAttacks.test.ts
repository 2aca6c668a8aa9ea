import type { Packet } from 'mqtt-packet'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { MqttRefusal } from '../../server/contract/mqttRefusals.ts'
import { topics } from '../../server/contract/topics.ts'
import type { Broker, BrokerOptions } from '../../server/ingest/broker.ts'
import { packCredentials } from '../../server/ingest/credentialTable.ts'
import { until } from '../helpers/until.ts'
import { connectAs, connectPacket, type RawClient, rawClient } from './rawClient.ts'
import { recordingIntake } from './recordingIntake.ts'
import { credentialOf, SECRET, startTestBroker } from './testBroker.ts'

/** Each one shows what was refused: the answer of the broker, its count, and that nothing came of it. */

let recording: ReturnType<typeof recordingIntake>
let stops: (() => Promise<void>)[]
let warnings: string[]
let clock: number

beforeEach(() => {
  recording = recordingIntake()
  stops = []
  warnings = []
  clock = 0
})
afterEach(async () => {
  recording.release()
  for (const stop of stops.reverse()) await stop()
})

const identities = [
  'meter/M-1',
  'meter/M-2',
  'weather/W-1',
  'concentrator/C-1',
  'customer/ACME',
  'customer/BOLT'
]

async function start(options: Partial<BrokerOptions> = {}): Promise<Broker> {
  const broker = await startTestBroker(
    { intake: recording.intake, warn: text => warnings.push(text), now: () => clock, ...options },
    identities
  )
  stops.push(() => broker.stop())
  return broker
}

/** Where everybody must say who he is. */
const startClosed = (options: Partial<BrokerOptions> = {}) =>
  start({ listeners: [{ host: '127.0.0.1', port: 0, anonymous: false }], ...options })

async function open(broker: Broker): Promise<RawClient> {
  const client = await rawClient(broker.state().address)
  stops.push(async () => void client.socket.destroy())
  return client
}

async function connected(broker: Broker, packet: Packet): Promise<RawClient> {
  const client = await open(broker)
  client.send(packet)
  expect(await client.answer('connack')).toMatchObject({ returnCode: 0 })
  return client
}

async function returnCode(broker: Broker, packet: Packet): Promise<number | undefined> {
  const client = await open(broker)
  client.send(packet)
  const connack = await client.answer('connack')
  await client.closed()
  return connack.returnCode
}

const publish = (topic: string, payload = '{}', further = {}): Packet => ({
  ...{ cmd: 'publish', topic, payload, qos: 1, messageId: 7, dup: false, retain: false },
  ...further
})
const subscribe = (...filters: string[]): Packet => ({
  ...{ cmd: 'subscribe', messageId: 9 },
  subscriptions: filters.map(topic => ({ topic, qos: 1 as const }))
})

/** Only these were refused. */
function refusedOf(broker: Broker): Partial<Record<MqttRefusal, number>> {
  const counts = Object.entries(broker.state().refused ?? {})
  return Object.fromEntries(counts.filter(([, count]) => count > 0))
}

describe('to come in', () => {
  it.each<[string, Packet]>([
    ['with a wrong password', connectAs('meter/M-1', { password: Buffer.from('guess') })],
    ['with no password', connectPacket({ clientId: 'meter/M-1', username: 'meter/M-1' })],
    [
      'with the SHA-256 that is stored',
      connectAs('meter/M-1', { password: Buffer.from(credentialOf('').sha256) })
    ],
    ['as somebody unknown', connectAs('meter/M-9')],
    ['as one of another kind', connectAs('transformer/M-1')],
    ['as nobody there can be', connectAs('__proto__')],
    ['as several', connectAs('meter/M-1\nmeter/M-2')],
    ['with a wildcard', connectAs('meter/+')]
  ])('%s: CONNACK 4, also where nobody needs a credential', async (_what, packet) => {
    for (const broker of [await startClosed(), await start()]) {
      expect(await returnCode(broker, packet)).toBe(4)
      expect(refusedOf(broker)).toEqual({ credential: 1 })
    }
    expect(warnings.join()).not.toContain('guess')
    expect(warnings.join()).not.toContain(SECRET)
  })

  it('without saying who: CONNACK 5', async () => {
    const broker = await startClosed()
    expect(await returnCode(broker, connectPacket())).toBe(5)
    expect(refusedOf(broker)).toEqual({ credential: 1 })
    expect(broker.state().anonymous).toBe(false)
  })

  it('never by CONNECT: closed after the time for it', async () => {
    const broker = await start({ connectTimeoutMs: 100 })
    const idle = await open(broker)
    const slow = await open(broker)
    slow.send(Buffer.from([0x10, 0x20, 0x00]))
    await Promise.all([idle.closed(), slow.closed()])
  })

  it.each<[string, Buffer]>([
    ['of 268 MB as its first', Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f])],
    ['of 1 MB before CONNECT', Buffer.from([0x32, 0x80, 0x80, 0x40])]
  ])('by a packet %s: closed at its header', async (_what, header) => {
    const broker = await start()
    const client = await open(broker)
    client.send(header)
    await client.closed()
    expect(warnings).toEqual([expect.stringContaining('a packet too long')])
  })

  it('more than there is room for: closed, and who is connected stays', async () => {
    const broker = await start({ maxConnections: 2 })
    const first = await connected(broker, connectPacket({ clientId: 'a' }))
    await connected(broker, connectPacket({ clientId: 'b' }))
    const third = await open(broker)
    await third.closed()
    expect(refusedOf(broker)).toEqual({ connections: 1 })
    first.send({ cmd: 'pingreq' })
    await first.answer('pingresp')
  })
})

describe('to speak for another', () => {
  it.each<[string, string, string]>([
    ['meter/M-1', 'readings of another meter', topics.meterReading('M-2')],
    ['meter/M-1', 'readings of a transformer of the same id', topics.transformerReading('M-1')],
    ['meter/M-1', 'the status of another', topics.status('M-2')],
    ['meter/M-1', 'readings of a meter whose id begins the same', topics.meterReading('M-11')],
    ['meter/M-1', 'what a concentrator gathered', topics.concentratorReadings('M-1')],
    ['concentrator/C-1', 'readings on the topic of a meter', topics.meterReading('M-1')],
    ['weather/W-1', 'a meter', topics.meterReading('W-1')],
    ['customer/ACME', 'the answer of another customer', topics.answer('BOLT')],
    ['customer/ACME', 'readings', topics.meterReading('ACME')],
    ['customer/ACME', 'a notice to itself', topics.notice('ACME', 'E1')],
    ['service/test', 'a notice', topics.notice('ACME', 'E1')],
    ['service/test', 'a topic that nobody knows', 'some/topic'],
    ['meter/M-1', 'a topic of the broker', '$SYS/broker/version']
  ])(
    '%s publishes %s: disconnected, nothing taken in, nobody hears of it',
    async (identity, _what, topic) => {
      const broker = await startClosed()
      const listener = await connected(
        broker,
        connectAs('service/test', { clientId: 'service/test/listener' })
      )
      listener.send(
        subscribe(topics.meterReading('+'), topics.status('+'), topics.answer('+'), topics.notice('+', '+'))
      )
      await listener.answer('suback')
      const attacker = await connected(broker, connectAs(identity))
      attacker.send(publish(topic, '{"kw":0}', { retain: true }))
      await attacker.closed()
      expect(attacker.received.map(({ cmd }) => cmd)).toEqual(['connack'])
      expect(recording.accepted).toEqual([])
      expect(recording.rejected).toEqual([])
      if (!topic.startsWith('$')) expect(refusedOf(broker)).toEqual({ publish: 1 })
      listener.send({ cmd: 'pingreq' })
      await listener.answer('pingresp')
      expect(listener.received.filter(({ cmd }) => cmd === 'publish')).toEqual([])
    }
  )

  it.each([
    ['meter/M-1', [topics.meterReading('M-1'), topics.status('M-1')]],
    ['weather/W-1', [topics.weatherObservation('W-1'), topics.weatherForecast('W-1'), topics.status('W-1')]],
    ['concentrator/C-1', [topics.concentratorReadings('C-1'), topics.status('C-1')]],
    ['customer/ACME', [topics.answer('ACME')]],
    ['service/test', [topics.meterReading('M-77'), topics.answer('BOLT'), topics.status('any')]]
  ])('%s for itself: taken in', async (identity, own) => {
    const broker = await startClosed()
    const client = await connected(broker, connectAs(identity))
    for (const topic of own) client.send(publish(topic))
    await until(() => recording.accepted.length === own.length, { what: 'the messages' })
    expect(recording.accepted.map(({ topic }) => topic)).toEqual(own)
    expect(refusedOf(broker)).toEqual({})
  })

  it('by a last will: CONNACK 5', async () => {
    const broker = await startClosed()
    const will = {
      topic: topics.status('M-2'),
      payload: Buffer.from('{"online":false}'),
      qos: 1 as const,
      retain: true
    }
    expect(await returnCode(broker, connectAs('meter/M-1', { will }))).toBe(5)
    expect(refusedOf(broker)).toEqual({ publish: 1 })
    expect(recording.accepted).toEqual([])
  })

  it.each([topics.meterReading('M-1'), topics.status('M-1'), topics.answer('ACME')])(
    'without a credential, on %s, which belongs to who has one: a dead letter, which nobody hears of',
    async topic => {
      const broker = await start()
      const listener = await connected(broker, connectAs('service/test'))
      listener.send(subscribe(topics.meterReading('+'), topics.status('+'), topics.answer('+')))
      await listener.answer('suback')
      const stranger = await connected(broker, connectPacket())
      stranger.send(publish(topic))
      await stranger.answer('puback')
      expect(recording.rejected).toEqual(['without a credential nobody may publish to this topic'])
      stranger.send(publish(topics.meterReading('M-1000')))
      await listener.answer('publish')
      expect(recording.accepted.map(({ topic: at }) => at)).toEqual([topics.meterReading('M-1000')])
      expect(listener.received.filter(({ cmd }) => cmd === 'publish')).toHaveLength(1)
      expect(refusedOf(broker)).toEqual({ publish: 1 })
    }
  )
})

describe('for somebody else, as a concentrator without a credential', () => {
  const refusedAs = async (broker: Broker) => {
    const stranger = await connected(broker, connectPacket())
    stranger.send(publish(topics.concentratorReadings('C-9'), '[{"meter":"M-1"}]'))
    await stranger.answer('puback')
    return recording.rejected
  }

  it('is a dead letter once a meter has a credential', async () => {
    const broker = await start()
    expect(await refusedAs(broker)).toEqual(['without a credential nobody may publish to this topic'])
    expect(recording.accepted).toEqual([])
    expect(refusedOf(broker)).toEqual({ publish: 1 })
  })

  it('is let through while none has', async () => {
    const broker = await start({ credentials: packCredentials([credentialOf('customer/ACME')]) })
    expect(await refusedAs(broker)).toEqual([])
    expect(recording.accepted).toHaveLength(1)
  })
})

describe('to overhear', () => {
  const everything = [
    '#',
    '+/#',
    'm/#',
    '$SYS/#',
    'gridload/v1/#',
    'gridload/+/meter/+/reading',
    '/#',
    '+/+/+/+/+'
  ]
  const ofOthers = [
    topics.notice('BOLT', 'E1'),
    topics.notice('BOLT', '#'),
    topics.notice('+', '+'),
    topics.answer('+')
  ]
  const cases: [string, Packet, string[]][] = [
    ['a meter', connectAs('meter/M-1'), [...everything, ...ofOthers, topics.meterReading('M-1')]],
    ['a customer', connectAs('customer/ACME'), [...everything, ...ofOthers]],
    [
      'a stranger',
      connectPacket(),
      [...everything, ...ofOthers, topics.notice('ACME', '#'), topics.status('X')]
    ],
    [
      'a service',
      connectAs('service/test'),
      [...everything.slice(0, 5), 'gridload/v1/notice/#', '$share/g/#']
    ]
  ]
  it.each(cases)('%s: SUBACK 0x80 for each filter that is not its own', async (_who, packet, filters) => {
    const broker = await start()
    const client = await connected(broker, packet)
    const granted: unknown[] = []
    for (const filter of filters) {
      client.received.length = 0
      client.send(subscribe(filter))
      const { granted: codes } = await client.answer('suback')
      granted.push(...codes)
    }
    expect(granted).toEqual(filters.map(() => 0x80))
    expect(refusedOf(broker)).toEqual({ subscribe: filters.length })
    await broker.publish(topics.notice('BOLT', 'E1'), 'secret', { retain: true })
    client.received.length = 0
    client.send({ cmd: 'pingreq' })
    await client.answer('pingresp')
    expect(client.received.map(({ cmd }) => cmd)).toEqual(['pingresp'])
  })

  it('a customer follows its own notices, a stranger those of one customer without a credential', async () => {
    const broker = await start()
    const ofCustomer = await connected(broker, connectAs('customer/ACME'))
    ofCustomer.send(
      subscribe(topics.notice('ACME', '#'), topics.notice('ACME', '+'), topics.notice('ACME', 'E1'))
    )
    expect((await ofCustomer.answer('suback')).granted).toEqual([1, 1, 1])
    const stranger = await connected(broker, connectPacket())
    stranger.send(subscribe(topics.notice('CARGO', '+')))
    expect((await stranger.answer('suback')).granted).toEqual([1])
    await broker.publish(topics.notice('CARGO', 'E1'), 'order', { retain: true })
    expect(await stranger.answer('publish')).toMatchObject({ topic: topics.notice('CARGO', 'E1') })
  })

  it('through a session that keeps a refused filter beside a granted one: nothing comes, now or later', async () => {
    const broker = await start()
    const packet = connectAs('customer/ACME', { clean: false })
    const first = await connected(broker, packet)
    const filters = [topics.notice('ACME', '+'), topics.notice('BOLT', '+'), topics.meterReading('+')]
    first.send(subscribe(...filters))
    expect((await first.answer('suback')).granted).toEqual([1, 0x80, 0x80])
    first.socket.destroy()
    await first.closed()
    await broker.publish(topics.notice('BOLT', 'E1'), 'secret', { retain: true })
    const meter = await connected(broker, connectAs('meter/M-1'))
    meter.send(publish(topics.meterReading('M-1')))
    await meter.answer('puback')
    await broker.publish(topics.notice('ACME', 'E1'), 'own', { retain: true })
    const again = await connected(broker, packet)
    await again.answer('publish')
    again.send({ cmd: 'pingreq' })
    await again.answer('pingresp')
    const got = again.received.flatMap(one => (one.cmd === 'publish' ? [one.topic] : []))
    expect(got).toEqual([topics.notice('ACME', 'E1')])
  })

  it('with more filters than anyone needs: the further ones are refused', async () => {
    const broker = await start()
    const client = await connected(broker, connectPacket())
    const filters = Array.from({ length: 1001 }, (_, index) => topics.notice(`c-${index}`, '+'))
    client.send(subscribe(...filters))
    const { granted } = await client.answer('suback')
    expect(granted.filter(code => code === 0x80)).toHaveLength(1)
  })

  it('with a SUBSCRIBE of 4 MB: closed at its header', async () => {
    const broker = await start()
    const client = await connected(broker, connectPacket())
    client.send(Buffer.from([0x82, 0x80, 0x80, 0x80, 0x02]))
    await client.closed()
    expect(warnings).toEqual([expect.stringContaining('a packet too long that is no PUBLISH')])
  })
})

describe('to throw another out', () => {
  it.each<[string, Packet]>([
    ['another meter', connectAs('meter/M-2', { clientId: 'meter/M-1' })],
    ['another meter, of its sessions', connectAs('meter/M-2', { clientId: 'meter/M-1/x' })],
    ['a service', connectAs('service/test', { clientId: 'meter/M-1' })],
    ['a stranger', connectPacket({ clientId: 'meter/M-1' })],
    ['a client id that only begins the same', connectAs('meter/M-1', { clientId: 'meter/M-11' })]
  ])('%s: CONNACK 2, and the meter stays connected', async (_who, packet) => {
    const broker = await start()
    const victim = await connected(broker, connectAs('meter/M-1'))
    expect(await returnCode(broker, packet)).toBe(2)
    expect(refusedOf(broker)).toEqual({ 'client-id': 1 })
    victim.send(publish(topics.meterReading('M-1')))
    await victim.answer('puback')
  })

  it('who has a credential and no client id gets one that is its own', async () => {
    const broker = await start()
    const other = await connected(broker, connectAs('meter/M-1', { clientId: '' }))
    await connected(broker, connectAs('meter/M-1', { clientId: '' }))
    other.send({ cmd: 'pingreq' })
    await other.answer('pingresp')
  })
})

describe('to stay when the credential is gone', () => {
  const will = { topic: topics.status('M-1'), payload: Buffer.from('{}'), qos: 1 as const, retain: true }

  it.each<[string, (broker: Broker) => void]>([
    ['revoked', broker => broker.changeCredentials(null, ['meter/M-1'])],
    ['replaced', broker => broker.changeCredentials(packCredentials([credentialOf('meter/M-1', 'new')]), [])]
  ])(
    '%s: disconnected at once, without its last will, and not let in again; others stay',
    async (_what, change) => {
      const broker = await startClosed()
      const device = await connected(broker, connectAs('meter/M-1', { will }))
      const second = await connected(broker, connectAs('meter/M-1', { clientId: 'meter/M-1/second' }))
      const other = await connected(broker, connectAs('meter/M-2'))
      change(broker)
      device.send(publish(topics.meterReading('M-1')))
      await Promise.all([device.closed(), second.closed()])
      expect(await returnCode(broker, connectAs('meter/M-1'))).toBe(4)
      other.send(publish(topics.meterReading('M-2')))
      await other.answer('puback')
      expect(recording.accepted.map(({ topic }) => topic)).toEqual([topics.meterReading('M-2')])
    }
  )

  it('the new secret is good at once; the same one put again disturbs nobody', async () => {
    const broker = await startClosed()
    const other = await connected(broker, connectAs('meter/M-2'))
    broker.changeCredentials(
      packCredentials([credentialOf('meter/M-1', 'new'), credentialOf('meter/M-2')]),
      []
    )
    await connected(broker, connectAs('meter/M-1', { password: Buffer.from('new') }))
    other.send({ cmd: 'pingreq' })
    await other.answer('pingresp')
  })
})

describe('to fill the log', () => {
  it('says a refusal once a minute, and then how many there were', async () => {
    const broker = await startClosed()
    for (let index = 0; index < 30; index++) await returnCode(broker, connectAs(`meter/X-${index}`))
    expect(warnings).toHaveLength(1)
    clock = 60_000
    await returnCode(broker, connectAs('meter/X'))
    expect(warnings).toEqual([
      expect.stringMatching(
        /^MQTT refused \(credential\): unknown user name "meter\/X-0", or its password is wrong/
      ),
      expect.stringMatching(/\(and 29 more since\)$/)
    ])
    expect(refusedOf(broker)).toEqual({ credential: 31 })
  })

  it('writes nothing that could be taken for another line', async () => {
    const broker = await startClosed()
    await returnCode(broker, connectAs('a\r\nMQTT: all is well\u001b[2J\u2028x'.padEnd(5000, 'y')))
    const [line = ''] = warnings
    expect(line).not.toMatch(/[\p{Cc}\u2028]/u)
    expect(line.length).toBeLessThan(300)
  })
})

import { readFile } from 'node:fs/promises'
import { connect as connectPlain } from 'node:net'
import { join } from 'node:path'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt'
import mqtt from 'mqtt-packet'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { topics } from '../../server/contract/topics.ts'
import type { Broker, BrokerOptions } from '../../server/ingest/broker.ts'
import { makeCertificates, makeClientCertificate } from '../helpers/certificates.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { until } from '../helpers/until.ts'
import { connectAs, connectPacket } from './rawClient.ts'
import { recordingIntake } from './recordingIntake.ts'
import { asIdentity, startTestBroker } from './testBroker.ts'

let ours: Awaited<ReturnType<typeof tempDir>>
let strange: Awaited<ReturnType<typeof tempDir>>
let recording: ReturnType<typeof recordingIntake>
let stops: (() => Promise<unknown>)[]

beforeAll(async () => {
  ours = await tempDir()
  strange = await tempDir()
  await Promise.all([makeCertificates(ours.path), makeCertificates(strange.path)])
  await makeClientCertificate(ours.path, 'meter', 'meter/M-1')
  await makeClientCertificate(ours.path, 'unknown', 'meter/M-9')
  await makeClientCertificate(ours.path, 'two', 'meter/M-1', 'meter/M-2')
  await makeClientCertificate(strange.path, 'meter', 'meter/M-1')
})
afterAll(async () => {
  await ours.remove()
  await strange.remove()
})
beforeEach(() => {
  recording = recordingIntake()
  stops = []
})
afterEach(async () => {
  recording.release()
  for (const stop of stops.reverse()) await stop()
})

const file = (name: string, directory = ours) => readFile(join(directory.path, name))
const shown = async (name: string, directory = ours) => ({
  ca: await file('ca.pem'),
  cert: await file(`${name}.pem`, directory),
  key: await file(`${name}.key`, directory)
})

async function start(asksForCertificates: boolean, options: Partial<BrokerOptions> = {}): Promise<Broker> {
  const ca = asksForCertificates ? await file('ca.pem') : null
  const tls = { cert: await file('server.pem'), key: await file('server.key'), ca }
  const broker = await startTestBroker(
    {
      intake: recording.intake,
      listeners: [{ host: '127.0.0.1', port: 0, anonymous: false, tls }],
      ...options
    },
    ['meter/M-1', 'meter/M-2']
  )
  stops.push(() => broker.stop())
  return broker
}

async function client(broker: Broker, options: IClientOptions): Promise<MqttClient> {
  const connected = await connectAsync(broker.state().address, { reconnectPeriod: 0, ...options }, false)
  connected.on('error', () => undefined)
  stops.push(() => connected.endAsync(true))
  return connected
}

const portOf = (broker: Broker) => Number(new URL(broker.state().address).port)

/** A connection over TLS that speaks MQTT by hand. */
async function secure(broker: Broker, options: ConnectionOptions) {
  const socket = connectTls({ host: '127.0.0.1', port: portOf(broker), servername: 'localhost', ...options })
  const parser = mqtt.parser({ protocolVersion: 4 })
  const received: mqtt.Packet[] = []
  let isClosed = false
  let isResumed = false
  let failure = ''
  parser.on('packet', packet => received.push(packet))
  socket.on('data', chunk => parser.parse(chunk))
  socket.on('error', error => {
    failure = error.message
  })
  socket.on('secureConnect', () => {
    isResumed = socket.isSessionReused()
  })
  socket.on('close', () => {
    isClosed = true
  })
  stops.push(async () => void socket.destroy())
  return { socket, received, isClosed: () => isClosed, isResumed: () => isResumed, failure: () => failure }
}

it('takes the identity from the certificate: no user name, no password', async () => {
  const broker = await start(true)
  expect(broker.state().address).toMatch(/^mqtts:/)
  const meter = await client(broker, { ...(await shown('meter')), clientId: 'meter/M-1' })
  await meter.publishAsync(topics.meterReading('M-1'), '{}', { qos: 1 })
  expect(recording.accepted).toEqual([{ topic: topics.meterReading('M-1'), payload: '{}' }])
  meter.publish(topics.meterReading('M-2'), '{}', { qos: 1 })
  await until(() => !meter.connected, { what: 'the disconnection' })
  expect(recording.accepted).toHaveLength(1)
  expect(broker.state().refused).toMatchObject({ publish: 1 })
})

it.each<[string, () => Promise<Partial<IClientOptions>>, RegExp]>([
  ['no certificate', async () => ({ ca: await file('ca.pem') }), /certificate required/i],
  ['the same name by a strange authority', () => shown('meter', strange), /connect/i],
  ['a name that is no identity', () => shown('client'), /Not authorized/],
  ['two names', () => shown('two'), /Not authorized/],
  ['a name without a credential', () => shown('unknown'), /Not authorized/],
  [
    'the user name of another, with his password',
    async () => ({ ...(await shown('meter')), ...asIdentity('meter/M-2') }),
    /Not authorized/
  ],
  [
    'the client id of another',
    async () => ({ ...(await shown('meter')), clientId: 'meter/M-2' }),
    /Identifier rejected/
  ]
])('lets nobody in with %s', async (_what, options, reason) => {
  const broker = await start(true)
  await expect(client(broker, { clientId: 'meter/M-1', ...(await options()) })).rejects.toThrow(reason)
  const total = () => Object.values(broker.state().refused ?? {}).reduce((sum, count) => sum + count, 0)
  await until(() => total() === 1, { what: 'the count' })
  expect(recording.accepted).toEqual([])
})

it('a session of TLS that is resumed has the identity of its certificate, and needs its credential still', async () => {
  const broker = await start(true)
  const options = { ...(await shown('meter')), maxVersion: 'TLSv1.2' as const }
  const first = await secure(broker, options)
  const session = Promise.withResolvers<Buffer>()
  first.socket.once('session', session.resolve)
  first.socket.write(mqtt.generate(connectPacket({ clientId: 'meter/M-1' })))
  await until(() => first.received.length === 1, { what: 'CONNACK' })
  expect(first.received[0]).toMatchObject({ returnCode: 0 })

  // Without the certificate, which the ticket stands for.
  const again = { ca: options.ca, maxVersion: options.maxVersion, session: await session.promise }
  const second = await secure(broker, again)
  second.socket.write(mqtt.generate(connectPacket({ clientId: 'meter/M-2' })))
  await until(() => second.received.length === 1, { what: 'CONNACK' })
  expect(second.isResumed()).toBe(true)
  expect(second.received[0]).toMatchObject({ returnCode: 2 })

  broker.changeCredentials(null, ['meter/M-1'])
  await until(first.isClosed, { what: 'the disconnection' })
  const third = await secure(broker, again)
  third.socket.write(mqtt.generate(connectPacket({ clientId: 'meter/M-1' })))
  await until(() => third.received.length === 1, { what: 'CONNACK' })
  expect(third.received[0]).toMatchObject({ returnCode: 5 })
})

it('where certificates are not asked for, user name and password count', async () => {
  const broker = await start(false)
  const ca = await file('ca.pem')
  const meter = await client(broker, asIdentity('meter/M-1', { ca }))
  await meter.publishAsync(topics.meterReading('M-1'), '{}', { qos: 1 })
  await expect(client(broker, { ca })).rejects.toThrow(/Not authorized/)
  // A certificate that nobody has verified names nobody.
  const strangers = { ...(await shown('meter', strange)), clientId: 'meter/M-1' }
  await expect(client(broker, strangers)).rejects.toThrow(/Not authorized/)
})

it.each([['TLSv1'], ['TLSv1.1']] as const)('speaks no %s', async version => {
  const broker = await start(false)
  const weak = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' }
  const peer = await secure(broker, { ...weak, ca: await file('ca.pem') })
  await until(peer.isClosed, { what: 'the refusal' })
  expect(peer.failure()).toMatch(/version|protocol/i)
  await until(() => broker.state().refused?.certificate === 1, { what: 'the count' })
})

it('a client without TLS is refused, one that never begins does not hold up the end', async () => {
  const broker = await start(true)
  const plain = connectPlain(portOf(broker), '127.0.0.1')
  plain.on('error', () => undefined)
  plain.resume().write(mqtt.generate(connectAs('meter/M-1')))
  await new Promise(resolve => plain.once('close', resolve))
  expect(broker.state().refused).toMatchObject({ certificate: 1 })
  const silent = connectPlain(portOf(broker), '127.0.0.1')
  silent.on('error', () => undefined)
  await new Promise(resolve => silent.once('connect', resolve))
  await broker.stop()
  await until(() => silent.closed || silent.destroyed || silent.readyState !== 'open', { what: 'the end' })
  silent.destroy()
})

it('stands beside the plain listener, each with its own rule for who has no credential', async () => {
  const tls = { cert: await file('server.pem'), key: await file('server.key'), ca: null }
  const broker = await start(false, {
    listeners: [
      { host: '127.0.0.1', port: 0, anonymous: true },
      { host: '127.0.0.1', port: 0, anonymous: false, tls }
    ]
  })
  const [plain = '', secured = ''] = broker.addresses
  const stranger = await connectAsync(plain, { reconnectPeriod: 0 })
  stops.push(() => stranger.endAsync(true))
  await stranger.publishAsync(topics.meterReading('X'), '{}', { qos: 1 })
  await expect(
    connectAsync(secured, { ca: await file('ca.pem'), reconnectPeriod: 0 }, false)
  ).rejects.toThrow(/Not authorized/)
  expect(broker.state()).toMatchObject({ address: plain, anonymous: true })
})

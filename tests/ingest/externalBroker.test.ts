import { pbkdf2Sync, randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { subscriptionFilters, topics } from '../../server/contract/topics.ts'
import { connectionOpener } from '../../server/ingest/openConnection.ts'
import { type Publisher, startPublisher } from '../../server/ingest/publisher.ts'
import { type Subscriber, type SubscriberOptions, startSubscriber } from '../../server/ingest/subscriber.ts'
import { makeCertificates } from '../helpers/certificates.ts'
import { createMosquitto, type Mosquitto, mosquittoPath } from '../helpers/mosquitto.ts'
import { until } from '../helpers/until.ts'
import { type RecordingIntake, recordingIntake } from './recordingIntake.ts'

const reading = topics.meterReading('M1')

/** A line of Mosquitto's password file: name:$7$iterations$salt$hash by PBKDF2-SHA512. */
function passwordEntry(name: string, password: string): string {
  const salt = randomBytes(12)
  const hash = pbkdf2Sync(password, salt, 101, 64, 'sha512')
  return `${name}:$7$101$${salt.toString('base64')}$${hash.toString('base64')}`
}

describe.skipIf(mosquittoPath === null)('with a real Mosquitto', () => {
  let mosquitto: Mosquitto
  let recording: RecordingIntake
  let stops: (() => Promise<unknown>)[]

  beforeEach(async () => {
    recording = recordingIntake()
    stops = []
    mosquitto = await createMosquitto()
    await mosquitto.start()
  })

  afterEach(async () => {
    recording.release()
    for (const stop of stops.reverse()) await stop()
    await mosquitto.remove()
  })

  /** Another one in its place. `prepare` puts files into its folder. */
  async function restart(
    settings: string[],
    prepare: (directory: string) => Promise<unknown> = async () => undefined
  ): Promise<void> {
    await mosquitto.remove()
    mosquitto = await createMosquitto(settings)
    await prepare(mosquitto.directory)
    await mosquitto.start()
  }

  function subscribe(options: Partial<SubscriberOptions> = {}): Subscriber {
    const subscriber = startSubscriber({
      intake: recording.intake,
      url: mosquitto.url,
      clientId: 'gridload-test',
      random: () => 0.5,
      warn: () => undefined,
      ...options
    })
    stops.push(() => subscriber.stop())
    return subscriber
  }

  async function subscribed(options: Partial<SubscriberOptions> = {}): Promise<Subscriber> {
    const subscriber = subscribe(options)
    await until(() => subscriber.state().state === 'subscribed', {
      what: `the subscription: ${subscriber.state().detail}`
    })
    return subscriber
  }

  async function device(options: IClientOptions = {}): Promise<MqttClient> {
    const client = await connectAsync(mosquitto.url, { reconnectPeriod: 0, ...options })
    client.on('error', () => undefined)
    stops.push(() => client.endAsync(true))
    return client
  }

  async function publisher(timeoutMs = 10_000): Promise<Publisher> {
    const started = await startPublisher({
      url: mosquitto.url,
      clientId: 'notices',
      warn: () => undefined,
      timeoutMs
    })
    stops.push(() => started.stop())
    return started
  }

  const inGroup = (group: string) => subscriptionFilters.map(filter => `$share/${group}/${filter}`)
  const payloads = () => recording.accepted.map(({ payload }) => payload)
  const numbers = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => String(from + index))
  const arrived = (count: number) =>
    until(() => recording.accepted.length >= count, { what: `${count} messages` })

  async function publishAll(client: MqttClient, texts: string[]): Promise<void> {
    await Promise.all(texts.map(text => client.publishAsync(reading, text, { qos: 1 })))
  }

  it.each([5, 4] as const)(
    'receives every topic of the contract in order, and nothing else, in version %i',
    async version => {
      await subscribed({ version })
      const client = await device()
      await client.publishAsync('other', 'x', { qos: 1 })
      await client.publishAsync(topics.notice('ACME', 'E1'), 'x', { qos: 1 })
      await client.publishAsync(topics.status('M1'), 'status', { qos: 1 })
      await client.publishAsync(topics.answer('ACME'), 'answer', { qos: 2 })
      await publishAll(client, numbers(0, 500))
      await arrived(502)
      expect(payloads()).toEqual(['status', 'answer', ...numbers(0, 500)])
      expect(recording.accepted.map(({ topic }) => topic).slice(0, 3)).toEqual([
        ...[topics.status('M1'), topics.answer('ACME'), reading]
      ])
    }
  )

  it('gets again what was not acknowledged, and what came while it was away', async () => {
    const first = await subscribed()
    const client = await device()
    await publishAll(client, numbers(0, 5))
    await arrived(5)
    recording.hold()
    await publishAll(client, numbers(5, 7))
    await arrived(7)
    const durable = recording.seal()
    await publishAll(client, numbers(7, 10))
    await arrived(10)
    recording.commit(durable)
    recording.fail(new Error('EIO'))
    await first.stop()
    await publishAll(client, numbers(10, 12))
    recording.accepted.length = 0
    recording.release()
    await subscribed()
    await until(() => payloads().includes('11'), { what: 'the last message' })
    // An acknowledgement that was on its way when the connection ended may be lost: its message then comes again, too.
    const again = payloads()
    expect(again.slice(again.indexOf('7'))).toEqual(numbers(7, 12))
  })

  it.each([5, 4] as const)(
    'comes back after the broker was killed, and after it was restarted with its session, in version %i',
    async version => {
      const subscriber = await subscribed({ version })
      await mosquitto.kill()
      await until(() => subscriber.state().state === 'connecting', { what: 'the loss to be seen' })
      expect(subscriber.state().detail).not.toBeNull()
      await mosquitto.start()
      await until(() => subscriber.state().state === 'subscribed', { what: 'the subscription again' })
      await publishAll(await device(), numbers(0, 50))
      await arrived(50)

      await subscriber.stop()
      await publishAll(await device(), numbers(50, 100))
      await mosquitto.quit()
      await mosquitto.start()
      await subscribed({ version })
      await arrived(100)
      expect(payloads()).toEqual(numbers(0, 100))
    }
  )

  it('says when it is not let in', async () => {
    await restart(['allow_anonymous false'])
    const subscriber = subscribe()
    await until(() => subscriber.state().detail !== null, { what: 'the refusal' })
    expect(subscriber.state()).toMatchObject({
      state: 'connecting',
      detail: expect.stringContaining('the broker refused the connection: not authorized (0x87)')
    })
  })

  it('is let in with user name and password', async () => {
    await restart(['allow_anonymous false', 'password_file {directory}/passwords'], async directory =>
      writeFile(join(directory, 'passwords'), `${passwordEntry('gridload', 'p@ss/w:rd')}\n`)
    )
    const secret = `${encodeURIComponent('gridload')}:${encodeURIComponent('p@ss/w:rd')}@`
    const subscriber = await subscribed({ url: mosquitto.url.replace('//', `//${secret}`) })
    expect(subscriber.state().address).toBe(mosquitto.url)
  })

  describe('over TLS', () => {
    const tlsSettings = [
      'allow_anonymous true',
      'cafile {directory}/ca.pem',
      'certfile {directory}/server.pem',
      'keyfile {directory}/server.key',
      'require_certificate true'
    ]
    const files = async (...names: string[]) =>
      Promise.all(names.map(name => readFile(join(mosquitto.directory, name))))

    it('trusts the authority given, and shows its own certificate', async () => {
      await restart(tlsSettings, makeCertificates)
      const [ca, cert, key] = await files('ca.pem', 'client.pem', 'client.key')
      const tls = { ca, cert, key } as { ca: Buffer; cert: Buffer; key: Buffer }
      for (const host of ['127.0.0.1', 'localhost']) {
        const url = mosquitto.url.replace('mqtt:', 'mqtts:').replace('127.0.0.1', host)
        await subscribed({ url, tls, clientId: `at-${host}` })
      }
      const url = mosquitto.url.replace('mqtt:', 'mqtts:')
      const notices = await startPublisher({ url, clientId: 'notices', tls, warn: () => undefined })
      stops.push(() => notices.stop())
      const once = () => notices.publish(reading, 'x'.repeat(100_000), { retain: false })
      await until(
        () =>
          once().then(
            () => true,
            () => false
          ),
        { what: 'the publisher' }
      )
      await arrived(2)
      expect(payloads()[0]).toHaveLength(100_000)
    })

    it('believes nobody else, and says so', async () => {
      await restart(tlsSettings, makeCertificates)
      const url = mosquitto.url.replace('mqtt:', 'mqtts:')
      const subscriber = subscribe({ url })
      await until(() => subscriber.state().detail !== null, { what: 'the refusal' })
      expect(subscriber.state().detail).toMatch(/^self-signed certificate in certificate chain; next attempt/)
    })

    it('says that the broker wants a certificate', async () => {
      await restart(tlsSettings, makeCertificates)
      const [ca] = await files('ca.pem')
      const url = mosquitto.url.replace('mqtt:', 'mqtts:')
      const subscriber = subscribe({ url, tls: { ca: ca ?? Buffer.alloc(0) } })
      await until(() => subscriber.state().detail !== null, { what: 'the refusal' })
      expect(subscriber.state().detail).toMatch(/certificate required/i)
    })
  })

  describe('several connections', () => {
    it('share the messages, each of which comes once', async () => {
      const subscriber = await subscribed({ connections: 2 })
      await publishAll(await device(), numbers(0, 1000))
      await arrived(1000)
      expect(new Set(payloads()).size).toBe(1000)
      expect(recording.accepted).toHaveLength(1000)
      expect(subscriber.state().connections).toEqual({ wanted: 2, subscribed: 2 })
    })

    it.each([5, 4] as const)('become fewer, or one alone, without a loss, in version %i', async version => {
      const three = await subscribed({ connections: 3, version })
      const client = await device()
      await publishAll(client, numbers(0, 30))
      await arrived(30)
      await three.stop()
      // More than may be on the way at one time, for each of the three.
      await publishAll(client, numbers(30, 330))
      const two = await subscribed({ connections: 2, formerConnections: 3, version })
      await two.settled()
      await arrived(330)
      await publishAll(client, numbers(330, 360))
      await arrived(360)
      await two.stop()
      await publishAll(client, numbers(360, 460))
      const one = await subscribed({ formerConnections: 2, formerFilters: inGroup('gridload'), version })
      await one.settled()
      await arrived(460)
      await publishAll(client, numbers(460, 500))
      await arrived(500)
      expect(new Set(payloads())).toEqual(new Set(numbers(0, 500)))
      // Each once: no session is left that is subscribed besides.
      expect(recording.accepted).toHaveLength(500)
    })

    it('take over what one alone was subscribed to', async () => {
      const one = await subscribed()
      await one.stop()
      const client = await device()
      await publishAll(client, numbers(0, 100))
      await subscribed({ connections: 2, formerFilters: subscriptionFilters })
      await arrived(100)
      await publishAll(client, numbers(100, 200))
      await arrived(200)
      expect(new Set(payloads())).toEqual(new Set(numbers(0, 200)))
    })
  })

  describe('a session that was subscribed otherwise', () => {
    /** Once it has settled, a further run that knows nothing of the past gets what the session is subscribed to. */
    async function settled(options: Partial<SubscriberOptions>): Promise<Subscriber> {
      const subscriber = await subscribed(options)
      await subscriber.settled()
      return subscriber
    }

    it.each<[string, 4 | 5, string | null, string | null]>([
      ['alone, then in a group', 5, null, 'south'],
      ['alone, then in a group, in MQTT 3.1.1', 4, null, 'south'],
      ['in one group, then in another', 5, 'north', 'south'],
      ['in a group, then alone', 5, 'north', null]
    ])('%s: each message comes once, and none is lost', async (_what, version, before, after) => {
      const first = await subscribed({ version, shareGroup: before })
      await first.stop()
      const client = await device()
      await publishAll(client, numbers(0, 50))
      const formerFilters = before === null ? subscriptionFilters : inGroup(before)
      await settled({ version, shareGroup: after, formerFilters })
      await publishAll(client, numbers(50, 100))
      await publishAll(client, ['end'])
      await until(() => payloads().includes('end'), { what: 'the last message' })
      expect(payloads().sort()).toEqual([...numbers(0, 100), 'end'].sort())
    })

    it('by what a mapping no longer names: nothing more comes of it', async () => {
      const filters = [...subscriptionFilters, 'evn/+/prof']
      const first = await subscribed({ filters, exclusiveFilters: ['spBv1.0/+/NDATA/+'] })
      await first.stop()
      const client = await device()
      await client.publishAsync('evn/1/prof', 'kept for us', { qos: 1 })
      await settled({ formerFilters: [...filters, 'spBv1.0/+/NDATA/+'] })
      await client.publishAsync('evn/1/prof', 'too late', { qos: 1 })
      await client.publishAsync('spBv1.0/G/NDATA/E', 'too late', { qos: 1 })
      await publishAll(client, ['end'])
      await until(() => payloads().includes('end'), { what: 'the last message' })
      expect(payloads()).toEqual(['kept for us', 'end'])
    })
  })

  it.each([
    [4, 'goes by its own max_inflight_messages, which is 20', 20],
    [5, 'goes by our receive maximum', 500]
  ] as const)('in version %i %s', async (version, _what, onTheWay) => {
    const subscriber = await subscribed({ version })
    recording.hold()
    await publishAll(await device(), numbers(0, 500))
    await arrived(onTheWay)
    expect(subscriber.state().inflight?.seen).toBe(onTheWay)
    recording.release()
    await arrived(500)
  })

  describe('over WebSocket', () => {
    const listener = ['allow_anonymous true', 'listener {port} 127.0.0.1', 'protocol websockets']
    const address = () => `ws://127.0.0.1:${mosquitto.furtherPort}`
    const overWebSocket = async (options: Partial<SubscriberOptions> = {}) =>
      subscribed({ ...options, url: address(), openConnection: await connectionOpener(address()) })

    it.each([5, 4] as const)('acknowledges late, one after the other, in version %i', async version => {
      await restart(listener)
      const subscriber = await overWebSocket({ version })
      const client = await device()
      recording.hold()
      await publishAll(client, numbers(0, 30))
      await arrived(1)
      recording.release(0)
      await arrived(2)
      await subscriber.stop()
      recording.release()
      await overWebSocket({ version })
      // The second was not durable when the connection ended.
      await arrived(31)
      expect(payloads()).toEqual([...numbers(0, 2), ...numbers(1, 30)])
    })

    it('comes back, and says who is not there', async () => {
      await restart(listener)
      const subscriber = await overWebSocket()
      await mosquitto.quit()
      await until(() => subscriber.state().detail?.includes('ECONNREFUSED') === true, { what: 'the loss' })
      await mosquitto.start()
      await until(() => subscriber.state().state === 'subscribed', { what: 'the subscription again' })
      await publishAll(await device(), numbers(0, 20))
      await arrived(20)
      expect(payloads()).toEqual(numbers(0, 20))
    })

    it('becomes fewer connections without a loss', async () => {
      await restart(listener)
      const two = await overWebSocket({ connections: 2 })
      await two.stop()
      await publishAll(await device(), numbers(0, 60))
      const one = await overWebSocket({
        formerConnections: 2,
        formerFilters: inGroup('gridload')
      })
      await one.settled()
      await arrived(60)
      expect(payloads().sort()).toEqual(numbers(0, 60).sort())
    })
  })

  describe('the publisher of notices', () => {
    const topic = topics.notice('ACME', 'E1')

    it('resolves once the broker has the notice, retained', async () => {
      const notices = await publisher()
      await notices.publish(topic, 'order', { retain: true })
      const client = await device()
      const received: string[] = []
      client.on('message', (at, payload) => received.push(`${at} ${payload.toString()}`))
      await client.subscribeAsync('gridload/v1/notice/ACME/+', { qos: 1 })
      await until(() => received.length === 1, { what: 'the notice' })
      expect(received).toEqual([`${topic} order`])
    })

    it('rejects while there is no broker, keeps nothing, and works again afterwards', async () => {
      const notices = await publisher()
      const tryOnce = (text: string) => notices.publish(topic, text, { retain: true })
      const works = (text: string) => () =>
        tryOnce(text).then(
          () => true,
          () => false
        )
      await until(works('one'), { what: 'the connection' })
      await mosquitto.kill()
      await until(async () => !(await works('lost')()), { what: 'the loss to be seen' })
      await expect(tryOnce('lost')).rejects.toThrow('not connected to the MQTT broker')
      await mosquitto.start()
      const client = await device()
      const received: string[] = []
      client.on('message', (_at, payload) => received.push(payload.toString()))
      await client.subscribeAsync('gridload/v1/notice/#', { qos: 1 })
      await until(works('two'), { what: 'the connection again' })
      await until(() => received.includes('two'), { what: 'the notice' })
      expect(received).toEqual(['two'])
    })
  })
})

import { connectAsync, type MqttClient } from 'mqtt'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { topics } from '../../server/contract/topics.ts'
import { type Publisher, startPublisher } from '../../server/ingest/publisher.ts'
import { type Subscriber, startSubscriber } from '../../server/ingest/subscriber.ts'
import { createMosquitto, type Mosquitto, mosquittoPath } from '../helpers/mosquitto.ts'
import { until } from '../helpers/until.ts'
import { recordingIntake } from './recordingIntake.ts'

const reading = topics.meterReading('M1')

describe.skipIf(mosquittoPath === null)('with a real Mosquitto', () => {
  let mosquitto: Mosquitto
  let recording: ReturnType<typeof recordingIntake>
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

  async function subscribe(url = mosquitto.url): Promise<Subscriber> {
    const subscriber = await startSubscriber({
      intake: recording.intake,
      url,
      clientId: 'gridload-test',
      random: () => 0,
      warn: () => undefined
    })
    stops.push(() => subscriber.stop())
    return subscriber
  }

  async function subscribed(): Promise<Subscriber> {
    const subscriber = await subscribe()
    await until(() => subscriber.state().state === 'subscribed', { what: 'the subscription' })
    return subscriber
  }

  async function device(): Promise<MqttClient> {
    const client = await connectAsync(mosquitto.url, { reconnectPeriod: 0 })
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

  const payloads = () => recording.accepted.map(({ payload }) => payload)
  const numbers = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => String(from + index))

  async function publishAll(client: MqttClient, texts: string[]): Promise<void> {
    await Promise.all(texts.map(text => client.publishAsync(reading, text, { qos: 1 })))
  }

  it('receives every topic of the contract in order, and nothing else', async () => {
    await subscribed()
    const client = await device()
    await client.publishAsync('other', 'x', { qos: 1 })
    await client.publishAsync(topics.notice('ACME', 'E1'), 'x', { qos: 1 })
    await client.publishAsync(topics.status('M1'), 'status', { qos: 1 })
    await client.publishAsync(topics.answer('ACME'), 'answer', { qos: 2 })
    await publishAll(client, numbers(0, 500))
    await until(() => recording.accepted.length === 502, { what: 'the messages' })
    expect(payloads()).toEqual(['status', 'answer', ...numbers(0, 500)])
  })

  it('gets again what was not acknowledged, and what came while it was away', async () => {
    const first = await subscribed()
    const client = await device()
    await publishAll(client, numbers(0, 5))
    await until(() => recording.accepted.length === 5, { what: 'the first messages' })
    recording.hold()
    await publishAll(client, numbers(5, 10))
    await until(() => recording.accepted.length === 10, {
      what: 'messages that stay without acknowledgement'
    })
    // The first two become durable, the third does not: nothing after it may be acknowledged either.
    recording.release(0)
    recording.release(1)
    recording.release(3)
    recording.release(2, new Error('lost'))
    await until(() => first.state().state === 'connecting', { what: 'the connection to end' })
    await first.stop()
    await publishAll(client, numbers(10, 12))
    recording.accepted.length = 0
    recording.release()
    await subscribed()
    await until(() => recording.accepted.length === 5, { what: 'the rest' })
    expect(payloads()).toEqual(numbers(7, 12))
  })

  it('comes back after the broker was killed, and after it was restarted with its session', async () => {
    const subscriber = await subscribed()
    await mosquitto.kill()
    await until(() => subscriber.state().state === 'connecting', { what: 'the loss to be seen' })
    expect(subscriber.state().detail).not.toBeNull()
    await mosquitto.start()
    await until(() => subscriber.state().state === 'subscribed', { what: 'the subscription again' })
    await publishAll(await device(), numbers(0, 50))
    await until(() => recording.accepted.length === 50, { what: 'messages again' })

    await subscriber.stop()
    await publishAll(await device(), numbers(50, 100))
    await mosquitto.quit()
    await mosquitto.start()
    await subscribed()
    await until(() => recording.accepted.length === 100, { what: 'what the session kept' })
    expect(payloads()).toEqual(numbers(0, 100))
  })

  it('says when it is not let in', async () => {
    await mosquitto.remove()
    mosquitto = await createMosquitto(['allow_anonymous false'])
    await mosquitto.start()
    const subscriber = await subscribe()
    await until(() => subscriber.state().detail !== null, { what: 'the refusal' })
    expect(subscriber.state()).toMatchObject({
      state: 'connecting',
      detail: expect.stringContaining('the broker refused the connection: not authorized (0x87)')
    })
  })

  describe('the publisher of notices', () => {
    const topic = topics.notice('ACME', 'E1')

    it('resolves once the broker has the notice, retained', async () => {
      const notices = await publisher()
      await until(
        () =>
          notices.publish(topic, 'order', { retain: true }).then(
            () => true,
            () => false
          ),
        { what: 'the connection' }
      )
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

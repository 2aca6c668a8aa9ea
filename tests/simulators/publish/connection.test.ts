import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { topics } from '../../../server/contract/topics.ts'
import type { Broker } from '../../../server/ingest/broker.ts'
import { type Connection, openConnection, withoutPassword } from '../../../simulators/publish/connection.ts'
import { until } from '../../helpers/until.ts'
import { recordingIntake } from '../../ingest/recordingIntake.ts'
import { SECRET, startTestBroker } from '../../ingest/testBroker.ts'

it.each([
  ['mqtt://user:secret@host:1883', 'mqtt://host:1883'],
  ['mqtt://127.0.0.1:1883', 'mqtt://127.0.0.1:1883']
])('shows %s as %s', (url, shown) => {
  expect(withoutPassword(url)).toBe(shown)
})

describe('at a broker that lets nobody in without a credential', () => {
  const reading = topics.meterReading('any')
  let recording: ReturnType<typeof recordingIntake>
  let broker: Broker
  let opened: Connection[]
  let said: string[]

  beforeEach(async () => {
    recording = recordingIntake()
    opened = []
    said = []
    const listener = { host: '127.0.0.1', port: 0, anonymous: false }
    broker = await startTestBroker({ intake: recording.intake, listeners: [listener] })
  })
  afterEach(async () => {
    for (const connection of opened) await connection.stop()
    await broker.stop()
  })

  function connection(clientId: string, url: string, login: { user: string; password: string } | null) {
    const one = openConnection(url, { clientId, login, log: line => said.push(line) })
    opened.push(one)
    return one
  }

  it('publishes any device and follows any notice as a service, over several connections', async () => {
    const login = { user: 'service/test', password: SECRET }
    const live = connection('sim', broker.state().address, login)
    const history = connection('sim-history', broker.state().address, login)
    const heard: string[] = []
    await live.subscribe([topics.notice('ACME', '+')], topic => heard.push(topic))
    await Promise.all([live.publish(reading, 'live'), history.publish(reading, 'history')])
    await broker.publish(topics.notice('ACME', 'E1'), '{}', { retain: true })
    await until(() => heard.length === 1, { what: 'the notice' })
    expect(recording.accepted.map(({ payload }) => payload).sort()).toEqual(['history', 'live'])
    expect(said).toEqual([])
  })

  it('as well with user name and password in the address, which nobody is shown', async () => {
    const address = new URL(broker.state().address)
    address.username = encodeURIComponent('service/test')
    address.password = encodeURIComponent(SECRET)
    await connection('sim', address.href, null).publish(reading, 'a')
    expect(recording.accepted).toHaveLength(1)
  })

  it('says that it is refused, and not with which password', async () => {
    connection('sim', broker.state().address, { user: 'service/test', password: 'guess' })
    await until(() => said.length > 0, { what: 'the refusal' })
    expect(said[0]).toContain('Connection refused')
    expect(said.join()).not.toContain('guess')
  })
})

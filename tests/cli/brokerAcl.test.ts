import { randomBytes } from 'node:crypto'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { mosquittoHashOf } from '../../server/access/credentials.ts'
import { brokerAclCommand } from '../../server/cli/brokerAcl.ts'
import { parseIdentity } from '../../server/contract/deviceRights.ts'
import { topics } from '../../server/contract/topics.ts'
import { startSubscriber } from '../../server/ingest/subscriber.ts'
import { openRecords, type Records } from '../../server/records/openRecords.ts'
import { createMosquitto, type Mosquitto, mosquittoPath } from '../helpers/mosquitto.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { until } from '../helpers/until.ts'
import { recordingIntake } from '../ingest/recordingIntake.ts'
import { SECRET, sha256 } from '../ingest/testBroker.ts'
import { saying } from './saying.ts'

let folder: Awaited<ReturnType<typeof tempDir>>
let records: Records
let stops: (() => Promise<unknown>)[]

beforeEach(async () => {
  folder = await tempDir()
  stops = []
  records = await openRecords({ file: `${folder.path}/records.sqlite` })
  for (const identity of ['meter/M-1', 'meter/M-2', 'customer/ACME', 'customer/BOLT', 'service/test'])
    await give(identity)
})
afterEach(async () => {
  for (const stop of stops.reverse()) await stop()
  await records.stop()
  await folder.remove()
})

async function give(identity: string, secret = SECRET): Promise<void> {
  const device = parseIdentity(identity)
  if (device === null) throw new Error(`${identity} is no identity`)
  const mosquittoHash = mosquittoHashOf(secret, randomBytes(12))
  const row = { createdBy: 'usr-1', createdAt: '2026-11-22T05:00:00Z', sha256: sha256(secret), mosquittoHash }
  await records.deviceCredentials.put({ ...device, ...row })
}

const out = () => join(folder.path, 'acl')
const textOf = (name: string) => readFile(join(out(), name), 'utf8')
const exported = (format: string, settings: Record<string, string> = {}) =>
  saying(brokerAclCommand, ['--format', format, '--out', out()], { DATA_DIR: folder.path, ...settings })
const asServer = { MQTT_URL: 'mqtt://gridload:s3cret@127.0.0.1:1' }

describe('the files', () => {
  it('hold no secret, are for their owner alone, and leave out who is revoked', async () => {
    await records.deviceCredentials.revoke('meter', 'M-2', 0)
    for (const format of ['mosquitto', 'emqx']) {
      const { code, said, complained } = await exported(format, asServer)
      expect([code, complained]).toEqual([0, ''])
      expect(said).toMatch(/^5 users in .*acl\.\nIn /)
      expect(said).toContain('cannot do with them:')
      expect(said).not.toContain('s3cret')
    }
    for (const name of ['acl', 'passwords', 'acl.conf', 'rules.json', 'users.csv']) {
      const text = await textOf(name)
      expect(text).not.toContain(SECRET)
      expect(text).not.toContain('s3cret')
      expect(text).not.toContain('M-2')
      expect(text).toContain('gridload')
      expect((await stat(join(out(), name))).mode & 0o777).toBe(0o600)
    }
  })

  it('for EMQX say who may publish what, retained or not, and follow what, and deny the rest', async () => {
    await exported('emqx')
    const acl = await textOf('acl.conf')
    expect(acl.split('\n').filter(line => line.includes('M-1') || line.includes('ACME'))).toEqual([
      '{allow, {user, "customer/ACME"}, {publish, [{retain, false}]}, ["gridload/v1/answer/ACME"]}.',
      '{allow, {user, "customer/ACME"}, subscribe, ["gridload/v1/notice/ACME/#"]}.',
      '{allow, {user, "meter/M-1"}, publish, ["gridload/v1/status/M-1"]}.',
      '{allow, {user, "meter/M-1"}, {publish, [{retain, false}]}, ["gridload/v1/meter/M-1/reading"]}.'
    ])
    expect(acl.trimEnd().split('\n').at(-1)).toBe('{deny, all}.')
    expect(JSON.parse(await textOf('rules.json'))).toContainEqual({
      username: 'meter/M-1',
      rules: [
        { action: 'publish', permission: 'allow', topic: topics.meterReading('M-1'), retain: false },
        { action: 'publish', permission: 'allow', topic: topics.status('M-1') }
      ]
    })
    const [head, ...rows] = (await textOf('users.csv')).trimEnd().split('\n')
    expect(head).toBe('user_id,password_hash,salt,is_superuser')
    expect(rows).toContain(`meter/M-1,${sha256(SECRET)},,false`)
  })

  it('name what services may publish besides by the mapping file', async () => {
    const mapping = join(folder.path, 'mapping.json')
    const time = { pointer: '/at', format: 'dd/MM/yyyy HH:mm:ss', zone: 'Asia/Ho_Chi_Minh' }
    const one = {
      topic: 'evn/{meter}/prof',
      kind: 'meter',
      id: '{meter}',
      time,
      fields: { kw: { pointer: '/kw' } }
    }
    await writeFile(mapping, JSON.stringify({ mappings: [one] }))
    const { code, complained } = await exported('mosquitto', { ...asServer, MQTT_MAPPING: mapping })
    expect([code, complained]).toEqual([0, ''])
    const acl = await textOf('acl')
    expect(acl).toMatch(/user service\/test\n(topic .*\n)*topic write evn\/\+\/prof\n/)
    expect(acl).toMatch(/user gridload\n(topic .*\n)*topic read evn\/\+\/prof\n/)
  })
})

it.each<[string[], Record<string, string>, number, RegExp]>([
  [[], {}, 2, /say --format mosquitto or --format emqx/],
  [['--format', 'constructor'], {}, 2, /say --format mosquitto or --format emqx/],
  [['--format', 'emqx'], { MQTT_URL: 'mqtt://a%22b:x@host' }, 1, /user name in MQTT_URL must be letters/],
  [['--format', 'emqx'], { MQTT_URL: 'mqtt://meter%2FM-1:x@host' }, 1, /not that of a device/],
  [['--format', 'emqx'], { DATA_DIR: '/nowhere/at/all' }, 1, /There are no records in/],
  [['--format', 'emqx'], { MQTT_MAPPING: '/nowhere' }, 2, /^MQTT_MAPPING/]
])('says what is wrong: %j %j', async (args, settings, expected, reason) => {
  const environment = { DATA_DIR: folder.path, ...settings }
  const { code, complained } = await saying(brokerAclCommand, [...args, '--out', out()], environment)
  expect(code).toBe(expected)
  expect(complained).toMatch(reason)
})

it('says so when Gridload itself could not connect with it', async () => {
  const { code, complained } = await exported('mosquitto')
  expect(code).toBe(0)
  expect(complained).toContain('Gridload itself is not among the users')
})

describe.skipIf(mosquittoPath === null)('a real Mosquitto with these files', () => {
  let mosquitto: Mosquitto
  let observer: MqttClient
  let observed: string[]

  beforeEach(async () => {
    await exported('mosquitto', asServer)
    mosquitto = await createMosquitto([
      'use_username_as_clientid true',
      ...['allow_anonymous false', `acl_file ${out()}/acl`, `password_file ${out()}/passwords`],
      'listener {port} 127.0.0.1'
    ])
    stops.push(mosquitto.remove)
    await mosquitto.start()
    observed = []
    observer = await client('gridload', 's3cret', { clientId: 'observer' }, mosquitto.furtherPort)
    observer.on('message', (topic, payload) => observed.push(`${topic} ${payload}`))
    await observer.subscribeAsync(
      ['gridload/v1/meter/+/reading', 'gridload/v1/status/+', 'gridload/v1/answer/+'],
      { qos: 1 }
    )
  })

  async function client(
    username: string,
    password = SECRET,
    options: IClientOptions = {},
    port = Number(new URL(mosquitto.url).port)
  ): Promise<MqttClient> {
    const url = `mqtt://127.0.0.1:${port}`
    const one = await connectAsync(url, { username, password, reconnectPeriod: 0, ...options }, false)
    one.on('error', () => undefined)
    stops.push(() => one.endAsync(true))
    return one
  }

  it('lets a meter publish its own topics, and drops what it says for another', async () => {
    const meter = await client('meter/M-1')
    for (const topic of [topics.meterReading('M-2'), topics.status('M-2'), topics.answer('ACME'), 'other'])
      await meter.publishAsync(topic, 'spoofed', { qos: 1, retain: true })
    await meter.publishAsync(topics.meterReading('M-1'), 'own', { qos: 1 })
    await meter.publishAsync(topics.status('M-1'), 'own', { qos: 1 })
    await until(() => observed.length >= 2, { what: 'its own' })
    expect(observed).toEqual([`${topics.meterReading('M-1')} own`, `${topics.status('M-1')} own`])
  })

  it.each([
    ['meter/M-1', 'guess'],
    ['meter/M-9', SECRET],
    ['gridload', SECRET]
  ])('lets nobody in as %s with %s', async (user, password) => {
    await expect(client(user, password)).rejects.toThrow(/Not authorized/)
  })

  it('lets nobody in without a name', async () => {
    await expect(connectAsync(mosquitto.url, { reconnectPeriod: 0 }, false)).rejects.toThrow(/Not authorized/)
  })

  it('brings a customer its own notices, whatever it asks for; only Gridload publishes notices', async () => {
    const customer = await client('customer/ACME')
    const heard: string[] = []
    customer.on('message', (topic, payload) => heard.push(`${topic} ${payload}`))
    await customer.subscribeAsync(['#', topics.notice('BOLT', '+'), topics.notice('ACME', '+')], { qos: 1 })
    const service = await client('service/test', SECRET, {}, mosquitto.furtherPort)
    await service.publishAsync(topics.notice('ACME', 'E0'), 'made up', { qos: 1, retain: true })
    await service.publishAsync(topics.meterReading('M-1'), 'of a service', { qos: 1 })
    await observer.publishAsync(topics.notice('BOLT', 'E1'), 'for another', { qos: 1, retain: true })
    await observer.publishAsync(topics.notice('ACME', 'E1'), 'order', { qos: 1, retain: true })
    await until(() => heard.some(text => text.endsWith('order')), { what: 'the notice' })
    expect(new Set(heard)).toEqual(new Set([`${topics.notice('ACME', 'E1')} order`]))
    await customer.publishAsync(topics.answer('BOLT'), 'for another', { qos: 1 })
    await customer.publishAsync(topics.answer('ACME'), 'own', { qos: 1 })
    await until(() => observed.length === 2, { what: 'the answer' })
    expect(observed).toEqual([`${topics.meterReading('M-1')} of a service`, `${topics.answer('ACME')} own`])
  })

  it('keeps a client from throwing another out by its client id', async () => {
    const victim = await client('meter/M-1', SECRET, { clientId: 'meter/M-1' })
    const attacker = await client('meter/M-2', SECRET, { clientId: 'meter/M-1' })
    await attacker.publishAsync(topics.meterReading('M-2'), 'x', { qos: 1 })
    await victim.publishAsync(topics.meterReading('M-1'), 'still here', { qos: 1 })
    await until(() => observed.length === 2, { what: 'both readings' })
  })

  it('lets Gridload subscribe and several of its connections share', async () => {
    const recording = recordingIntake()
    const subscriber = startSubscriber({
      ...{ intake: recording.intake, clientId: 'gridload-1', connections: 2, random: () => 0.5 },
      url: `mqtt://gridload:s3cret@127.0.0.1:${mosquitto.furtherPort}`,
      warn: () => undefined
    })
    stops.push(subscriber.stop)
    await until(() => subscriber.state().state === 'subscribed', { what: 'the subscription' })
    const meter = await client('meter/M-1')
    await meter.publishAsync(topics.meterReading('M-1'), 'own', { qos: 1 })
    await until(() => recording.accepted.length === 1, { what: 'the reading' })
  })

  it('forgets who is revoked when it reads them again', async () => {
    const meter = await client('meter/M-1')
    await records.deviceCredentials.revoke('meter', 'M-1', 0)
    await give('meter/M-2', 'another secret')
    await exported('mosquitto', asServer)
    mosquitto.reload()
    const refused = () =>
      client('meter/M-1').then(
        () => false,
        () => true
      )
    await until(refused, { what: 'the refusal' })
    await client('meter/M-2', 'another secret')
    await until(() => !meter.connected, { what: 'the disconnection' })
  })
})

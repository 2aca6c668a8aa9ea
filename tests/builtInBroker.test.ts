import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openBuiltInBroker } from '../server/builtInBroker.ts'
import { type Config, readConfig } from '../server/config.ts'
import { topics } from '../server/contract/topics.ts'
import { type Durable, openDurable } from '../server/durable.ts'
import { startTelemetry, type Telemetry } from '../server/telemetry.ts'
import { makeCertificates } from './helpers/certificates.ts'
import { tempDir } from './helpers/tempDir.ts'
import { until } from './helpers/until.ts'
import { recordingIntake } from './ingest/recordingIntake.ts'
import { asIdentity, credentialOf } from './ingest/testBroker.ts'

let folder: Awaited<ReturnType<typeof tempDir>>
let stops: (() => Promise<unknown>)[]
let warnings: string[]

beforeEach(async () => {
  folder = await tempDir()
  stops = []
  warnings = []
})
afterEach(async () => {
  for (const stop of stops.reverse()) await stop()
  await folder.remove()
})

const warn = (text: string): void => void warnings.push(text)

function configOf(settings: Record<string, string>): Config {
  const read = readConfig({ DATA_DIR: folder.path, MQTT_PORT: '0', ...settings })
  if ('mistakes' in read) throw new Error(read.mistakes.join())
  return read.config
}

describe('with the records of a server', () => {
  async function run(): Promise<Durable & { telemetry: Telemetry; end(): Promise<void> }> {
    const config = configOf({ MQTT_ANONYMOUS: 'false' })
    const onLost = (error: Error): void => warn(error.message)
    const durable = await openDurable(config, { warn, onLost })
    const telemetry = await startTelemetry(config, durable, [], { now: Date.now, warn })
    let ended = false
    const end = async () => {
      if (ended) return
      ended = true
      await telemetry.stop()
      await durable.stop()
    }
    stops.push(end)
    return { ...durable, telemetry, end }
  }

  async function client(address: string, options: IClientOptions): Promise<MqttClient> {
    const connected = await connectAsync(address, { reconnectPeriod: 0, ...options }, false)
    connected.on('error', () => undefined)
    stops.push(() => connected.endAsync(true))
    return connected
  }

  it('knows the credentials from before a restart, and a new or revoked one at once', async () => {
    const first = await run()
    const { sha256 } = credentialOf('meter/M-1')
    const row = { kind: 'meter' as const, createdBy: 'usr-1', createdAt: '2026-11-22T05:00:00Z', sha256 }
    await first.records.deviceCredentials.put({ ...row, id: 'M-1', mosquittoHash: '' })
    // The record alone does not do: nobody has told the broker yet.
    await expect(client(first.telemetry.brokerAddress, asIdentity('meter/M-1'))).rejects.toThrow()
    await first.end()

    const { telemetry, ingest } = await run()
    const old = await client(telemetry.brokerAddress, asIdentity('meter/M-1'))
    await old.publishAsync(topics.meterReading('M-1'), JSON.stringify({ ts: Date.now(), kw: 5 }), { qos: 1 })
    await ingest.changeCredentials({ put: [credentialOf('meter/M-2')] })
    await client(telemetry.brokerAddress, asIdentity('meter/M-2'))
    await ingest.changeCredentials({ revoked: ['meter/M-1'] })
    await until(() => !old.connected, { what: 'the disconnection' })
    await expect(client(telemetry.brokerAddress, asIdentity('meter/M-1'))).rejects.toThrow(/refused/)
    await expect(client(telemetry.brokerAddress, {})).rejects.toThrow(/refused/)
    await ingest.refresh()
    expect(telemetry.ingest().broker).toMatchObject({ anonymous: false, refused: { credential: 2 } })
    expect(telemetry.ingest().readings).toBe(1)
  })
})

describe('by its settings', () => {
  async function open(settings: Record<string, string>) {
    const { mqtt } = configOf(settings)
    if (mqtt.kind !== 'built-in') throw new Error('it is not built in')
    const edges = { now: Date.now, warn, further: { publish: [], subscribe: [] }, credentials: null }
    const broker = await openBuiltInBroker(mqtt, recordingIntake().intake, edges)
    stops.push(() => broker.stop())
    return broker
  }
  const file = (name: string) => join(folder.path, name)
  const secure = () => ({
    MQTT_TLS_PORT: '0',
    MQTT_TLS_CERT_FILE: file('server.pem'),
    MQTT_TLS_KEY_FILE: file('server.key')
  })

  it('listens with TLS beside the plain listener', async () => {
    await makeCertificates(folder.path)
    const broker = await open({ ...secure(), MQTT_TLS_CA_FILE: file('ca.pem') })
    expect(broker.addresses).toEqual([expect.stringMatching(/^mqtt:/), expect.stringMatching(/^mqtts:/)])
    expect(warnings).toEqual([])
  })

  it('warns where it is open to more than it should be', async () => {
    await makeCertificates(folder.path)
    await chmod(file('server.key'), 0o644)
    await open({ ...secure(), MQTT_HOST: '0.0.0.0', MQTT_TLS_HOST: '127.0.0.1', MQTT_ANONYMOUS: 'true' })
    expect(warnings).toEqual([
      expect.stringMatching(/^MQTT_TLS_KEY_FILE .*server\.key can be read by every user/),
      expect.stringMatching(/^MQTT_ANONYMOUS: everyone who reaches 0\.0\.0\.0 may publish/),
      expect.stringMatching(/^MQTT_HOST 0\.0\.0\.0: passwords cross the network as they are/)
    ])
  })

  it.each<[string, () => Promise<Record<string, string>>, RegExp]>([
    [
      'a key that is not there',
      async () => ({ ...secure(), MQTT_TLS_KEY_FILE: file('none') }),
      /^MQTT_TLS_KEY_FILE .*none: ENOENT/
    ],
    [
      'the key of another',
      async () => ({ ...secure(), MQTT_TLS_KEY_FILE: file('client.key') }),
      /^MQTT_TLS_CERT_FILE .* and MQTT_TLS_KEY_FILE .* cannot be used: .*key values mismatch/
    ],
    [
      'an empty authority, which would stand for every public one',
      async () => {
        await writeFile(file('empty.pem'), '')
        return { ...secure(), MQTT_TLS_CA_FILE: file('empty.pem') }
      },
      /^MQTT_TLS_CA_FILE .*empty\.pem cannot be used/
    ],
    [
      'an address that is not of this machine',
      async () => ({ ...secure(), MQTT_TLS_HOST: '192.0.2.1' }),
      /^MQTT_TLS_HOST 192\.0\.2\.1 is not an address of this machine/
    ]
  ])('does not start with %s', async (_what, settings, reason) => {
    await makeCertificates(folder.path)
    await expect(open(await settings())).rejects.toThrow(reason)
  })
})

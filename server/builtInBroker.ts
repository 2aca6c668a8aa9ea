import { randomUUID, X509Certificate } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import type { FurtherTopics } from './contract/deviceRights.ts'
import type { Broker } from './ingest/broker.ts'
import type { ListenError, ListenerOptions } from './ingest/brokerListeners.ts'
import type { TlsIdentity } from './ingest/brokerTls.ts'
import type { PackedCredentials } from './ingest/credentialTable.ts'
import type { Intake } from './ingest/intake.ts'
import { type BuiltInSettings, isLoopback, type TlsListenerSettings } from './mqttSettings.ts'
import { listenFailure, openFailure, StartFailure } from './startFailure.ts'

export interface BuiltInEdges {
  warn(text: string): void
  now(): number
  further: FurtherTopics
  credentials: PackedCredentials | null
}

/** Starts the broker of our own, and says where it is open to more than it should be. Rejects with a StartFailure. */
export async function openBuiltInBroker(
  settings: BuiltInSettings,
  intake: Intake,
  { warn, now, further, credentials }: BuiltInEdges
): Promise<Broker> {
  const { host, port, anonymous, tls } = settings
  // Each kind of broker brings a library of its own; only one of them is loaded.
  const { startBroker } = await import('./ingest/broker.ts')
  const plain: ListenerOptions = { host, port, anonymous }
  const secure: ListenerOptions[] =
    tls === null
      ? []
      : [{ host: tls.host, port: tls.port, anonymous: tls.anonymous, tls: await read(tls, warn) }]
  for (const listener of [plain, ...secure]) {
    if (listener.anonymous && !isLoopback(listener.host))
      warn(`MQTT_ANONYMOUS: everyone who reaches ${listener.host} may publish readings, in any meter's name`)
  }
  if (!isLoopback(host)) warn(`MQTT_HOST ${host}: passwords cross the network as they are; use MQTT_TLS_PORT`)
  const failed = (error: Error): never => {
    const { listener } = error as ListenError
    return listener === plain
      ? listenFailure({ port: 'MQTT_PORT', host: 'MQTT_HOST' }, port, host)(error)
      : listenFailure({ port: 'MQTT_TLS_PORT', host: 'MQTT_TLS_HOST' }, listener.port, listener.host)(error)
  }
  return await startBroker({
    listeners: [plain, ...secure],
    uniqueId: randomUUID,
    ...{ intake, credentials, further, now, warn }
  }).catch(failed)
}

async function read(
  { certificateFile, keyFile, caFile }: TlsListenerSettings,
  warn: (text: string) => void
): Promise<TlsIdentity> {
  const { createSecureContext } = await import('node:tls')
  const bytes = (setting: string, file: string) => readFile(file).catch(openFailure(setting, file))
  const cert = await bytes('MQTT_TLS_CERT_FILE', certificateFile)
  const key = await bytes('MQTT_TLS_KEY_FILE', keyFile)
  const ca = caFile === null ? null : await bytes('MQTT_TLS_CA_FILE', caFile)
  if (((await stat(keyFile)).mode & 0o007) !== 0)
    warn(`MQTT_TLS_KEY_FILE ${keyFile} can be read by every user of this machine`)
  try {
    createSecureContext({ cert, key })
  } catch (error) {
    throw new StartFailure(
      `MQTT_TLS_CERT_FILE ${certificateFile} and MQTT_TLS_KEY_FILE ${keyFile} cannot be used: ${(error as Error).message}`
    )
  }
  try {
    // An empty or unreadable one would not be refused there: it would stand for every public authority, or for none.
    if (ca !== null) new X509Certificate(ca)
  } catch (error) {
    throw new StartFailure(`MQTT_TLS_CA_FILE ${caFile} cannot be used: ${(error as Error).message}`)
  }
  return { cert, key, ca }
}

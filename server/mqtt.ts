import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BrokerSettings, Config } from './config.ts'
import type { IngestState } from './contract/sources.ts'
import { subscriptionFilters } from './contract/topics.ts'
import type { Foreign } from './foreign.ts'
import type { Intake } from './ingest/intake.ts'
import { replaceFile } from './log/durableFile.ts'
import { listenFailure, openFailure } from './startFailure.ts'

/** Where messages come from and notices go to, whichever broker it is. */
export interface Mqtt {
  /** Without user name and password. */
  address: string
  state(): IngestState['broker']
  /** Queued messages that the built-in broker let go. */
  dropped(): number
  publish(topic: string, payload: string | Buffer, options: { retain: boolean }): Promise<void>
  stop(): Promise<void>
}

export interface MqttEdges {
  random(): number
  warn(text: string): void
  foreign: Pick<Foreign, 'filters' | 'exclusiveFilters'>
}

/** Opens the built-in broker, or connects to the one of the settings. Rejects with a StartFailure. */
export async function openMqtt(config: Config, intake: Intake, edges: MqttEdges): Promise<Mqtt> {
  const { mqtt, dataDirectory } = config
  if (mqtt.kind === 'external') return openExternal(mqtt, dataDirectory, intake, edges)
  // Each kind of broker brings a library of its own; only one of them is loaded.
  const { startBroker } = await import('./ingest/broker.ts')
  const broker = await startBroker({ intake, host: mqtt.host, port: mqtt.port, warn: edges.warn }).catch(
    listenFailure({ port: 'MQTT_PORT', host: 'MQTT_HOST' }, mqtt.port, mqtt.host)
  )
  return { ...broker, address: broker.state().address }
}

async function openExternal(
  settings: BrokerSettings,
  directory: string,
  intake: Intake,
  { random, warn, foreign }: MqttEdges
): Promise<Mqtt> {
  const { url, connections, shareGroup } = settings
  const { startSubscriber } = await import('./ingest/subscriber.ts')
  const { startPublisher } = await import('./ingest/publisher.ts')
  const tls = await tlsFiles(settings)
  const clientId = await keptClientId(directory)
  const counted = connectionCount(directory)
  const subscriber = startSubscriber({
    ...{ intake, url, clientId, connections, shareGroup, tls, random, warn },
    formerConnections: await counted.former(),
    filters: [...subscriptionFilters, ...foreign.filters],
    exclusiveFilters: foreign.exclusiveFilters
  })
  // More sessions than before are known from now on, fewer only once the surplus has ended.
  await counted.atLeast(connections)
  void subscriber
    .scaledIn()
    .then(() => counted.isNow(connections))
    .catch((error: Error) => warn(error.message))
  const publisher = await startPublisher({ url, clientId: `${clientId}-notices`, tls, warn })
  return {
    address: subscriber.state().address,
    state: subscriber.state,
    dropped: () => 0,
    publish: publisher.publish,
    async stop() {
      await Promise.all([subscriber.stop(), publisher.stop()])
    }
  }
}

/** The certificates of the settings. Rejects with a StartFailure that names the setting. */
export async function tlsFiles({ caFile, certificateFile, keyFile }: BrokerSettings) {
  const read = async (setting: string, file: string | null) =>
    file === null ? null : await readFile(file).catch(openFailure(setting, file))
  const ca = await read('MQTT_CA_FILE', caFile)
  const cert = await read('MQTT_CERT_FILE', certificateFile)
  const key = await read('MQTT_KEY_FILE', keyFile)
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) }
}

async function textOf(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  return text.trim()
}

/**
 * The client id is kept in the data directory: the session at the broker, and with it what the broker holds for us
 * while we are away, goes by it.
 */
async function keptClientId(directory: string): Promise<string> {
  const file = join(directory, 'mqtt-client-id')
  const kept = await textOf(file)
  if (kept !== '') return kept
  const id = `gridload-${randomUUID().slice(0, 8)}`
  await replaceFile(file, `${id}\n`)
  return id
}

/** How many sessions we may have at the broker, kept beside the client id. */
function connectionCount(directory: string) {
  const file = join(directory, 'mqtt-connections')
  const former = async (): Promise<number> => Number(await textOf(file)) || 1
  const save = (connections: number): Promise<void> => replaceFile(file, `${connections}\n`)
  return {
    former,
    async atLeast(connections: number): Promise<void> {
      if (connections > (await former())) await save(connections)
    },
    async isNow(connections: number): Promise<void> {
      if (connections !== (await former())) await save(connections)
    }
  }
}

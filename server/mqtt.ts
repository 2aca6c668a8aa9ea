import { readFile } from 'node:fs/promises'
import { openBrokerSessions } from './brokerSessions.ts'
import { openBuiltInBroker } from './builtInBroker.ts'
import type { BrokerSettings, Config } from './config.ts'
import type { IngestState } from './contract/sources.ts'
import { subscriptionFilters } from './contract/topics.ts'
import { type Foreign, furtherTopics } from './foreign.ts'
import type { PackedCredentials } from './ingest/credentialTable.ts'
import type { Intake } from './ingest/intake.ts'
import type { Publisher } from './ingest/publisher.ts'
import { openFailure } from './startFailure.ts'

/** Where messages come from and notices go to, whichever broker it is. */
export interface Mqtt {
  /** Without user name and password. */
  address: string
  state(): IngestState['broker']
  /** Queued messages that the built-in broker let go. */
  dropped(): number
  publish(topic: string, payload: string | Buffer, options: { retain: boolean }): Promise<void>
  /** Of the built-in broker; another one has its own list. */
  changeCredentials(put: PackedCredentials | null, revoked: readonly string[]): void
  stop(): Promise<void>
}

export interface MqttEdges {
  random(): number
  now(): number
  warn(text: string): void
  foreign: Pick<Foreign, 'filters' | 'exclusiveFilters' | 'commandFilters'>
  /** Who may connect to the built-in broker; null: nobody has a credential. */
  credentials: PackedCredentials | null
}

/** Opens the built-in broker, or connects to the one of the settings. Rejects with a StartFailure. */
export async function openMqtt(config: Config, intake: Intake, edges: MqttEdges): Promise<Mqtt> {
  const { mqtt, dataDirectory } = config
  if (mqtt.kind === 'external') return openExternal(mqtt, dataDirectory, intake, edges)
  const broker = await openBuiltInBroker(mqtt, intake, { ...edges, further: furtherTopics(edges.foreign) })
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
  const { planFilters } = await import('./ingest/filterPlan.ts')
  const { connectionOpener } = await import('./ingest/openConnection.ts')
  const tls = await tlsFiles(settings)
  const sessions = await openBrokerSessions(directory)
  const { clientId, former } = sessions
  const wanted = {
    filters: [...subscriptionFilters, ...foreign.filters],
    exclusiveFilters: foreign.exclusiveFilters,
    ...{ connections, shareGroup }
  }
  const present = { connections, filters: planFilters(wanted).first }
  await sessions.add(present)
  const subscriber = startSubscriber({
    ...{ intake, url, clientId, tls, random, warn },
    openConnection: await connectionOpener(url),
    ...wanted,
    formerConnections: former.connections,
    formerFilters: former.filters
  })
  void subscriber
    .settled()
    .then(() => sessions.replace(present))
    .catch((error: Error) => warn(error.message))
  // mqtt.js, megabytes of code in memory, is loaded for the first notice.
  let publisher: Promise<Publisher> | null = null
  const openPublisher = async (): Promise<Publisher> => {
    const { startPublisher } = await import('./ingest/publisher.ts')
    return startPublisher({ url, clientId: `${clientId}-notices`, tls, warn })
  }
  return {
    address: subscriber.state().address,
    state: subscriber.state,
    dropped: () => 0,
    async publish(topic, payload, options) {
      publisher ??= openPublisher()
      await (await publisher).publish(topic, payload, options)
    },
    changeCredentials: () => undefined,
    async stop() {
      await Promise.all([subscriber.stop(), publisher?.then(opened => opened.stop())])
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

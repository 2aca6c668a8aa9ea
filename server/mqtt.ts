import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from './config.ts'
import type { IngestState } from './contract/sources.ts'
import { startBroker } from './ingest/broker.ts'
import type { Intake } from './ingest/intake.ts'
import { startPublisher } from './ingest/publisher.ts'
import { startSubscriber } from './ingest/subscriber.ts'
import { replaceFile } from './log/durableFile.ts'
import { listenFailure } from './startFailure.ts'

/** Where messages come from and notices go to, whichever broker it is. */
export interface Mqtt {
  /** Without user name and password. */
  address: string
  state(): IngestState['broker']
  /** Queued messages that the built-in broker let go. */
  dropped(): number
  publish(topic: string, payload: string, options: { retain: boolean }): Promise<void>
  stop(): Promise<void>
}

/**
 * The client id is kept in the data directory: the session at the broker, and with it what the broker holds for us
 * while we are away, goes by it.
 */
async function clientId(directory: string): Promise<string> {
  const file = join(directory, 'mqtt-client-id')
  const kept = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  if (kept.trim() !== '') return kept.trim()
  const id = `gridload-${randomUUID().slice(0, 8)}`
  await replaceFile(file, `${id}\n`)
  return id
}

/** Opens the built-in broker, or connects to the one of the settings. Rejects with a StartFailure. */
export async function openMqtt(
  config: Config,
  intake: Intake,
  edges: { random: () => number; warn: (message: string) => void }
): Promise<Mqtt> {
  const { mqtt } = config
  if (mqtt.kind === 'built-in') {
    const broker = await startBroker({ intake, host: mqtt.host, port: mqtt.port, warn: edges.warn }).catch(
      listenFailure({ port: 'MQTT_PORT', host: 'MQTT_HOST' }, mqtt.port, mqtt.host)
    )
    return { ...broker, address: broker.state().address }
  }
  const id = await clientId(config.dataDirectory)
  const subscriber = await startSubscriber({ intake, url: mqtt.url, clientId: id, ...edges })
  const publisher = await startPublisher({ url: mqtt.url, clientId: `${id}-notices`, warn: edges.warn })
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

import { connect, type MqttClient } from 'mqtt'
import type { TlsFiles } from './brokerUrl.ts'

export interface PublisherOptions {
  url: string
  clientId: string
  tls?: TlsFiles
  warn?: (message: string) => void
  /** How long a PUBACK is awaited. */
  timeoutMs?: number
  /** Notices under way at one time. */
  maxInFlight?: number
}

export interface Publisher {
  /**
   * Resolves after PUBACK. Rejects when there is no connection, for which only the first attempt is awaited, and when it is
   * lost before the PUBACK: the caller tries again.
   */
  publish(topic: string, payload: string | Buffer, options: { retain: boolean }): Promise<void>
  stop(): Promise<void>
}

/** Publishes notices at QoS 1 to a real broker, on a connection of its own. Keeps no queue: that is the outbox' business. */
export async function startPublisher(options: PublisherOptions): Promise<Publisher> {
  const { url, clientId, tls = {}, warn = console.warn, timeoutMs = 10_000, maxInFlight = 100 } = options
  const client = connect(url, {
    ...tls,
    clientId,
    clean: true,
    reconnectPeriod: 1000,
    connectTimeout: 10_000,
    resubscribe: false,
    queueQoSZero: false
  })
  const inFlight = new Set<(error: Error) => void>()
  client.on('error', error => warn(`MQTT publisher: ${error.message}`))
  client.on('close', () => {
    for (const abandon of [...inFlight]) abandon(new Error('the connection to the MQTT broker was lost'))
  })

  const tried = Promise.withResolvers<void>()
  client.once('connect', () => tried.resolve())
  client.once('close', () => tried.resolve())

  return {
    async publish(topic, payload, { retain }) {
      await tried.promise
      if (!client.connected) throw new Error('not connected to the MQTT broker')
      if (inFlight.size >= maxInFlight) throw new Error(`${maxInFlight} notices are under way already`)
      await publishOnce(client, topic, payload, retain, inFlight, timeoutMs)
    },
    stop: async () => {
      await client.endAsync(true)
    }
  }
}

/** Once abandoned the message is taken out of the client, which would send it again later, after newer versions. */
function publishOnce(
  client: MqttClient,
  topic: string,
  payload: string | Buffer,
  retain: boolean,
  inFlight: Set<(error: Error) => void>,
  timeoutMs: number
): Promise<void> {
  return new Promise((resolve, reject) => {
    let packetId: number | null = null
    const timer = setTimeout(() => abandon(new Error(`no PUBACK within ${timeoutMs / 1000} s`)), timeoutMs)
    const settle = (finish: () => void) => {
      clearTimeout(timer)
      inFlight.delete(abandon)
      finish()
    }
    const abandon = (error: Error) => {
      settle(() => reject(error))
      if (packetId !== null) client.removeOutgoingMessage(packetId)
    }
    inFlight.add(abandon)
    client.publish(topic, payload, { qos: 1, retain }, error =>
      settle(() => (error ? reject(error) : resolve()))
    )
    packetId = client.getLastMessageId()
  })
}

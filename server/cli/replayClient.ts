import { connectAsync, type MqttClient } from 'mqtt'
import type { Config } from '../config.ts'
import { clientIdFor, type MqttLogin } from '../contract/mqttLogin.ts'
import { tlsFiles } from '../mqtt.ts'
import { CommandFailure } from './command.ts'

/** Publishes messages again, many under way at one time. */
export interface ReplayClient {
  /** Acknowledged so far. */
  readonly published: number
  /** Waits when many are under way. Throws a CommandFailure that says from which letter on it must be done again. */
  publish(number: number, topic: string, payload: Buffer): Promise<void>
  /** Resolves when all are acknowledged. */
  flush(): Promise<void>
  stop(): Promise<void>
}

const MOST_UNDER_WAY = 100
const CONNECT_TIMEOUT_MS = 10_000
const ACK_TIMEOUT_MS = 30_000

/** Connects to the broker of the settings; throws a CommandFailure when it cannot. */
export async function openReplayClient(
  { mqtt }: Config,
  login: MqttLogin | null = null
): Promise<ReplayClient> {
  const client = await connectTo(mqtt, login)
  let published = 0
  let underWay: { number: number; acknowledged: Promise<unknown> }[] = []
  client.on('error', () => undefined)

  // From the beginning: it may be lost while letters are read.
  const lost = Promise.withResolvers<never>()
  lost.promise.catch(() => undefined)
  client.once('close', () => lost.reject(new Error('the connection was lost')))

  const flush = async (): Promise<void> => {
    const [first] = underWay
    if (first === undefined) return
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(
      () => late.reject(new Error(`no acknowledgement within ${ACK_TIMEOUT_MS / 1000} s`)),
      ACK_TIMEOUT_MS
    )
    const all = Promise.all(underWay.map(({ acknowledged }) => acknowledged))
    try {
      await Promise.race([all, lost.promise, late.promise])
      published += underWay.length
      underWay = []
    } catch (error) {
      throw new CommandFailure(
        `${published} published; from letter ${first.number} on it must be done again: ${(error as Error).message}`
      )
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    get published() {
      return published
    },
    async publish(number, topic, payload) {
      const acknowledged = client.publishAsync(topic, Buffer.from(payload), { qos: 1 })
      // It is looked at in `flush`, not before.
      acknowledged.catch(() => undefined)
      underWay.push({ number, acknowledged })
      if (underWay.length >= MOST_UNDER_WAY) await flush()
    },
    flush,
    async stop() {
      await client.endAsync(true)
    }
  }
}

async function connectTo(mqtt: Config['mqtt'], login: MqttLogin | null): Promise<MqttClient> {
  const url = mqtt.kind === 'external' ? mqtt.url : ownUrl(mqtt)
  const shown = new URL(url).host
  try {
    return await connectAsync(
      url,
      {
        ...(mqtt.kind === 'external' && (await tlsFiles(mqtt))),
        ...(login !== null && { username: login.user, password: login.password }),
        clientId: clientIdFor(login?.user ?? null, `gridload-dead-letters-${process.pid}`),
        // The built-in broker speaks 3.1.1 only, and every other one speaks it too.
        protocolVersion: 4,
        reconnectPeriod: 0,
        connectTimeout: CONNECT_TIMEOUT_MS
      },
      false
    )
  } catch (error) {
    const hint = mqtt.kind === 'built-in' ? '. It is the built-in one: is Gridload running?' : ''
    throw new CommandFailure(`The MQTT broker ${shown} cannot be reached: ${reasonOf(error)}${hint}`)
  }
}

/** Of several addresses tried, the first one's. */
function reasonOf(error: unknown): string {
  const { message, errors } = error as { message?: string; errors?: Error[] }
  return message || errors?.[0]?.message || String(error)
}

function ownUrl({ host, port }: { host: string; port: number }): string {
  if (port === 0)
    throw new CommandFailure('MQTT_PORT is 0: nobody can know which port the built-in broker has taken')
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  return `mqtt://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`
}

import { connect, type IClientOptions } from 'mqtt'
import mqtt, { type Packet } from 'mqtt-packet'
import { credentials } from './brokerUrl.ts'
import type { BrokerConnection, ConnectionOptions } from './connection.ts'
import { reasonWords } from './reasonCodes.ts'

const CONNECT_TIMEOUT_MS = 10_000

/**
 * One connection over WebSocket, by mqtt.js. That takes the next message only when the one before is acknowledged: a
 * few hundred to a thousand messages a second, one for each time something becomes durable, where the connection over
 * TCP makes a hundred thousand. For brokers that can be reached in no other way; several connections help.
 */
export function openWebSocketConnection(options: ConnectionOptions): BrokerConnection {
  const { url, version, session, intake, maxPacketBytes, onClosed } = options
  let received = 0
  let unacknowledged = 0
  let connected = false
  let stopping = false
  let reason = ''
  let refusal: number | null = null
  let onIdle: (() => void) | null = null

  const bare = new URL(url)
  bare.username = ''
  bare.password = ''
  const client = connect(bare.href, clientOptions(options))
  client.on('error', error => {
    const code = 'code' in error && typeof error.code === 'number' ? error.code : null
    if (code !== null && !connected) refusal = code
    end(code === null ? error.message : `the broker refused the connection: ${reasonWords(code)}`)
  })
  client.on('connect', ({ sessionPresent }) => {
    connected = true
    options.onConnected(sessionPresent)
  })
  client.on('disconnect', ({ reasonCode }) =>
    end(`the broker ended the connection: ${reasonWords(reasonCode ?? 0)}`)
  )
  client.on('packetreceive', packet => {
    if (packet.cmd === 'suback' || packet.cmd === 'unsuback' || packet.cmd === 'pingresp')
      options.onPacket(packet)
  })
  client.once('close', () => {
    client.end(true)
    onIdle?.()
    onClosed(reason || 'the connection was lost', refusal)
  })

  client.handleMessage = ({ topic, payload }, acknowledge) => {
    if (stopping) return
    const bytes = Buffer.from(payload)
    received++
    unacknowledged++
    const durable =
      bytes.length > maxPacketBytes
        ? intake.reject(topic, bytes.subarray(0, 65_536), `a message of ${bytes.length} bytes`, bytes.length)
        : intake.accept(topic, bytes)
    durable.then(
      () => {
        unacknowledged--
        acknowledge()
        onIdle?.()
      },
      (error: Error) => end(`cannot make messages durable: ${error.message}`)
    )
  }

  function end(why: string): void {
    reason ||= why
    client.stream.destroy()
  }

  async function stop(withinMs: number): Promise<void> {
    stopping = true
    if (unacknowledged > 0 && connected)
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, withinMs)
        onIdle = () => {
          clearTimeout(timer)
          onIdle = null
          resolve()
        }
      })
    reason ||= 'stopped'
    await client.endAsync(!connected)
  }

  return {
    send: (packet: Packet) => {
      if (client.connected) client.stream.write(mqtt.generate(packet, { protocolVersion: version }))
    },
    durable: () => undefined,
    get received() {
      return received
    },
    get unacknowledged() {
      return unacknowledged
    },
    newestGroup: null,
    inflight: () => ({ seen: Math.min(received, 1), limit: null, throttling: false }),
    end,
    stop
  }

  function clientOptions({ tls }: ConnectionOptions): IClientOptions {
    return {
      protocolVersion: version,
      clientId: session.clientId,
      clean: session.clean,
      keepalive: session.keepaliveS,
      connectTimeout: CONNECT_TIMEOUT_MS,
      // Each connection is a client of its own, so that no acknowledgement is sent over a later one.
      reconnectPeriod: 0,
      resubscribe: false,
      ...credentials(url),
      ...tls,
      ...(version === 5 ? { properties: { sessionExpiryInterval: session.expiryS } } : {})
    }
  }
}

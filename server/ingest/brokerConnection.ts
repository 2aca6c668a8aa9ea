import mqtt, { type Packet } from 'mqtt-packet'
import { createAckQueue } from './ackQueue.ts'
import { connectPacket, openSocket, readyEvent } from './brokerUrl.ts'
import type { Intake } from './intake.ts'
import { createPacketReader, type IncomingMessage } from './packetReader.ts'
import { reasonWords } from './reasonCodes.ts'
import type { UnackedBytes } from './unackedBytes.ts'

export interface ConnectionOptions {
  url: URL
  clientId: string
  filters: readonly string[]
  intake: Pick<Intake, 'accept'>
  unacked: UnackedBytes
  /** Ask for the retained messages again, though the session knows the subscription already. */
  withRetained: boolean
  keepaliveS: number
  /** null: every filter is granted; else what is still missing. */
  onSubscribed(missing: string | null): void
  /** Called once, with the reason in words. */
  onClosed(reason: string): void
}

export interface BrokerConnection {
  /** Stops reading, acknowledges what becomes durable within the time, takes leave. The session stays at the broker. */
  stop(withinMs: number): Promise<void>
}

const CONNECT_TIMEOUT_MS = 10_000
const RESUBSCRIBE_MS = 30_000

/**
 * One connection to a broker, from CONNECT to its end. Acknowledgements of messages that came over it can only leave
 * over it: a later connection has its own queue, so a packet id of this session is never used in the next.
 *
 *   connecting ─CONNACK─► SUBSCRIBE ─SUBACK─► reading: PUBLISH ─► durable ─► PUBACK
 *                                                 ▲  │ too much not durable
 *                                            room │  ▼
 *                                                paused
 */
export function openBrokerConnection(options: ConnectionOptions): BrokerConnection {
  const { url, clientId, filters, intake, unacked, withRetained, onSubscribed, onClosed } = options
  const socket = openSocket(url).setNoDelay(true)
  const acks = createAckQueue(packets => send(packets))
  let keepaliveMs = options.keepaliveS * 1000
  let pingTimer: NodeJS.Timeout | null = null
  let resubscribeTimer: NodeJS.Timeout | null = null
  let heardSincePing = true
  let connected = false
  let stopping = false
  let reason = ''
  let onIdle: (() => void) | null = null

  const connectTimer = setTimeout(
    () => end(`no CONNACK within ${CONNECT_TIMEOUT_MS / 1000} s`),
    CONNECT_TIMEOUT_MS
  )
  const offRoom = unacked.onRoom(() => {
    if (!stopping) socket.resume()
  })
  const read = createPacketReader({
    onMessage,
    onControl,
    onMalformed: error => end(`not MQTT 5: ${error.message}`)
  })
  socket.once(readyEvent(url), () => sendPacket(connectPacket(url, clientId, options.keepaliveS)))
  socket.on('data', chunk => {
    heardSincePing = true
    read(chunk)
  })
  socket.on('error', error => end(error.message || String((error as NodeJS.ErrnoException).code)))
  socket.on('end', () => end('the broker closed the connection'))
  socket.on('close', closed)

  function send(bytes: Buffer): void {
    if (socket.writable) socket.write(bytes)
  }

  function sendPacket(packet: Packet): void {
    send(mqtt.generate(packet, { protocolVersion: 5 }))
  }

  function end(why: string): void {
    reason ||= why
    acks.flush()
    socket.destroy()
  }

  function closed(): void {
    clearTimeout(connectTimer)
    if (pingTimer !== null) clearInterval(pingTimer)
    if (resubscribeTimer !== null) clearTimeout(resubscribeTimer)
    offRoom()
    onIdle?.()
    onClosed(reason || 'the connection was lost')
  }

  function onControl(packet: Packet): void {
    if (packet.cmd === 'connack') onConnack(packet.reasonCode ?? packet.returnCode ?? 0, packet.properties)
    else if (packet.cmd === 'suback') onSuback(packet.granted as number[])
    else if (packet.cmd === 'disconnect')
      end(`the broker ended the connection: ${reasonWords(packet.reasonCode ?? 0)}`)
  }

  function onConnack(code: number, properties: { serverKeepAlive?: number } | undefined): void {
    clearTimeout(connectTimer)
    if (code !== 0) {
      end(`the broker refused the connection: ${reasonWords(code)}`)
      return
    }
    connected = true
    if (properties?.serverKeepAlive !== undefined) keepaliveMs = properties.serverKeepAlive * 1000
    if (keepaliveMs > 0) pingTimer = setInterval(ping, keepaliveMs / 2)
    subscribe()
  }

  function subscribe(): void {
    sendPacket({
      cmd: 'subscribe',
      messageId: 1,
      subscriptions: filters.map(topic => ({
        topic,
        qos: 1,
        nl: false,
        rap: false,
        rh: withRetained ? 0 : 1
      }))
    })
  }

  function onSuback(granted: readonly number[]): void {
    const missing = filters.flatMap((filter, index) => {
      const code = granted[index] ?? 128
      if (code === 1 || code === 2) return []
      return [code === 0 ? `${filter} only at QoS 0` : `${filter} refused: ${reasonWords(code)}`]
    })
    onSubscribed(missing.length === 0 ? null : missing.join('; '))
    if (missing.length > 0) resubscribeTimer = setTimeout(subscribe, RESUBSCRIBE_MS)
  }

  /** While paused nothing is read, so that silence then says nothing about the broker. */
  function ping(): void {
    if (!heardSincePing && !socket.isPaused()) {
      end('the broker does not answer')
      return
    }
    heardSincePing = socket.isPaused()
    sendPacket({ cmd: 'pingreq' })
  }

  function onMessage({ topic, payload, packetId }: IncomingMessage): void {
    unacked.add(payload.length)
    if (unacked.isFull) socket.pause()
    const durable = acks.add(packetId)
    intake
      .accept(topic, payload)
      .then(durable, (error: Error) => end(`cannot make messages durable: ${error.message}`))
      .finally(() => {
        unacked.remove(payload.length)
        if (acks.unanswered === 0) onIdle?.()
      })
  }

  async function stop(withinMs: number): Promise<void> {
    stopping = true
    socket.pause()
    if (acks.unanswered > 0 && !socket.destroyed) await idle(withinMs)
    acks.flush()
    reason ||= 'stopped'
    if (!connected || socket.destroyed) {
      socket.destroy()
      return
    }
    sendPacket({ cmd: 'disconnect', reasonCode: 0 })
    const timer = setTimeout(() => socket.destroy(), withinMs)
    await new Promise<void>(resolve => {
      socket.once('close', () => resolve())
      socket.destroySoon()
    })
    clearTimeout(timer)
  }

  function idle(withinMs: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, withinMs)
      onIdle = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  return { stop }
}

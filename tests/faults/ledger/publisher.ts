import { connect, type Socket } from 'node:net'
import { generate, type IPublishPacket, parser } from 'mqtt-packet'
import type { Message } from './message.ts'

const PING_EVERY_MS = 15_000
const CONNECT_TIMEOUT_MS = 10_000

export interface PublisherOptions {
  url: URL
  clientId: string
  /** Most messages without a PUBACK. */
  window: number
  messageOf(message: number): Message
  /** Called for every try to connect, the first too: when it may be made. */
  schedule(connect: () => void): void
  onConnect?(): void
  onAck(message: number, latencyMs: number): void
}

interface Pending {
  message: number
  sentAt: number
}

/**
 * One MQTT 3.1.1 connection with a session of its own. It comes back by itself and sends again, with the DUP flag and
 * in order, what was not acknowledged [MQTT-4.4.0-1].
 */
export class Publisher {
  isConnected = false
  /** Monotonic time of the newest CONNACK. */
  connectedAt = 0
  reconnects = -1
  private readonly options: PublisherOptions
  private readonly pending = new Map<number, Pending>()
  private socket: Socket | null = null
  private lastId = 0
  private stopped = false

  constructor(options: PublisherOptions) {
    this.options = options
  }

  start(): void {
    this.options.schedule(() => this.connect())
  }

  private connect(): void {
    if (this.stopped) return
    const { url, clientId } = this.options
    const socket = connect(Number(url.port), url.hostname)
    this.socket = socket
    socket.setNoDelay(true)
    // Fits a server that takes the connection and never answers.
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => !this.isConnected && socket.destroy())
    const packets = parser()
    packets.on('packet', packet => {
      if (packet.cmd === 'connack' && packet.returnCode === 0) this.resume()
      else if (packet.cmd === 'puback') this.acknowledged(packet.messageId ?? 0)
    })
    packets.on('error', () => socket.destroy())
    socket.on('data', chunk => packets.parse(chunk))
    socket.on('error', () => {})
    socket.once('connect', () =>
      socket.write(generate({ cmd: 'connect', protocolVersion: 4, clientId, clean: false, keepalive: 60 }))
    )
    const ping = setInterval(
      () => this.isConnected && socket.write(generate({ cmd: 'pingreq' })),
      PING_EVERY_MS
    )
    socket.once('close', () => {
      clearInterval(ping)
      this.isConnected = false
      this.start()
    })
  }

  get room(): number {
    return this.isConnected && this.socket?.writableNeedDrain === false
      ? this.options.window - this.pending.size
      : 0
  }

  get unacknowledged(): number {
    return this.pending.size
  }

  send(message: number, dup: boolean): void {
    const id = this.freeId()
    this.pending.set(id, { message, sentAt: performance.now() })
    this.write(id, message, dup)
  }

  cork(): void {
    this.socket?.cork()
  }

  uncork(): void {
    this.socket?.uncork()
  }

  stop(): void {
    this.stopped = true
    this.socket?.end(generate({ cmd: 'disconnect' }))
  }

  private resume(): void {
    this.isConnected = true
    this.connectedAt = performance.now()
    this.reconnects++
    for (const [id, pending] of this.pending) {
      pending.sentAt = this.connectedAt
      this.write(id, pending.message, true)
    }
    this.options.onConnect?.()
  }

  private acknowledged(id: number): void {
    const pending = this.pending.get(id)
    if (pending === undefined) return
    this.pending.delete(id)
    this.options.onAck(pending.message, performance.now() - pending.sentAt)
  }

  private write(messageId: number, message: number, dup: boolean): void {
    const { topic, payload } = this.options.messageOf(message)
    const packet: IPublishPacket = { cmd: 'publish', topic, payload, qos: 1, dup, retain: false, messageId }
    this.socket?.write(generate(packet))
  }

  private freeId(): number {
    do this.lastId = (this.lastId % 65_535) + 1
    while (this.pending.has(this.lastId))
    return this.lastId
  }
}

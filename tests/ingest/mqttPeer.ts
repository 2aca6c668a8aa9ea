import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import mqtt, { type IConnackPacket, type Packet } from 'mqtt-packet'

export interface MqttPeer {
  url: string
  /** What the client sent, over all connections. */
  received: Packet[]
  connections: () => number
  send(...packets: Packet[]): void
  sendBytes(bytes: Buffer): void
  publish(packetId: number, payload: string | Buffer): void
  drop(): void
  stop(): Promise<void>
}

export interface MqttPeerOptions {
  port?: number
  /** The answer to a CONNECT of this version. */
  connackCode?: (version: number) => number
  sessionPresent?: boolean
  connackProperties?: NonNullable<IConnackPacket['properties']>
  granted?: (filters: string[]) => number[]
  /** The codes of UNSUBACK; none: it does not come. */
  unsubscribed?: (filters: string[]) => number[]
  /** Answers no ping. */
  isMute?: boolean
}

/** The broker's side of the protocol under a test's control: answers the client as told, and notes what it sent. */
export async function startMqttPeer(options: MqttPeerOptions = {}): Promise<MqttPeer> {
  const { port: wantedPort = 0, connackCode = () => 0, sessionPresent = false, isMute = false } = options
  const granted = options.granted ?? (filters => filters.map(() => 1))
  const unsubscribed = options.unsubscribed ?? (filters => filters.map(() => 0))
  const received: Packet[] = []
  const sockets = new Set<Socket>()
  let current: Socket | null = null
  let version = 5
  let count = 0

  const generate = (packet: Packet) => mqtt.generate(packet, { protocolVersion: version })
  const server = createServer(socket => {
    current = socket
    count++
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
    const answer = (packet: Packet) => socket.write(generate(packet))
    const parser = mqtt.parser({ protocolVersion: 5 })
    parser.on('packet', packet => {
      received.push(packet)
      if (packet.cmd === 'connect') {
        version = packet.protocolVersion ?? 5
        const code = connackCode(version)
        const properties = version === 5 ? (options.connackProperties ?? {}) : {}
        answer({ cmd: 'connack', reasonCode: code, returnCode: code, sessionPresent, properties })
        if (code !== 0) socket.end()
      } else if (packet.cmd === 'subscribe') {
        const codes = granted(packet.subscriptions.map(({ topic }) => topic))
        answer({ cmd: 'suback', messageId: packet.messageId ?? 0, granted: codes })
      } else if (packet.cmd === 'unsubscribe') {
        const codes = unsubscribed(packet.unsubscriptions)
        if (codes.length > 0) answer({ cmd: 'unsuback', messageId: packet.messageId ?? 0, granted: codes })
      } else if (packet.cmd === 'pingreq' && !isMute) answer({ cmd: 'pingresp' })
    })
    socket.on('data', chunk => parser.parse(chunk))
  }).listen(wantedPort, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0

  const send = (...packets: Packet[]) => current?.write(Buffer.concat(packets.map(generate)))
  return {
    url: `mqtt://127.0.0.1:${port}`,
    received,
    connections: () => count,
    send,
    sendBytes: bytes => current?.write(bytes),
    publish: (messageId, payload) =>
      send({ cmd: 'publish', topic: 't', payload, qos: 1, messageId, dup: false, retain: false }),
    drop: () => current?.destroy(),
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    }
  }
}

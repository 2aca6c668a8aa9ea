import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import mqtt, { type Packet } from 'mqtt-packet'

export interface Mqtt5Peer {
  url: string
  /** What the client sent, over all connections. */
  received: Packet[]
  connections: () => number
  send(...packets: Packet[]): void
  publish(packetId: number, payload: string): void
  drop(): void
  stop(): Promise<void>
}

/** The broker's side of the protocol under a test's control: answers CONNECT and SUBSCRIBE as told, notes the rest. */
export async function startMqtt5Peer({
  port: wantedPort = 0,
  connackCode = 0,
  granted = () => [1]
}: {
  port?: number
  connackCode?: number
  granted?: (filters: string[]) => number[]
} = {}): Promise<Mqtt5Peer> {
  const received: Packet[] = []
  const sockets = new Set<Socket>()
  let current: Socket | null = null
  let count = 0

  const write = (socket: Socket, packet: Packet) =>
    socket.write(mqtt.generate(packet, { protocolVersion: 5 }))
  const server = createServer(socket => {
    current = socket
    count++
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
    const parser = mqtt.parser({ protocolVersion: 5 })
    parser.on('packet', packet => {
      received.push(packet)
      if (packet.cmd === 'connect') {
        write(socket, { cmd: 'connack', reasonCode: connackCode, sessionPresent: false })
        if (connackCode !== 0) socket.end()
      } else if (packet.cmd === 'subscribe') {
        const codes = granted(packet.subscriptions.map(({ topic }) => topic))
        write(socket, { cmd: 'suback', messageId: packet.messageId ?? 0, granted: codes })
      } else if (packet.cmd === 'pingreq') write(socket, { cmd: 'pingresp' })
    })
    socket.on('data', chunk => parser.parse(chunk))
  }).listen(wantedPort, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0

  const send = (...packets: Packet[]) =>
    current?.write(Buffer.concat(packets.map(packet => mqtt.generate(packet, { protocolVersion: 5 }))))
  return {
    url: `mqtt://127.0.0.1:${port}`,
    received,
    connections: () => count,
    send,
    publish: (messageId, payload) =>
      send({ cmd: 'publish', topic: 't', payload, qos: 1, messageId, dup: false, retain: false }),
    drop: () => current?.destroy(),
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    }
  }
}

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { generate } from 'mqtt-packet'
import type { Load } from './load.ts'

/** Sent and not acknowledged at a time. */
const WINDOW = 20_000
const CHUNK_BYTES = 256 * 1024

/** Publishes a load at QoS 1 and resolves when the broker has acknowledged all of it. */
export async function publishBacklog(url: string, load: Load): Promise<void> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname).setNoDelay(true)
  await once(socket, 'connect')
  socket.write(
    generate({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: true,
      clientId: 'backlog',
      keepalive: 0
    })
  )
  // CONNACK is 4 bytes, and so is each PUBACK.
  let received = -4
  let room: () => void = () => undefined
  socket.on('data', chunk => {
    received += chunk.length
    room()
  })
  let sent = 0
  while (sent < load.messages) {
    const chunk: Buffer[] = []
    for (let bytes = 0; bytes < CHUNK_BYTES && sent < load.messages && sent - received / 4 < WINDOW; sent++) {
      const packet = publishPacket(load.topic(sent), load.payload(sent), (sent % 65_535) + 1)
      chunk.push(packet)
      bytes += packet.length
    }
    await write(socket, Buffer.concat(chunk))
    while (sent - received / 4 >= WINDOW) await new Promise<void>(resolve => (room = resolve))
  }
  while (received / 4 < load.messages) await new Promise<void>(resolve => (room = resolve))
  socket.end()
}

function publishPacket(topic: string, payload: string, packetId: number): Buffer {
  let rest = 4 + topic.length + payload.length
  const length: number[] = []
  do {
    length.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0))
    rest >>>= 7
  } while (rest > 0)
  const head = Buffer.from([0x32, ...length, topic.length >> 8, topic.length & 0xff])
  const id = Buffer.from([packetId >> 8, packetId & 0xff])
  return Buffer.concat([head, Buffer.from(topic), id, Buffer.from(payload)])
}

async function write(socket: Socket, bytes: Buffer): Promise<void> {
  if (bytes.length > 0 && !socket.write(bytes)) await once(socket, 'drain')
}

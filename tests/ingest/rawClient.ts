import { once } from 'node:events'
import { connect as connectSocket, type Socket } from 'node:net'
import mqtt, { type IConnectPacket, type Packet } from 'mqtt-packet'
import { until } from '../helpers/until.ts'
import { SECRET } from './testBroker.ts'

/** A client of MQTT 3.1.1 that keeps to no rules. */
export interface RawClient {
  socket: Socket
  received: Packet[]
  send(packet: Packet | Buffer): void
  /** The first one of this kind, when it comes. */
  answer<C extends Packet['cmd']>(cmd: C): Promise<Extract<Packet, { cmd: C }>>
  /** When the broker has closed the connection. */
  closed(): Promise<void>
}

export async function rawClient(address: string): Promise<RawClient> {
  const socket = connectSocket(Number(new URL(address).port), '127.0.0.1').setNoDelay(true)
  socket.on('error', () => undefined)
  const received: Packet[] = []
  const parser = mqtt.parser({ protocolVersion: 4 })
  parser.on('packet', packet => received.push(packet))
  socket.on('data', chunk => parser.parse(chunk))
  let isClosed = false
  socket.once('close', () => {
    isClosed = true
  })
  await once(socket, 'connect')
  return {
    socket,
    received,
    send: packet => void socket.write(Buffer.isBuffer(packet) ? packet : mqtt.generate(packet)),
    async answer(cmd) {
      const found = () => received.find(packet => packet.cmd === cmd)
      await until(() => found() !== undefined, { what: cmd.toUpperCase() })
      return found() as never
    },
    closed: () => until(() => isClosed, { what: 'the end of the connection' })
  }
}

export const connectPacket = (options: Partial<IConnectPacket> = {}): IConnectPacket => ({
  ...{ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true, keepalive: 60 },
  clientId: 'x',
  ...options
})

export const connectAs = (identity: string, options: Partial<IConnectPacket> = {}): IConnectPacket =>
  connectPacket({ clientId: identity, username: identity, password: Buffer.from(SECRET), ...options })

import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import { generate } from 'mqtt-packet'

/** What an offender sends on a raw socket. */
export interface Offence {
  name: string
  /** The server has to end the connection; a message it can read it may also refuse and acknowledge. */
  ends: 'closed' | 'closed or acknowledged'
  commit(socket: Socket, n: number): void
}

const MIB = 1 << 20
const METER = 'gridload/v1/meter/OFFENDER/reading'

const connectPacket = (n: number, keepalive = 60): Buffer =>
  generate({
    cmd: 'connect',
    protocolVersion: 4,
    clientId: `offender-${process.pid}-${n}`,
    clean: true,
    keepalive
  })

const publishPacket = (topic: string, payload: string): Buffer =>
  generate({ cmd: 'publish', topic, payload, qos: 1, dup: false, retain: false, messageId: 1 })

/** A publish whose topic no library would write. */
function rawPublish(topic: string, flags: number, messageId: number): Buffer {
  const name = Buffer.from(topic)
  const body = Buffer.concat([
    Buffer.from([name.length >> 8, name.length & 0xff]),
    name,
    Buffer.from([messageId >> 8, messageId & 0xff]),
    Buffer.from('{}')
  ])
  return Buffer.concat([Buffer.from([0x30 | flags, body.length]), body])
}

/** Says that 200 MiB will come, sends as much of it as it is let, at most 32 MiB, and falls silent. */
function oversized(socket: Socket): void {
  const header = Buffer.from([0x32, 0x80, 0x80, 0x80, 0x64])
  socket.write(Buffer.concat([header, Buffer.from([0, METER.length]), Buffer.from(METER)]))
  let left = 32 * MIB
  const block = Buffer.alloc(64 * 1024, 0x20)
  const more = (): void => {
    while (left > 0 && !socket.destroyed) {
      left -= block.length
      if (!socket.write(block)) return
    }
  }
  socket.on('drain', more)
  more()
}

const afterConnect = (name: string, bytes: (n: number) => Buffer): Offence => ({
  name,
  ends: 'closed',
  commit: (socket, n) => void socket.write(Buffer.concat([connectPacket(n), bytes(n)]))
})
const bomb = (name: string, payload: () => string, topic = METER): Offence => ({
  name,
  ends: 'closed or acknowledged',
  commit: (socket, n) => void socket.write(Buffer.concat([connectPacket(n), publishPacket(topic, payload())]))
})

export const offences: readonly Offence[] = [
  { name: 'random bytes', ends: 'closed', commit: socket => void socket.write(randomBytes(4096)) },
  {
    name: 'publish before CONNECT',
    ends: 'closed',
    commit: socket => void socket.write(publishPacket(METER, '{}'))
  },
  { name: 'nothing at all', ends: 'closed', commit: () => {} },
  {
    name: '200 MiB payload, never ended',
    ends: 'closed',
    commit(socket, n) {
      // It has to be thrown out one and a half keep-alives after its last packet at the latest [MQTT-3.1.2-24].
      socket.write(connectPacket(n, 5))
      oversized(socket)
    }
  },
  afterConnect('length of five bytes', () => Buffer.from([0x32, 0xff, 0xff, 0xff, 0xff, 0xff])),
  afterConnect('reserved packet type', () => Buffer.from([0x00, 0x00])),
  afterConnect('random bytes after CONNECT', () =>
    Buffer.concat([Buffer.from([0xf0, 0x7f]), randomBytes(2048)])
  ),
  afterConnect('QoS 3', () => rawPublish(METER, 0x06, 1)),
  afterConnect('second CONNECT', n => connectPacket(n)),
  afterConnect('wildcard in the topic', () => rawPublish('gridload/v1/meter/+/reading', 0x02, 1)),
  bomb('payload of 12 MiB', () => `"${'x'.repeat(12 * MIB)}"`),
  bomb('topic of 500 levels', () => '{}', `gridload/v1/meter/${'a/'.repeat(500)}reading`),
  bomb('array 100,000 deep', () => '['.repeat(100_000)),
  bomb('__proto__', () => '{"__proto__":{"kw":0.5},"constructor":{"prototype":{"ts":1}},"kw":0.5}'),
  bomb('1 MiB of text', () => `"${'x'.repeat(MIB)}"`),
  bomb('100,000 empty items', () => `[${'{},'.repeat(99_999)}{}]`)
]

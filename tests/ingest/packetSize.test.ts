import fc from 'fast-check'
import mqtt, { type IPublishPacket } from 'mqtt-packet'
import { expect, it } from 'vitest'
import { createPacketCutter, KEPT_BYTES } from '../../server/ingest/packetSize.ts'

const MOST = 200_000
const ping = mqtt.generate({ cmd: 'pingreq' })

function publish(payloadBytes: number, messageId = 7): Buffer {
  const payload = Buffer.alloc(payloadBytes, 0xff)
  return mqtt.generate({
    ...{ cmd: 'publish', topic: 'topic', payload, qos: 1, messageId },
    dup: true,
    retain: false
  })
}

/** What a parser behind the cutter sees of a stream that comes in pieces of one length. */
function seen(stream: Buffer, pieceBytes: number) {
  const cutter = createPacketCutter(MOST)
  const parser = mqtt.parser()
  const packets: { cmd: string; id: number | null; bytes: number; full: number | null }[] = []
  parser.on('packet', packet => {
    const payload = (packet as Partial<IPublishPacket>).payload ?? ''
    const full = packet.cmd === 'publish' ? cutter.fullBytes(packet.length ?? 0) : null
    packets.push({ cmd: packet.cmd, id: packet.messageId ?? null, bytes: payload.length, full })
  })
  const passed: Buffer[] = []
  for (let at = 0; at < stream.length; at += pieceBytes) {
    const piece = cutter.cut(stream.subarray(at, at + pieceBytes))
    if (piece === null) return null
    passed.push(piece)
  }
  parser.parse(Buffer.concat(passed))
  return packets
}

/** Topic and packet id before the payload. */
const BEFORE = 2 + 5 + 2

it('lets through what fits, byte by byte, however it is cut', () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 8 })
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 5000 }), (payloads, pieceBytes) => {
      const stream = Buffer.concat(payloads.flatMap(bytes => [publish(bytes), ping]))
      const cutter = createPacketCutter(MOST)
      const passed: Buffer[] = []
      for (let at = 0; at < stream.length; at += pieceBytes)
        passed.push(cutter.cut(stream.subarray(at, at + pieceBytes)) ?? Buffer.from('ended'))
      expect(Buffer.concat(passed).equals(stream)).toBe(true)
    }),
    { numRuns: 100, seed: 5 }
  )
})

it.each([1, 2, 3, 4, 5, 7, 1000, 130_000, 10_000_000])(
  'shortens what is too long, in pieces of %i bytes',
  pieceBytes => {
    const stream = Buffer.concat([
      ...[publish(5, 1), publish(MOST - BEFORE, 2), publish(MOST - BEFORE + 1, 3), ping],
      ...[publish(KEPT_BYTES - BEFORE, 4), publish(600_000, 5), publish(300_000, 6), publish(0, 7), ping]
    ])
    const cut = KEPT_BYTES - BEFORE
    expect(seen(stream, pieceBytes)).toEqual([
      { cmd: 'publish', id: 1, bytes: 5, full: null },
      { cmd: 'publish', id: 2, bytes: MOST - BEFORE, full: null },
      { cmd: 'publish', id: 3, bytes: cut, full: MOST + 1 },
      { cmd: 'pingreq', id: null, bytes: 0, full: null },
      { cmd: 'publish', id: 4, bytes: cut, full: null },
      { cmd: 'publish', id: 5, bytes: cut, full: 600_000 + BEFORE },
      { cmd: 'publish', id: 6, bytes: cut, full: 300_000 + BEFORE },
      { cmd: 'publish', id: 7, bytes: 0, full: null },
      { cmd: 'pingreq', id: null, bytes: 0, full: null }
    ])
  }
)

it('ends at another packet that is too long, before its body has come', () => {
  const connect = Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f])
  expect(seen(Buffer.concat([ping, connect]), 3)).toBeNull()
})

it('leaves a malformed length to the parser', () => {
  const bytes = Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3])
  expect(createPacketCutter(MOST).cut(bytes)).toEqual(bytes)
})

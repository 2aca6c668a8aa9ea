import fc from 'fast-check'
import mqtt from 'mqtt-packet'
import { expect, it } from 'vitest'
import { createPacketMeter } from '../../server/ingest/packetSize.ts'

const publish = (payloadBytes: number) =>
  mqtt.generate({
    cmd: 'publish',
    topic: 't',
    payload: Buffer.alloc(payloadBytes, 0xff),
    qos: 0,
    dup: false,
    retain: false
  })
const ping = mqtt.generate({ cmd: 'pingreq' })

/** The verdict on a stream that arrives in pieces of one length. */
function verdict(stream: Buffer, pieceBytes: number, maxBytes: number): number | null {
  const meter = createPacketMeter(maxBytes)
  for (let at = 0; at < stream.length; at += pieceBytes) {
    const found = meter(stream.subarray(at, at + pieceBytes))
    if (found !== null) return found
  }
  return null
}

it('lets through what fits, however it is cut', () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 8 })
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 5000 }), (payloads, pieceBytes) => {
      const stream = Buffer.concat(payloads.flatMap(bytes => [publish(bytes), ping]))
      expect(verdict(stream, pieceBytes, 20_003)).toBeNull()
    }),
    { numRuns: 100, seed: 5 }
  )
})

it.each([1, 2, 3, 7, 100_000])('finds the one that is too long in pieces of %i bytes', pieceBytes => {
  const stream = Buffer.concat([publish(5), ping, publish(997), publish(998)])
  expect(verdict(stream, pieceBytes, 1000)).toBe(1001)
})

it('finds it before its body has come', () => {
  expect(verdict(publish(5_000_000).subarray(0, 5), 5, 1_000_000)).toBe(5_000_003)
})

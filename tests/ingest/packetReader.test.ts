import fc from 'fast-check'
import mqtt, { type IPublishPacket, type Packet } from 'mqtt-packet'
import { describe, expect, it } from 'vitest'
import { createPacketReader, type OversizedMessage } from '../../server/ingest/packetReader.ts'

interface Message {
  topic: string
  payload: string
  packetId: number
}

/** Reads a stream that arrives in pieces of the given lengths, the last of which is repeated. */
function readStream(
  stream: Buffer,
  pieces: readonly number[],
  { version = 5, maxPacketBytes = 1_000_000 }: { version?: 4 | 5; maxPacketBytes?: number } = {}
) {
  const messages: Message[] = []
  const controls: string[] = []
  const oversized: OversizedMessage[] = []
  const reader = createPacketReader(
    { version, maxPacketBytes },
    {
      onPublish(bytes, topicStart, topicEnd, payloadStart, payloadEnd, packetId) {
        const topic = bytes.toString('utf8', topicStart, topicEnd)
        messages.push({ topic, payload: bytes.toString('latin1', payloadStart, payloadEnd), packetId })
      },
      onControl: packet => controls.push(packet.toString('hex')),
      onOversized: message => oversized.push(message)
    }
  )
  let malformed: string | null = null
  for (let at = 0, turn = 0; at < stream.length && malformed === null; turn++) {
    const space = reader.space()
    const wanted = pieces[Math.min(turn, pieces.length - 1)] ?? stream.length
    const step = Math.min(wanted, space.length, stream.length - at)
    stream.copy(space, 0, at, at + step)
    malformed = reader.advance(step)
    at += step
  }
  return { messages, controls, oversized, malformed }
}

const generate = (packet: Packet, version: 4 | 5) => mqtt.generate(packet, { protocolVersion: version })
const publish = (topic: string, payload: string | Buffer, messageId: number): IPublishPacket => ({
  ...{ cmd: 'publish', topic, payload, qos: messageId === 0 ? 0 : 1, messageId, dup: false, retain: false }
})

const topicText = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .filter(topic => !/[#+\0]/.test(topic) && topic.isWellFormed())
const message = fc.record({
  topic: topicText,
  payload: fc.uint8Array({ maxLength: 400 }),
  packetId: fc.integer({ min: 0, max: 65_535 }),
  dup: fc.boolean(),
  retain: fc.boolean(),
  properties: fc.record(
    {
      payloadFormatIndicator: fc.boolean(),
      messageExpiryInterval: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      responseTopic: topicText,
      correlationData: fc.uint8Array({ maxLength: 200 }).map(bytes => Buffer.from(bytes)),
      contentType: topicText,
      subscriptionIdentifier: fc.integer({ min: 1, max: 268_435_455 }),
      userProperties: fc.dictionary(
        fc.stringMatching(/^[a-z]{1,8}$/),
        fc.string({ unit: 'grapheme', maxLength: 60 }).filter(text => text.isWellFormed()),
        { minKeys: 1, maxKeys: 4 }
      )
    },
    { requiredKeys: [] }
  )
})

describe('a stream of packets', () => {
  it.each([4, 5] as const)('of MQTT version %i is read however it is cut', version => {
    const pieces = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(fc.array(message, { maxLength: 12 }), pieces, (messages, lengths) => {
        const ping = generate({ cmd: 'pingresp' }, version)
        const stream = messages.flatMap(({ topic, payload, packetId, dup, retain, properties }) => [
          generate(
            {
              ...publish(topic, Buffer.from(payload), packetId),
              ...{ dup: dup && packetId > 0, retain },
              ...(version === 5 ? { properties } : {})
            } as Packet,
            version
          ),
          ping
        ])
        const read = readStream(Buffer.concat(stream), lengths, { version })
        expect(read.malformed).toBeNull()
        expect(read.messages).toEqual(
          messages.map(({ topic, payload, packetId }) => ({
            ...{ topic, payload: Buffer.from(payload).toString('latin1'), packetId }
          }))
        )
        expect(read.controls).toEqual(messages.map(() => 'd000'))
      }),
      { numRuns: 150, seed: 11 }
    )
  })

  const lengths = [0, 1, 110, 125, 126, 127, 128, 16_370, 16_383, 16_384, 300_000]
  const expected = lengths.map((length, index) => ({
    ...{ topic: `t/${index}`, payload: 'x'.repeat(length), packetId: index }
  }))

  it.each([1, 2, 3, 1000, 262_144])(
    'is read in pieces of %i bytes, whatever the length of the packets',
    piece => {
      const stream = Buffer.concat(
        expected.map(({ topic, payload, packetId }) => generate(publish(topic, payload, packetId), 5))
      )
      expect(readStream(stream, [piece]).messages).toEqual(expected)
    }
  )

  it('is read with a cut at every place', () => {
    const properties = { userProperties: { a: 'x'.repeat(200) }, contentType: 'application/json' }
    const stream = Buffer.concat([
      generate({ ...publish('a/b', '{"kw":1}', 1), properties }, 5),
      generate({ cmd: 'suback', messageId: 1, granted: [1, 1] }, 5),
      generate(publish('c', 'y'.repeat(150), 2), 5)
    ])
    for (let cut = 1; cut < stream.length; cut++) {
      const { messages, controls } = readStream(stream, [cut, stream.length])
      expect(messages.map(({ packetId }) => packetId)).toEqual([1, 2])
      expect(controls).toHaveLength(1)
    }
  })
})

describe('a message that is too long', () => {
  const long = Buffer.alloc(400_000, 'z')
  const before = generate(publish('a', 'before', 1), 5)
  const after = generate(publish('b', 'after', 3), 5)

  it.each([1, 1000, 100_000, 1_000_000])('is passed over in pieces of %i bytes', piece => {
    const stream = Buffer.concat([before, generate(publish('long', long, 2), 5), after])
    const { messages, oversized, malformed } = readStream(stream, [piece], { maxPacketBytes: 200_000 })
    expect(malformed).toBeNull()
    expect(messages.map(({ packetId }) => packetId)).toEqual([1, 3])
    expect(oversized).toMatchObject([{ topic: 'long', packetId: 2, bytes: 400_013 }])
    expect(oversized[0]?.head.toString()).toMatch(/^z{100000,131072}$/)
  })

  it('is told of only when all of it has come', () => {
    const stream = generate(publish('long', long, 2), 5)
    const { oversized } = readStream(stream.subarray(0, -1), [50_000], { maxPacketBytes: 200_000 })
    expect(oversized).toEqual([])
  })

  it('may be longer than is kept of it by its properties alone', () => {
    const properties = {
      userProperties: Object.fromEntries(
        Array.from({ length: 5 }, (_, index) => [`k${index}`, 'v'.repeat(60_000)])
      )
    }
    const stream = Buffer.concat([generate({ ...publish('long', 'x', 2), properties }, 5), after])
    const { messages, oversized } = readStream(stream, [999], { maxPacketBytes: 200_000 })
    expect(oversized).toMatchObject([{ topic: 'long', packetId: 2, head: Buffer.alloc(0) }])
    expect(messages).toHaveLength(1)
  })
})

describe('what is malformed', () => {
  it.each<[string, number[], RegExp]>([
    ['a length of five bytes', [0x30, 0xff, 0xff, 0xff, 0xff, 0x01], /more than four bytes/],
    ['QoS 3', [0x36, 0x05, 0, 1, 0x61, 0, 0], /QoS 3/],
    ['QoS 2', [0x34, 0x06, 0, 1, 0x61, 0, 1, 0], /QoS 2, which nobody asked for/],
    ['a topic longer than its packet', [0x30, 0x04, 0, 9, 0x61, 0], /shorter than its topic|does not end/],
    ['no place for a topic length', [0x30, 0x01, 0], /shorter than its topic|does not end/],
    ['nothing at all', [0x30, 0x00, 0, 0, 0, 0], /shorter than its topic|does not end/],
    ['no place for the packet id', [0x32, 0x04, 0, 1, 0x61, 0], /shorter than its topic|does not end/],
    ['packet id 0', [0x32, 0x06, 0, 1, 0x61, 0, 0, 0], /packet id 0/],
    ['properties longer than the packet', [0x30, 0x04, 0, 1, 0x61, 0x05], /shorter than its topic/],
    ['a property length without end', [0x30, 0x05, 0, 1, 0x61, 0xff, 0xff], /does not end/],
    ['no topic', [0x30, 0x06, 0, 0, 3, 0x23, 0, 1], /topic alias/],
    ['a packet only clients send', [0xc0, 0x00], /begins with 0xc0/],
    ['flags where there are none', [0xd1, 0x00], /begins with 0xd1/]
  ])('ends the reading with a reason: %s', (_what, bytes, reason) => {
    for (const piece of [1, 100]) {
      const { messages, malformed } = readStream(Buffer.from(bytes), [piece])
      expect(malformed).toMatch(reason)
      expect(messages).toEqual([])
    }
  })

  it('is never read beyond its end, whatever the bytes', () => {
    const first = fc.constantFrom(0x30, 0x31, 0x32, 0x33, 0x3a, 0x34, 0xd0, 0x90, 0x00)
    const bytes = fc.uint8Array({ maxLength: 60 })
    fc.assert(
      fc.property(first, bytes, fc.integer({ min: 1, max: 70 }), (byte, rest, piece) => {
        const stream = Buffer.from([byte, rest.length, ...rest])
        const { messages } = readStream(stream, [piece])
        for (const { topic, payload } of messages) {
          expect(Buffer.byteLength(payload, 'latin1')).toBeLessThanOrEqual(rest.length - 3)
          expect(topic.length).toBeGreaterThan(0)
        }
      }),
      { numRuns: 1000, seed: 12 }
    )
  })
})

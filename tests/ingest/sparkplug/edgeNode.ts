import sparkplug from 'sparkplug-payload'
import proto from 'sparkplug-payload/lib/sparkplugPayloadProto.js'

const { Payload } = proto.org.eclipse.tahu.protobuf
const encoder = sparkplug.get('spBv1.0')
if (encoder === null) throw new Error('sparkplug-payload has no spBv1.0')

type Encoded = Parameters<typeof encoder.encodePayload>[0]
export type SentMetric = NonNullable<Encoded['metrics']>[number]

/** A payload as the reference encoder writes it. */
export function encodePayload(payload: Encoded): Buffer {
  return Buffer.from(encoder?.encodePayload(payload) ?? [])
}

type Bare = NonNullable<Parameters<typeof Payload.create>[0]>
export type BareMetric = NonNullable<Bare['metrics']>[number]

/** A payload whose metrics say no more than given: data after a birth has neither names nor datatypes. */
export function encodeBare(payload: Bare): Buffer {
  return Buffer.from(Payload.encode(Payload.create(payload)).finish())
}

export function decodePayload(bytes: Buffer) {
  return encoder?.decodePayload(bytes)
}

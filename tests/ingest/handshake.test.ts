import type { IConnackPacket } from 'mqtt-packet'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createHandshake, type Handshake } from '../../server/ingest/handshake.ts'

let handshake: Handshake
let done: unknown[]

beforeEach(() => {
  done = []
  handshake = createHandshake({
    url: new URL('mqtt://user:secret@broker'),
    version: 5,
    session: { clientId: 'gridload', clean: false, expiryS: 300, keepaliveS: 30 },
    send: packet => void done.push(packet),
    end: reason => void done.push(reason),
    onConnected: (...connected) => void done.push(connected)
  })
})
afterEach(() => handshake.stop())

const connack = (more: Partial<IConnackPacket>): IConnackPacket => ({
  ...{ cmd: 'connack', sessionPresent: false },
  ...more
})

it('begins with who we are', () => {
  handshake.begin()
  expect(done).toMatchObject([{ cmd: 'connect', clientId: 'gridload', username: 'user', clean: false }])
  expect(handshake.isDone).toBe(false)
})

it.each<[string, Partial<IConnackPacket>, [boolean, number], number | null]>([
  ['nothing more', { reasonCode: 0 }, [false, 30], null],
  ['that it knows the session', { reasonCode: 0, sessionPresent: true }, [true, 30], null],
  ['it in MQTT 3.1.1', { returnCode: 0, sessionPresent: true }, [true, 30], null],
  [
    'its own limits',
    { reasonCode: 0, properties: { serverKeepAlive: 9, receiveMaximum: 20 } },
    [false, 9],
    20
  ]
])('the broker lets us in and says %s', (_what, packet, connected, receiveMaximum) => {
  handshake.onConnack(connack(packet))
  expect(done).toEqual([connected])
  expect(handshake).toMatchObject({ isDone: true, refusal: null, receiveMaximum })
})

it('the broker does not let us in', () => {
  handshake.onConnack(connack({ reasonCode: 0x87 }))
  expect(done).toEqual(['the broker refused the connection: not authorized (0x87)'])
  expect(handshake).toMatchObject({ isDone: false, refusal: 0x87 })
})

it('a second CONNACK, and one without a code, are not MQTT', () => {
  handshake.onConnack(connack({}))
  handshake.onConnack(connack({ reasonCode: 0 }))
  handshake.onConnack(connack({ reasonCode: 0 }))
  const notMqtt = 'not MQTT: a CONNACK without a code, or a second one'
  expect(done).toEqual([notMqtt, [false, 30], notMqtt])
})

import type { IConnackPacket, Packet } from 'mqtt-packet'
import { connectPacket, type MqttVersion, type SessionRequest } from './brokerUrl.ts'
import { reasonWords } from './reasonCodes.ts'

export interface HandshakeOptions {
  url: URL
  version: MqttVersion
  session: SessionRequest
  send(packet: Packet): void
  /** Ends the connection, with the reason in words. */
  end(reason: string): void
  /** `keepaliveS`: the broker's wish before ours. */
  onConnected(sessionPresent: boolean, keepaliveS: number): void
}

/** CONNECT and CONNACK, which both must have passed within ten seconds from the opening of the socket. */
export interface Handshake {
  /** Bytes may be sent. */
  begin(): void
  onConnack(packet: IConnackPacket): void
  readonly isDone: boolean
  /** The code of a CONNACK that let us not in. */
  readonly refusal: number | null
  /** How many messages the broker takes from us without acknowledgement; null: it did not say. */
  readonly receiveMaximum: number | null
  stop(): void
}

const CONNECT_TIMEOUT_MS = 10_000

export function createHandshake(options: HandshakeOptions): Handshake {
  const { url, version, session, send, end, onConnected } = options
  let isDone = false
  let refusal: number | null = null
  let receiveMaximum: number | null = null
  const timer = setTimeout(() => end(`no CONNACK within ${CONNECT_TIMEOUT_MS / 1000} s`), CONNECT_TIMEOUT_MS)

  function onConnack({ reasonCode, returnCode, properties, sessionPresent }: IConnackPacket): void {
    clearTimeout(timer)
    const code = reasonCode ?? returnCode
    if (isDone || code === undefined) {
      end('not MQTT: a CONNACK without a code, or a second one')
    } else if (code !== 0) {
      refusal = code
      end(`the broker refused the connection: ${reasonWords(code)}`)
    } else {
      isDone = true
      receiveMaximum = properties?.receiveMaximum ?? null
      onConnected(sessionPresent, properties?.serverKeepAlive ?? session.keepaliveS)
    }
  }

  return {
    begin: () => send(connectPacket(url, version, session)),
    onConnack,
    get isDone() {
      return isDone
    },
    get refusal() {
      return refusal
    },
    get receiveMaximum() {
      return receiveMaximum
    },
    stop: () => clearTimeout(timer)
  }
}

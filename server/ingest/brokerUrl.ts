import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { IConnectPacket } from 'mqtt-packet'

const SESSION_EXPIRY_S = 7 * 86_400
const RECEIVE_MAXIMUM = 1000
/** A broker does not send longer packets, it drops them; what is over 1 MiB becomes a dead letter here. */
const MAX_PACKET_BYTES = 16 * 1024 * 1024

/** mqtt:// over TCP, mqtts:// over TLS with the certificate checked. */
export function openSocket(url: URL): Socket {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (url.protocol !== 'mqtts:') return connect({ host, port: Number(url.port || 1883) })
  const port = Number(url.port || 8883)
  // RFC 6066: no server name for an address.
  return connectTls(isIP(host) === 0 ? { host, port, servername: host } : { host, port })
}

/** The event of the socket after which bytes may be sent. */
export function readyEvent(url: URL): 'connect' | 'secureConnect' {
  return url.protocol === 'mqtts:' ? 'secureConnect' : 'connect'
}

/** Asks for a session that outlives the connection by a week; name and password come from the URL. */
export function connectPacket(url: URL, clientId: string, keepaliveS: number): IConnectPacket {
  return {
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 5,
    clientId,
    clean: false,
    keepalive: keepaliveS,
    ...(url.username ? { username: decodeURIComponent(url.username) } : {}),
    ...(url.password ? { password: Buffer.from(decodeURIComponent(url.password)) } : {}),
    properties: {
      sessionExpiryInterval: SESSION_EXPIRY_S,
      receiveMaximum: RECEIVE_MAXIMUM,
      maximumPacketSize: MAX_PACKET_BYTES
    }
  }
}

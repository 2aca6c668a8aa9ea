import { connect, isIP, type OnReadOpts, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { IConnectPacket } from 'mqtt-packet'

/** 5 is MQTT 5, 4 is MQTT 3.1.1. */
export type MqttVersion = 4 | 5

/** PEM: whom to trust besides the known authorities' place, and who we are. */
export interface TlsFiles {
  ca?: Buffer
  cert?: Buffer
  key?: Buffer
}

export interface SessionRequest {
  clientId: string
  /** Begin anew: what the broker has kept for this client id is dropped. */
  clean: boolean
  /** How long the broker keeps the session once the connection is gone; MQTT 3.1.1 cannot say. */
  expiryS: number
  keepaliveS: number
}

/** So many messages may be on the way to us without acknowledgement; a broker's own limit is often far lower. */
export const RECEIVE_MAXIMUM = 10_000

/** mqtt:// over TCP, mqtts:// over TLS with the certificate checked. */
export function openSocket(url: URL, tls: TlsFiles, onread: OnReadOpts): Socket {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (url.protocol !== 'mqtts:') return connect({ host, port: Number(url.port || 1883), onread })
  const options = { host, port: Number(url.port || 8883), onread, ...tls }
  // RFC 6066: no server name for an address.
  return connectTls(isIP(host) === 0 ? { ...options, servername: host } : options)
}

/** The event of the socket after which bytes may be sent. */
export function readyEvent(url: URL): 'connect' | 'secureConnect' {
  return url.protocol === 'mqtts:' ? 'secureConnect' : 'connect'
}

/** ws:// and wss:// */
export function isWebSocket(url: URL): boolean {
  return url.protocol === 'ws:' || url.protocol === 'wss:'
}

/** User name and password of the URL. */
export function credentials(url: URL): { username?: string; password?: Buffer } {
  return {
    ...(url.username ? { username: decodeURIComponent(url.username) } : {}),
    ...(url.password ? { password: Buffer.from(decodeURIComponent(url.password)) } : {})
  }
}

/**
 * No maximum packet size is given: what exceeds it the broker would drop without a word, whereas here it becomes a dead
 * letter. No topic alias is allowed.
 */
export function connectPacket(url: URL, version: MqttVersion, session: SessionRequest): IConnectPacket {
  const { clientId, clean, keepaliveS, expiryS } = session
  return {
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: version,
    clientId,
    clean,
    keepalive: keepaliveS,
    ...credentials(url),
    ...(version === 5
      ? {
          properties: {
            sessionExpiryInterval: expiryS,
            receiveMaximum: RECEIVE_MAXIMUM,
            topicAliasMaximum: 0
          }
        }
      : {})
  }
}

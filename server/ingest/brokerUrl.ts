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

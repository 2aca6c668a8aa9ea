import { isIP } from 'node:net'
import type { EnvironmentReader } from './environment.ts'

export type MqttSettings = BuiltInSettings | BrokerSettings

/** The broker that Gridload itself is. */
export interface BuiltInSettings {
  kind: 'built-in'
  host: string
  port: number
  /** Clients without a credential may publish on the plain listener. */
  anonymous: boolean
  /** null: no listener with TLS. */
  tls: TlsListenerSettings | null
}

export interface TlsListenerSettings {
  host: string
  port: number
  /** PEM files. */
  certificateFile: string
  keyFile: string
  /** Who signs the certificates that clients must show; null: they show user name and password. */
  caFile: string | null
  anonymous: boolean
}

/** How to reach a broker that is not our own. */
export interface BrokerSettings {
  kind: 'external'
  url: string
  /** Parallel connections. More than one share the messages as the group `shareGroup`. */
  connections: number
  /** null: alone, with a session that outlives a week. */
  shareGroup: string | null
  /** PEM files; null: not set. */
  caFile: string | null
  certificateFile: string | null
  keyFile: string | null
}

export function readMqtt(read: EnvironmentReader): MqttSettings {
  const url = read.url('MQTT_URL', ['mqtt:', 'mqtts:', 'ws:', 'wss:'])
  return url === null ? readBuiltIn(read) : readBroker(read, url)
}

function readBuiltIn(read: EnvironmentReader): BuiltInSettings {
  const host = read.text('MQTT_HOST', '127.0.0.1')
  const isSet = read.optional('MQTT_ANONYMOUS') !== null
  const allowed = isSet ? read.oneOf('MQTT_ANONYMOUS', 'false', ['true', 'false']) === 'true' : null
  const anonymous = (at: string): boolean => allowed ?? isLoopback(at)
  return {
    kind: 'built-in',
    host,
    port: read.integer('MQTT_PORT', 1883, 0, 65535),
    anonymous: anonymous(host),
    tls: readTlsListener(read, host, anonymous)
  }
}

function readTlsListener(
  read: EnvironmentReader,
  plainHost: string,
  anonymous: (host: string) => boolean
): TlsListenerSettings | null {
  const certificateFile = read.optional('MQTT_TLS_CERT_FILE')
  const keyFile = read.optional('MQTT_TLS_KEY_FILE')
  const caFile = read.optional('MQTT_TLS_CA_FILE')
  const host = read.text('MQTT_TLS_HOST', plainHost)
  if (read.optional('MQTT_TLS_PORT') === null) {
    if (certificateFile ?? keyFile ?? caFile ?? read.optional('MQTT_TLS_HOST'))
      read.mistakes.push('MQTT_TLS_PORT is missing, but another MQTT_TLS_ setting is there: set it, or none')
    return null
  }
  if (certificateFile === null || keyFile === null)
    read.mistakes.push('MQTT_TLS_PORT needs MQTT_TLS_CERT_FILE and MQTT_TLS_KEY_FILE')
  return {
    host,
    port: read.integer('MQTT_TLS_PORT', 8883, 0, 65535),
    certificateFile: certificateFile ?? '',
    keyFile: keyFile ?? '',
    caFile,
    anonymous: caFile === null && anonymous(host)
  }
}

/** Whether only this machine can reach it. */
export function isLoopback(host: string): boolean {
  if (isIP(host) === 4) return host.startsWith('127.')
  return host === '::1' || host === 'localhost'
}

function readBroker(read: EnvironmentReader, url: string): BrokerSettings {
  const connections = read.integer('MQTT_CONNECTIONS', 1, 1, 64)
  const certificateFile = read.optional('MQTT_CERT_FILE')
  const keyFile = read.optional('MQTT_KEY_FILE')
  if ((certificateFile === null) !== (keyFile === null))
    read.mistakes.push('MQTT_CERT_FILE and MQTT_KEY_FILE belong together: one of them is missing')
  return {
    kind: 'external',
    url,
    connections,
    // Several connections of one process are a group of their own.
    shareGroup: read.optional('MQTT_SHARE_GROUP') ?? (connections > 1 ? 'gridload' : null),
    caFile: read.optional('MQTT_CA_FILE'),
    certificateFile,
    keyFile
  }
}

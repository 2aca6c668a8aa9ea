import { connect } from 'mqtt'
import { clientIdFor, type MqttLogin } from '../../server/contract/mqttLogin.ts'

/** One device-side connection to a broker. It connects and reconnects by itself; a running publish survives that. */
export interface Connection {
  isConnected(): boolean
  /** Messages handed over and not yet acknowledged. */
  pending(): number
  /** Resolves with the PUBACK; rejects after `stop`. Check `isConnected` first: what waits here is in memory. */
  publish(topic: string, payload: string): Promise<void>
  /** Subscribes at every connection, so that retained messages come again after a restart of the broker. */
  subscribe(filters: readonly string[], onMessage: (topic: string, payload: Buffer) => void): Promise<void>
  onConnect(listener: () => void): void
  stop(): Promise<void>
}

export interface ConnectionOptions {
  /** Its beginning, where there is a login that is an identity, is the identity. */
  clientId: string
  /** Without it: user name and password of the address, or none. */
  login?: MqttLogin | null
  log: (line: string) => void
}

export function openConnection(url: string, { clientId, login = null, log }: ConnectionOptions): Connection {
  const user = login?.user ?? (decodeURIComponent(new URL(url).username) || null)
  const client = connect(url, {
    clientId: clientIdFor(user, clientId),
    ...(login !== null && { username: login.user, password: login.password }),
    protocolVersion: 4,
    clean: true,
    resubscribe: false,
    reconnectPeriod: 1_000,
    connectTimeout: 10_000
  })
  const waiting = new Set<(reason: Error) => void>()
  let isReported = false
  let isStopped = false
  const reportOnce = (what: string) => {
    if (!isReported && !isStopped) log(`${clientId}: ${what}; trying again every second`)
    isReported = true
  }
  client.on('connect', () => {
    if (isReported) log(`${clientId}: connected`)
    isReported = false
  })
  client.on('error', error => reportOnce(error.message || String(error)))
  client.on('close', () => reportOnce(`no connection to ${withoutPassword(url)}`))

  return {
    isConnected: () => client.connected,
    pending: () => waiting.size,
    publish: (topic, payload) =>
      new Promise((resolve, reject) => {
        if (isStopped) {
          reject(new Error('the connection is closed'))
          return
        }
        waiting.add(reject)
        client.publish(topic, payload, { qos: 1 }, error => {
          waiting.delete(reject)
          if (error) reject(error)
          else resolve()
        })
      }),
    subscribe: (filters, onMessage) =>
      new Promise(resolve => {
        client.on('message', (topic, payload) => onMessage(topic, payload))
        const ask = () => {
          client.subscribe([...filters], { qos: 1 }, error => {
            if (!error) resolve()
          })
        }
        client.on('connect', ask)
        if (client.connected) ask()
      }),
    onConnect: listener => {
      client.on('connect', listener)
    },
    stop: async () => {
      isStopped = true
      await client.endAsync(true)
      for (const reject of waiting) reject(new Error('the connection is closed'))
      waiting.clear()
    }
  }
}

/** An address as it may be shown. */
export function withoutPassword(url: string): string {
  return url.replace(/\/\/[^@/]*@/, '//')
}

import { createServer, type Server, type Socket } from 'node:net'
import { Aedes } from 'aedes'
import type { IngestState } from '../contract/sources.ts'
import { createDurableGate } from './durableGate.ts'
import type { Intake } from './intake.ts'
import { limitOfflineQueues } from './offlineQueue.ts'
import { createPacketCutter, cutPackets, type PacketCutter } from './packetSize.ts'

export interface BrokerOptions {
  intake: Intake
  host: string
  /** 0: any free one; `state().address` says which. */
  port: number
  warn?: (message: string) => void
  maxPacketBytes?: number
}

export interface Broker {
  /** Delivers to the subscribers at QoS 1; an empty retained payload clears. */
  publish(topic: string, payload: string | Buffer, options: { retain: boolean }): Promise<void>
  state(): IngestState['broker']
  /** Messages that sessions away from the broker will not get, because their queue was full. */
  dropped(): number
  /** Disconnects everyone and frees the port. */
  stop(): Promise<void>
}

const MIB = 1024 * 1024

/**
 * The built-in MQTT 3.1.1 broker. A publish is acknowledged once the intake has made it durable. Rejects with the error
 * of the system (EADDRINUSE, EACCES, …) when the address cannot be listened on.
 */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const { intake, host, port, warn = console.warn, maxPacketBytes = 8 * MIB } = options
  const cutters = new WeakMap<object, PacketCutter>()
  const gate = createDurableGate(intake, {
    maxWaitingBytes: 64 * MIB,
    maxRetained: 200_000,
    fullBytes: (connection, remainingLength) => cutters.get(connection)?.fullBytes(remainingLength) ?? null
  })
  const aedes = await Aedes.createBroker({
    authorizePublish: gate.authorizePublish,
    authorizeSubscribe: (_client, subscription, callback) =>
      callback(null, subscription.topic.startsWith('$') ? null : subscription),
    connectTimeout: 10_000,
    // A subscriber that does not read holds up the publishers at most so long.
    drainTimeout: 10_000
  })
  const queues = limitOfflineQueues(aedes, { perSession: 1000, total: 100_000 })
  aedes.on('clientError', (client, error) => warn(`MQTT client ${client.id}: ${error.message}`))
  aedes.on('connectionError', (_client, error) => warn(`MQTT connection before CONNACK: ${error.message}`))
  aedes.addListener('error', (error: Error) => warn(`MQTT broker: ${error.message}`))

  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    const cutter = createPacketCutter(maxPacketBytes)
    cutters.set(socket, cutter)
    cutPackets(socket, cutter, () =>
      warn(`MQTT connection closed: a packet of more than ${maxPacketBytes} bytes that is no PUBLISH`)
    )
    aedes.handle(socket)
  })

  try {
    await listen(server, host, port)
  } catch (error) {
    await new Promise<void>(resolve => aedes.close(resolve))
    throw error
  }
  const address = addressOf(server, host)

  return {
    publish: (topic, payload, { retain }) =>
      new Promise((resolve, reject) => {
        aedes.publish(
          { cmd: 'publish', topic, payload: Buffer.from(payload), qos: 1, retain, dup: false },
          error => (error ? reject(error) : resolve())
        )
      }),
    state: () => ({ kind: 'built-in', address, state: 'listening', detail: null }),
    dropped: queues.dropped,
    stop: async () => {
      gate.close()
      const serverClosed = new Promise(resolve => server.close(resolve))
      await new Promise<void>(resolve => aedes.close(resolve))
      for (const socket of sockets) socket.destroy()
      await serverClosed
    }
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function addressOf(server: Server, host: string): string {
  const bound = server.address()
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0
  return `mqtt://${host.includes(':') ? `[${host}]` : host}:${port}`
}

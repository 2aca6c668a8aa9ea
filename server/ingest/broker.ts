import type { Socket } from 'node:net'
import { Aedes } from 'aedes'
import type { FurtherTopics } from '../contract/deviceRights.ts'
import type { IngestState } from '../contract/sources.ts'
import { type BrokerClient, createBrokerAccess, type Door, Refused } from './brokerAccess.ts'
import { type ListenerOptions, openListeners } from './brokerListeners.ts'
import { createQuietWarn, createRefusals, shown } from './brokerRefusals.ts'
import { CredentialTable, type PackedCredentials } from './credentialTable.ts'
import { createDurableGate } from './durableGate.ts'
import type { Intake } from './intake.ts'
import { limitOfflineQueues } from './offlineQueue.ts'
import { createPacketCutter, cutPackets, type PacketCutter } from './packetSize.ts'
import { limitStoredSessions } from './storedSessions.ts'

export interface BrokerOptions {
  intake: Intake
  /** The first one's address is that of the broker. */
  listeners: readonly [ListenerOptions, ...ListenerOptions[]]
  credentials?: PackedCredentials | null
  /** Topics of a mapping file. */
  further?: FurtherTopics
  now: () => number
  uniqueId: () => string
  warn?: (message: string) => void
  maxPacketBytes?: number
  /** On each listener. */
  maxConnections?: number
  /** How long a connection may take to say who it is. */
  connectTimeoutMs?: number
}

export interface Broker {
  /** `mqtt://127.0.0.1:1883`, `mqtts://…`: one a listener. */
  addresses: readonly string[]
  /** Delivers to the subscribers at QoS 1; an empty retained payload clears. */
  publish(topic: string, payload: string | Buffer, options: { retain: boolean }): Promise<void>
  /** From now on these are valid, and those are not: whoever is connected with what has become invalid is disconnected. */
  changeCredentials(put: PackedCredentials | null, revoked: readonly string[]): void
  state(): IngestState['broker']
  /** Messages that sessions away from the broker will not get, because their queue was full. */
  dropped(): number
  /** Disconnects everyone and frees the ports. */
  stop(): Promise<void>
}

const MIB = 1024 * 1024
/** A peer that is gone without a word is noticed after that. */
const PROBE_AFTER_MS = 60_000

/**
 * The built-in MQTT 3.1.1 broker. A publish is acknowledged once the intake has made it durable. Rejects with a
 * ListenError when an address cannot be listened on.
 */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const { intake, now, uniqueId, warn = console.warn, maxPacketBytes = 8 * MIB } = options
  const {
    further = { publish: [], subscribe: [] },
    maxConnections = 20_000,
    connectTimeoutMs = 10_000
  } = options
  const quietWarn = createQuietWarn(warn, now)
  const refusals = createRefusals(quietWarn)
  const credentials = new CredentialTable()
  if (options.credentials) credentials.put(options.credentials)
  const doors = new WeakMap<object, Door>()
  const doorOf = (client: BrokerClient): Door | undefined => doors.get(client.conn)
  const access = createBrokerAccess({ credentials, refusals, further, doorOf, uniqueId })
  const cutters = new WeakMap<object, PacketCutter>()
  const gate = createDurableGate(intake, {
    maxWaitingBytes: 64 * MIB,
    maxRetained: 200_000,
    fullBytes: (connection, remainingLength) => cutters.get(connection)?.fullBytes(remainingLength) ?? null,
    refuse: access.refusePublish
  })
  const aedes = await Aedes.createBroker({
    ...access.hooks,
    authorizePublish: gate.authorizePublish,
    connectTimeout: connectTimeoutMs,
    // A subscriber that does not read holds up the publishers at most so long.
    drainTimeout: 10_000
  })
  const queues = limitOfflineQueues(aedes, { perSession: 1000, total: 100_000 })
  limitStoredSessions(aedes, { most: 10_000, isGranted: access.isGranted })
  const onClientError = (client: BrokerClient, error: Error): void => {
    if (error instanceof Refused) return
    quietWarn(
      error.message,
      `MQTT client ${client.id ? shown(client.id) : 'before CONNACK'}: ${error.message}`
    )
  }
  aedes.on('clientError', onClientError)
  aedes.on('connectionError', onClientError)
  aedes.addListener('error', (error: Error) => warn(`MQTT broker: ${error.message}`))

  const sockets = new Set<Socket>()
  const onSocket = (
    { anonymous }: ListenerOptions,
    socket: Socket,
    certificateName: string | null | undefined
  ): void => {
    const address = socket.remoteAddress ?? '?'
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.setKeepAlive(true, PROBE_AFTER_MS)
    doors.set(socket, { address, anonymous, certificateName })
    const cutter = createPacketCutter(maxPacketBytes)
    cutters.set(socket, cutter)
    cutPackets(socket, cutter, () =>
      quietWarn('too long', `MQTT connection of ${address} closed: a packet too long that is no PUBLISH`)
    )
    aedes.handle(socket)
  }
  const closeBroker = () => new Promise<void>(resolve => aedes.close(resolve))
  const listeners = await openListeners(options.listeners, maxConnections, {
    onSocket,
    onHandshakeFailure: (address, error) =>
      refusals.count('certificate', `TLS with ${address}: ${error.message}`),
    onDrop: address => refusals.count('connections', `more than ${maxConnections}, from ${address}`)
  }).catch(async (error: Error) => {
    await closeBroker()
    throw error
  })
  const { addresses } = listeners
  const anonymous = options.listeners.some(listener => listener.anonymous)

  return {
    addresses,
    publish: (topic, payload, { retain }) =>
      new Promise((resolve, reject) => {
        aedes.publish(
          { cmd: 'publish', topic, payload: Buffer.from(payload), qos: 1, retain, dup: false },
          error => (error ? reject(error) : resolve())
        )
      }),
    changeCredentials(put, revoked) {
      for (const identity of revoked) credentials.revoke(identity)
      const others = put === null ? [] : credentials.put(put)
      const invalid = new Set([...revoked, ...others])
      if (invalid.size === 0) return
      for (const socket of sockets) {
        const { client } = socket as Socket & { client?: BrokerClient }
        if (client !== undefined && access.expel(client, invalid)) client.close()
      }
    },
    state: () => ({
      ...{ kind: 'built-in', address: addresses[0] ?? '', state: 'listening', detail: null },
      anonymous,
      refused: refusals.counts()
    }),
    dropped: queues.dropped,
    stop: async () => {
      gate.close()
      listeners.close()
      await closeBroker()
      await listeners.end()
    }
  }
}

import { backoffMs } from '../contract/backoff.ts'
import type { MqttVersion, TlsFiles } from './brokerUrl.ts'
import type { BrokerConnection, MessageIntake } from './connection.ts'
import type { OpenConnection } from './openConnection.ts'
import { isVersionRefused } from './reasonCodes.ts'
import type { Conduct } from './subscription.ts'

export interface SessionOptions {
  url: URL
  tls: TlsFiles
  openConnection: OpenConnection
  clientId: string
  expiryS: number
  keepaliveS: number
  maxPacketBytes: number
  /** undefined: MQTT 5, and MQTT 3.1.1 with a broker that refuses it. */
  version?: MqttVersion | undefined
  intake: MessageIntake
  conduct: Conduct
  random: () => number
  now: () => number
  /** There is no connection: why, and what comes next. */
  onLost(detail: string): void
}

export interface BrokerSession {
  durable(group: number): void
  /** Nothing can be made durable any more: ends the connection for good. */
  fail(error: Error): void
  inflight(): ReturnType<BrokerConnection['inflight']> | null
  stop(withinMs: number): Promise<void>
}

/** A connection that lasted so long was a good one: the back-off begins anew. */
const GOOD_AFTER_MS = 10_000

/** Keeps one client of the broker connected for ever. */
export function openBrokerSession(options: SessionOptions): BrokerSession {
  const { conduct, random, now, onLost } = options
  let version = options.version ?? 5
  let connection: BrokerConnection | null = null
  let timer: NodeJS.Timeout | null = null
  let attempt = 0
  let connectedAt = Number.POSITIVE_INFINITY
  let durableGroup = Number.NEGATIVE_INFINITY
  /** The newest group that an earlier connection brought something of. */
  let awaitedGroup = Number.NEGATIVE_INFINITY
  let isWaiting = false
  let stopped = false

  function open(): void {
    timer = null
    isWaiting = false
    connectedAt = Number.POSITIVE_INFINITY
    const { clean } = conduct
    const { url, tls, clientId, expiryS, keepaliveS, intake, maxPacketBytes } = options
    const opened = options.openConnection({
      ...{ url, tls, version, intake, now, maxPacketBytes },
      session: { clientId, clean, expiryS: clean ? 0 : expiryS, keepaliveS },
      onConnected(sessionPresent) {
        connectedAt = now()
        conduct.onConnected(opened, sessionPresent, version)
      },
      onPacket: packet => conduct.onPacket(opened, packet),
      onClosed(reason, refusal) {
        connection = null
        awaitedGroup = Math.max(awaitedGroup, opened.newestGroup ?? awaitedGroup)
        conduct.onClosed()
        if (stopped) return
        // The conduct itself has left, to begin anew.
        if (conduct.clean && !clean) reopen()
        else if (refusal !== null && isVersionRefused(refusal)) otherVersion(reason)
        else retry(reason)
      }
    })
    connection = opened
  }

  function otherVersion(reason: string): void {
    if (options.version !== undefined || version === 4) {
      version = options.version ?? 5
      retry(reason)
      return
    }
    version = 4
    open()
  }

  function retry(reason: string): void {
    if (now() - connectedAt >= GOOD_AFTER_MS) attempt = 0
    const waitMs = backoffMs(++attempt, random())
    onLost(`${reason}; next attempt within ${Math.ceil(waitMs / 1000)} s`)
    timer = setTimeout(reopen, waitMs)
  }

  /** Not before what earlier connections brought has become durable: each new one would bring the same again. */
  function reopen(): void {
    timer = null
    isWaiting = awaitedGroup > durableGroup
    if (!isWaiting) open()
  }

  open()
  return {
    durable(group) {
      durableGroup = group
      connection?.durable(group)
      if (isWaiting && !stopped) reopen()
    },
    fail(error) {
      stopped = true
      const reason = `cannot make messages durable: ${error.message}`
      if (timer !== null) clearTimeout(timer)
      connection?.end(reason)
      onLost(reason)
    },
    inflight: () => connection?.inflight() ?? null,
    async stop(withinMs) {
      stopped = true
      if (timer !== null) clearTimeout(timer)
      await connection?.stop(withinMs)
    }
  }
}

import type { Packet } from 'mqtt-packet'
import type { MqttVersion } from './brokerUrl.ts'
import type { BrokerConnection } from './connection.ts'
import { leaveFormerFilters } from './formerFilters.ts'
import { reasonWords } from './reasonCodes.ts'

/** What is done over each connection of a session, one after the other. */
export interface Conduct {
  /** Connect so that the broker drops what it has kept for this client. */
  readonly clean: boolean
  onConnected(connection: BrokerConnection, sessionPresent: boolean, version: MqttVersion): void
  onPacket(connection: BrokerConnection, packet: Packet): void
  onClosed(): void
}

export interface SubscriptionOptions {
  filters: readonly string[]
  /** What earlier runs may have subscribed the same session to. */
  formerFilters: readonly string[]
  /** null: every filter is granted; else what is still missing. */
  onAnswer(missing: string | null): void
  /** The session is subscribed to nothing that is not wanted. */
  onLeft(): void
  warn(message: string): void
}

const RESUBSCRIBE_MS = 30_000
const SUBSCRIBE_ID = 1

/**
 * Subscribes a session at QoS 1 and keeps asking while something is refused. Retained messages come once a run: with
 * MQTT 5 the broker is told so, with MQTT 3.1.1, where each SUBSCRIBE brings them, a session that is known to be
 * subscribed is not asked again.
 */
export function createSubscription(options: SubscriptionOptions): Conduct {
  const { filters, onAnswer } = options
  const former = leaveFormerFilters(options)
  let timer: NodeJS.Timeout | null = null
  let subscribedBefore = false

  function subscribe(connection: BrokerConnection): void {
    const rh = subscribedBefore ? 1 : 0
    const subscriptions = filters.map(topic => ({ topic, qos: 1 as const, nl: false, rap: false, rh }))
    connection.send({ cmd: 'subscribe', messageId: SUBSCRIBE_ID, subscriptions })
  }

  function onSuback(connection: BrokerConnection, granted: readonly number[]): void {
    const missing = filters.flatMap((filter, index) => {
      const code = granted[index] ?? 128
      if (code === 1 || code === 2) return []
      return [code === 0 ? `${filter} only at QoS 0` : `${filter} refused: ${reasonWords(code)}`]
    })
    if (missing.length > 0) timer = setTimeout(() => subscribe(connection), RESUBSCRIBE_MS)
    else subscribedBefore = true
    onAnswer(missing.length === 0 ? null : missing.join('; '))
  }

  return {
    clean: false,
    onConnected(connection, sessionPresent, version) {
      if (sessionPresent && subscribedBefore && version === 4) onAnswer(null)
      else subscribe(connection)
      // After subscribing, so that nothing falls between the two.
      former.onConnected(connection, sessionPresent)
    },
    onPacket(connection, packet) {
      if (packet.cmd === 'suback') onSuback(connection, packet.granted as number[])
      else if (packet.cmd === 'unsuback') former.onUnsuback(packet)
    },
    onClosed() {
      if (timer !== null) clearTimeout(timer)
    }
  }
}

import type { IngestState } from '../contract/sources.ts'
import { subscriptionFilters } from '../contract/topics.ts'
import { backoffMs } from './backoff.ts'
import { type BrokerConnection, openBrokerConnection } from './brokerConnection.ts'
import type { Intake } from './intake.ts'
import { createUnackedBytes } from './unackedBytes.ts'

export interface SubscriberOptions {
  intake: Pick<Intake, 'accept'>
  /** mqtt://user:password@host:1883 or mqtts://…:8883 */
  url: string
  /** The session at the broker goes by it: the same in every run, and nobody else's. */
  clientId: string
  /** 0 to 1, for the back-off. */
  random: () => number
  warn?: (message: string) => void
  filters?: readonly string[]
  keepaliveS?: number
  maxUnackedBytes?: number
}

export interface Subscriber {
  /** `subscribed` only while every filter is granted; otherwise `detail` says what is in the way. */
  state(): IngestState['broker']
  stop(): Promise<void>
}

const MIB = 1024 * 1024
const STOP_WITHIN_MS = 2000

/**
 * Follows a real broker with a persistent MQTT 5 session: what it cannot deliver while we are away it keeps, and every
 * message is acknowledged only once the intake has made it durable. Reconnects for ever.
 */
export async function startSubscriber(options: SubscriberOptions): Promise<Subscriber> {
  const { random, warn = console.warn, maxUnackedBytes = 16 * MIB } = options
  const url = new URL(options.url)
  const unacked = createUnackedBytes(maxUnackedBytes)
  let connection: BrokerConnection | null = null
  let timer: NodeJS.Timeout | null = null
  let attempt = 0
  let seenRetained = false
  let stopped = false
  let state: IngestState['broker']['state'] = 'connecting'
  let detail: string | null = null

  function open(): void {
    timer = null
    connection = openBrokerConnection({
      url,
      clientId: options.clientId,
      filters: options.filters ?? subscriptionFilters,
      intake: options.intake,
      unacked,
      withRetained: !seenRetained,
      keepaliveS: options.keepaliveS ?? 30,
      onSubscribed: missing => {
        attempt = 0
        seenRetained = true
        state = missing === null ? 'subscribed' : 'connecting'
        detail = missing
        if (missing !== null) warn(`MQTT broker: ${missing}`)
      },
      onClosed: retry
    })
  }

  function retry(reason: string): void {
    connection = null
    state = 'connecting'
    if (stopped) return
    const waitMs = backoffMs(attempt++, random)
    detail = `${reason}; next attempt within ${Math.ceil(waitMs / 1000)} s`
    warn(`MQTT broker: ${detail}`)
    timer = setTimeout(reopen, waitMs)
  }

  /** Not before what earlier connections brought has become durable: each new one would bring the same again. */
  function reopen(): void {
    if (!unacked.isFull) {
      open()
      return
    }
    const off = unacked.onRoom(() => {
      off()
      if (!stopped) open()
    })
  }

  open()
  return {
    state: () => ({ kind: 'external', address: `${url.protocol}//${url.host}`, state, detail }),
    stop: async () => {
      stopped = true
      if (timer !== null) clearTimeout(timer)
      await connection?.stop(STOP_WITHIN_MS)
    }
  }
}

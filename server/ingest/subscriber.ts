import type { IngestState } from '../contract/sources.ts'
import { openBrokerConnection } from './brokerConnection.ts'
import { openBrokerSession, type SessionOptions } from './brokerSession.ts'
import type { MqttVersion, TlsFiles } from './brokerUrl.ts'
import type { MessageIntake } from './connection.ts'
import { type FilterSettings, planFilters } from './filterPlan.ts'
import type { Intake } from './intake.ts'
import type { OpenConnection } from './openConnection.ts'
import { createRetirement } from './retirement.ts'
import { brokerState, type Member, type MemberState } from './subscriberState.ts'
import { createSubscription } from './subscription.ts'

export interface SubscriberOptions extends FilterSettings {
  intake: MessageIntake & Pick<Intake, 'onDurable' | 'onFailure'>
  /** mqtt://user:password@host:1883, mqtts://…:8883, ws://… or wss://… */
  url: string
  /** What `connectionOpener` gave for the URL. Default: for mqtt:// and mqtts://. */
  openConnection?: OpenConnection
  /** The sessions at the broker go by it: the same in every run, and nobody else's. */
  clientId: string
  /** How many connections earlier runs may have had; the sessions of those that are too many now are ended. */
  formerConnections?: number
  /** What earlier runs may have subscribed to, `$share` and all; the sessions lose what is not wanted any more. */
  formerFilters?: readonly string[]
  tls?: TlsFiles
  /** 4: MQTT 3.1.1. Default: MQTT 5, and 3.1.1 where a broker refuses it. */
  version?: MqttVersion
  /** 0 to 1, for the back-off. */
  random: () => number
  /** Milliseconds of a clock that does not jump. */
  now?: () => number
  warn?: (message: string) => void
  keepaliveS?: number
  maxPacketBytes?: number
}

export interface Subscriber {
  /** `subscribed` only while every filter is granted on every connection; otherwise `detail` says what is in the way. */
  state(): IngestState['broker']
  /**
   * Resolves when the broker has nothing of earlier runs left: no session but those in use, none subscribed to more than
   * is wanted. Then, and no sooner, forget what there was.
   */
  settled(): Promise<void>
  /** Stops reading, acknowledges what becomes durable within two seconds, takes leave. The sessions stay. */
  stop(): Promise<void>
}

const MIB = 1024 * 1024
const STOP_WITHIN_MS = 2000
/** A sole consumer finds its backlog again after a week; of several, the others take over what one leaves. */
const SOLE_EXPIRY_S = 7 * 86_400
const SHARED_EXPIRY_S = 300

/** The first keeps the bare name, so that a sole consumer that becomes the first of several keeps its session. */
const clientIdOf = (clientId: string, ordinal: number): string =>
  ordinal === 1 ? clientId : `${clientId}-${ordinal}`

/**
 * Follows a real broker with sessions that outlive the connection: what it cannot deliver while we are away it keeps,
 * and every message is acknowledged only once the intake has made it durable. Reconnects for ever.
 */
export function startSubscriber(options: SubscriberOptions): Subscriber {
  const { intake, clientId, connections = 1, formerConnections = 1, formerFilters = [] } = options
  const { warn = console.warn, keepaliveS = 30 } = options
  const url = new URL(options.url)
  const plan = planFilters(options)
  const ordinals = Array.from({ length: Math.max(connections, formerConnections) }, (_, index) => index + 1)

  function sessionOptions(ordinal: number): Omit<SessionOptions, 'conduct' | 'onLost'> {
    return {
      ...{ url, tls: options.tls ?? {}, version: options.version, intake, keepaliveS },
      openConnection: options.openConnection ?? openBrokerConnection,
      clientId: clientIdOf(clientId, ordinal),
      expiryS: plan.isShared ? SHARED_EXPIRY_S : SOLE_EXPIRY_S,
      random: options.random,
      now: options.now ?? (() => performance.now()),
      maxPacketBytes: options.maxPacketBytes ?? 16 * MIB
    }
  }

  function lost(state: MemberState, detail: string): void {
    state.isSubscribed = false
    state.detail = detail
    warn(`MQTT broker: ${detail}`)
  }

  function openMember(ordinal: number): Member & { done: Promise<void> } {
    const state: MemberState = { isSubscribed: false, detail: null }
    const done = Promise.withResolvers<void>()
    const onAnswer = (missing: string | null): void => {
      state.isSubscribed = missing === null
      state.detail = missing
      if (missing !== null) warn(`MQTT broker: ${missing}`)
    }
    const session = {
      ...sessionOptions(ordinal),
      conduct: createSubscription({
        filters: ordinal === 1 ? plan.first : plan.all,
        formerFilters,
        onAnswer,
        onLeft: done.resolve,
        warn: message => warn(`MQTT broker: ${message}`)
      }),
      onLost: (detail: string) => lost(state, detail)
    }
    return { state, session: openBrokerSession(session), done: done.promise }
  }

  function retire(ordinal: number): Member & { done: Promise<void> } {
    const state: MemberState = { isSubscribed: false, detail: null }
    const done = Promise.withResolvers<void>()
    const conduct = createRetirement([...new Set([...formerFilters, ...plan.first])], () => {
      done.resolve(session.stop(STOP_WITHIN_MS))
    })
    const onLost = (detail: string) => lost(state, detail)
    const session = openBrokerSession({ ...sessionOptions(ordinal), conduct, onLost })
    return { state, session, done: done.promise }
  }

  const members = ordinals.slice(0, connections).map(openMember)
  const retiring = ordinals.slice(connections).map(retire)
  const sessions = [...members, ...retiring].map(({ session }) => session)
  const offs = [
    intake.onDurable(group => {
      for (const session of sessions) session.durable(group)
    }),
    intake.onFailure(error => {
      for (const session of sessions) session.fail(error)
    })
  ]
  return {
    state: () => brokerState(url, members),
    settled: async () => {
      await Promise.all([...members, ...retiring].map(({ done }) => done))
    },
    stop: async () => {
      await Promise.all(sessions.map(session => session.stop(STOP_WITHIN_MS)))
      for (const off of offs) off()
    }
  }
}

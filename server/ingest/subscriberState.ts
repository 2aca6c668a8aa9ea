import type { IngestState } from '../contract/sources.ts'
import type { BrokerSession } from './brokerSession.ts'

export interface MemberState {
  isSubscribed: boolean
  detail: string | null
}

/** One of the connections that share the messages. */
export interface Member {
  state: MemberState
  session: BrokerSession
}

type BrokerState = IngestState['broker']

function inflightOf(members: readonly Member[]): NonNullable<BrokerState['inflight']> {
  const all = members.flatMap(({ session }) => session.inflight() ?? [])
  const limits = all.flatMap(({ limit }) => limit ?? [])
  return {
    seen: Math.max(0, ...all.map(({ seen }) => seen)),
    limit: limits.length === 0 ? null : Math.min(...limits),
    throttling: all.some(({ throttling }) => throttling)
  }
}

/** All connections together; without user name and password. */
export function brokerState(url: URL, members: readonly Member[]): BrokerState {
  const subscribed = members.filter(({ state }) => state.isSubscribed).length
  const detail = members.find(({ state }) => state.detail !== null)?.state.detail ?? null
  const inflight = inflightOf(members)
  const throttled =
    `the broker lets only ${inflight.seen} messages be on the way to one connection, which holds the rate back: ` +
    'raise its limit (Mosquitto: max_inflight_messages) or use more connections'
  return {
    kind: 'external',
    address: `${url.protocol}//${url.host}`,
    state: subscribed === members.length ? 'subscribed' : 'connecting',
    detail: detail ?? (inflight.throttling ? throttled : null),
    connections: { wanted: members.length, subscribed },
    inflight
  }
}

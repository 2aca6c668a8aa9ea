/** What an identity may do over MQTT. The built-in broker goes by it, and so does the export for other brokers. */

import { type DeviceKind, deviceKinds } from './deviceKinds.ts'
import { isId } from './id.ts'
import { parseTopic, subscriptionFilters, topics } from './topics.ts'

/** Who a client proved to be: by user name and password, or by the common name of its certificate. */
export interface DeviceIdentity {
  kind: DeviceKind
  id: string
}

/** Topic filters as in a SUBSCRIBE; those without a wildcard are single topics. */
export interface DeviceRights {
  publish: readonly string[]
  /** Of those, the ones whose messages may be retained. */
  retain: readonly string[]
  /** What it asks for must lie within one of these. */
  subscribe: readonly string[]
}

export const identityText = ({ kind, id }: DeviceIdentity): string => `${kind}/${id}`

/** `meter/M-1`; null for anything else. */
export function parseIdentity(text: string): DeviceIdentity | null {
  const slash = text.indexOf('/')
  const kind = deviceKinds.find(known => known === text.slice(0, slash))
  const id = text.slice(slash + 1)
  return kind !== undefined && isId(id) ? { kind, id } : null
}

/** Nobody else's session can be taken over: it is named after its identity. */
export function isOwnClientId(clientId: string, identity: string): boolean {
  return clientId === identity || clientId.startsWith(`${identity}/`)
}

/** A client id that a client without a credential may not take. */
export function isReservedClientId(clientId: string): boolean {
  return deviceKinds.some(kind => clientId.startsWith(`${kind}/`))
}

/** Topics beside the contract, of a mapping file: what services may publish and follow there. */
export interface FurtherTopics {
  publish: readonly string[]
  subscribe: readonly string[]
}

const NO_FURTHER: FurtherTopics = { publish: [], subscribe: [] }

/** Notices are published by Gridload alone. */
export function rightsOf({ kind, id }: DeviceIdentity, further: FurtherTopics = NO_FURTHER): DeviceRights {
  const device = (...own: string[]): DeviceRights => ({
    publish: [...own, topics.status(id)],
    retain: [topics.status(id)],
    subscribe: []
  })
  switch (kind) {
    case 'meter':
      return device(topics.meterReading(id))
    case 'transformer':
      return device(topics.transformerReading(id))
    case 'weather':
      return device(topics.weatherObservation(id), topics.weatherForecast(id))
    case 'concentrator':
      return device(topics.concentratorReadings(id))
    case 'customer':
      return { publish: [topics.answer(id)], retain: [], subscribe: [topics.notice(id, '#')] }
    case 'service':
      return {
        publish: [...subscriptionFilters, ...further.publish],
        retain: [topics.status('+')],
        subscribe: [...subscriptionFilters, topics.notice('+', '+'), ...further.subscribe]
      }
  }
}

/** What Gridload itself needs at a broker that is not its own: the other end of all that. */
export function serverRights(further: FurtherTopics = NO_FURTHER): DeviceRights {
  const notices = topics.notice('+', '+')
  return {
    publish: [notices, ...further.subscribe],
    retain: [notices],
    subscribe: [...subscriptionFilters, ...further.publish]
  }
}

const NOTICES = topics.notice('', '').slice(0, -1)

/** Whether a topic is for notices, which only Gridload publishes. */
export const isForNotices = (topic: string): boolean => topic.startsWith(NOTICES)

/** The customer whose notices are asked for, when a filter asks for those of exactly one, and for nothing else. */
export function noticesOfOne(filter: string): string | null {
  const [, , , customerId = ''] = filter.split('/')
  return isId(customerId) && isWithin(filter, topics.notice(customerId, '#')) ? customerId : null
}

/** Whether every topic that `asked` (a filter or a topic) stands for is one that `filter` stands for. */
export function isWithin(asked: string, filter: string): boolean {
  if (asked === filter) return true
  const askedLevels = asked.split('/')
  const levels = filter.split('/')
  for (const [at, level] of levels.entries()) {
    const askedLevel = askedLevels[at]
    // `a/#` stands for `a` as well [MQTT 4.7.1.2].
    if (level === '#') return at > 0 || !asked.startsWith('$')
    if (askedLevel === undefined || askedLevel === '#') return false
    if (level !== askedLevel && level !== '+') return false
  }
  return askedLevels.length === levels.length
}

/** The checks of one client, made once when it connects: for a message of a device they are a comparison or two. */
export interface Access {
  mayPublish(topic: string): boolean
  maySubscribe(filter: string): boolean
  mayReceive(topic: string): boolean
}

export function accessOf(identity: DeviceIdentity, further: FurtherTopics = NO_FURTHER): Access {
  const { publish, subscribe } = rightsOf(identity, further)
  const isAllowed = (asked: string): boolean => subscribe.some(filter => isWithin(asked, filter))
  return {
    mayPublish: identity.kind === 'service' ? topic => isTaken(topic, further.publish) : isOneOf(publish),
    maySubscribe: isAllowed,
    mayReceive: isAllowed
  }
}

function isOneOf([first, second, third]: readonly string[]): (topic: string) => boolean {
  return topic => topic === first || topic === second || topic === third
}

function isTaken(topic: string, further: readonly string[]): boolean {
  return parseTopic(topic) !== null || further.some(filter => isWithin(topic, filter))
}

/** The identities that a topic of the contract belongs to. */
export function ownersOf(topic: string): string[] {
  const parsed = parseTopic(topic)
  if (parsed === null) return []
  switch (parsed.what) {
    case 'forecast':
      return [identityText({ kind: 'weather', id: parsed.id })]
    case 'answer':
      return [identityText({ kind: 'customer', id: parsed.customerId })]
    case 'status':
      return statusKinds.map(kind => identityText({ kind, id: parsed.id }))
    default:
      return [identityText({ kind: parsed.what, id: parsed.id })]
  }
}

/** A status topic names no kind. */
const statusKinds = ['meter', 'transformer', 'weather', 'concentrator'] as const

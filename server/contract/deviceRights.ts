/** What an identity may do over MQTT. The built-in broker goes by it, and so does the export for other brokers. */

import { type DeviceKind, deviceKinds } from './access.ts'
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

/** An answer says which notice it is about; so only Gridload itself publishes notices. */
export function rightsOf({ kind, id }: DeviceIdentity): DeviceRights {
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
      return { publish: [topics.answer(id)], retain: [], subscribe: [`${topics.notice(id, '#')}`] }
    case 'service':
      return {
        publish: subscriptionFilters,
        retain: [topics.status('+')],
        subscribe: [...subscriptionFilters, topics.notice('+', '+')]
      }
  }
}

/** What Gridload itself needs at a broker that is not its own; `further`: filters of its mapping file. */
export function serverRights(further: readonly string[] = []): DeviceRights {
  const notices = topics.notice('+', '+')
  return { publish: [notices], retain: [notices], subscribe: [...subscriptionFilters, ...further] }
}

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

/** What the checks of a client come down to, made once when it connects: one comparison for each message of a device. */
export interface Access {
  mayPublish(topic: string): boolean
  maySubscribe(filter: string): boolean
  mayReceive(topic: string): boolean
}

/** `further`: filters of a mapping file, which services may publish to as well. */
export function accessOf(identity: DeviceIdentity, further: readonly string[] = []): Access {
  const { publish, subscribe } = rightsOf(identity)
  const [first = '', second = '', third = ''] = publish
  const own = (topic: string): boolean =>
    topic === first || topic === second || (topic === third && third !== '')
  const contract = (topic: string): boolean =>
    parseTopic(topic) !== null || further.some(filter => isWithin(topic, filter))
  const maySubscribe = (filter: string): boolean => subscribe.some(allowed => isWithin(filter, allowed))
  return {
    mayPublish: identity.kind === 'service' ? contract : own,
    maySubscribe,
    mayReceive: maySubscribe
  }
}

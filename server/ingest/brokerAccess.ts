import type { AedesOptions } from 'aedes'
import {
  type Access,
  accessOf,
  type DeviceIdentity,
  type FurtherTopics,
  identityText,
  isForNotices,
  isOwnClientId,
  isReservedClientId,
  isWithin,
  noticesOfOne,
  ownersOf,
  parseIdentity
} from '../contract/deviceRights.ts'
import type { MqttRefusal } from '../contract/mqttRefusals.ts'
import { parseTopic } from '../contract/topics.ts'
import { type Refusals, shown } from './brokerRefusals.ts'
import type { CredentialTable } from './credentialTable.ts'

type Hooks = Required<
  Pick<AedesOptions, 'preConnect' | 'authenticate' | 'authorizeSubscribe' | 'authorizeForward'>
>
export type BrokerClient = Parameters<Hooks['authenticate']>[0]

/** Where a connection came in. */
export interface Door {
  /** Of the peer, for the log. */
  address: string
  /** Without a credential one may publish here. */
  anonymous: boolean
  /** The common name of the certificate that has been verified; undefined: this door asks for none. */
  certificateName: string | null | undefined
}

export interface BrokerAccess {
  hooks: Hooks
  /** null: the client may publish there. `isKept`: else its message is acknowledged and put away, for others to look at. */
  refusePublish(client: BrokerClient | null, topic: string): { reason: string; isKept: boolean } | null
  /** Whether this client has been granted this filter over its present connection. */
  isGranted(client: BrokerClient, filter: string): boolean
  /** Whoever is connected as one of these may do nothing any more; returns whether this client is one. */
  expel(client: BrokerClient, identities: ReadonlySet<string>): boolean
}

export interface BrokerAccessNeeds {
  credentials: CredentialTable
  refusals: Refusals
  further: FurtherTopics
  doorOf(client: BrokerClient): Door | undefined
  /** A part of the client ids that we make for those who bring none. */
  uniqueId(): string
}

/** Refused with a reason that has been counted and said already. */
export class Refused extends Error {
  readonly returnCode: number

  constructor(message: string, returnCode = NOT_AUTHORIZED) {
    super(message)
    this.returnCode = returnCode
  }
}

interface Member {
  /** null: nobody in particular. */
  identity: string | null
  access: Access
  subscriptions: Set<string>
}

/** Return codes of CONNACK [MQTT 3.2.2.3]. */
const IDENTIFIER_REJECTED = 2
const BAD_CREDENTIAL = 4
const NOT_AUTHORIZED = 5
/** Who says nothing for longer is taken for lost, whatever keep-alive it asked for. */
const LONGEST_KEEPALIVE_S = 3600
const MOST_SUBSCRIPTIONS = 1000

/**
 * Who a client is, and what it may do:
 *
 *   CONNECT ─► certificate, or user name and password ─► identity ─► client id its own? last will its own? ─► CONNACK 0
 *      no credential ─► where the door allows it: nobody in particular, who may publish what belongs to nobody else
 */
export function createBrokerAccess(needs: BrokerAccessNeeds): BrokerAccess {
  const { credentials, refusals, further, doorOf, uniqueId } = needs
  const members = new WeakMap<BrokerClient, Member>()
  const willTopics = new WeakMap<BrokerClient, string>()
  const anonymous = anonymousAccess(credentials, further)

  function refuse(reason: MqttRefusal, client: BrokerClient, what: string, returnCode?: number): Refused {
    const who = members.get(client)?.identity ?? 'a client without a credential'
    refusals.count(reason, `${what}, by ${who} at ${doorOf(client)?.address ?? '?'}`)
    return new Refused(what, returnCode)
  }

  /** null: nobody in particular, which is allowed here. */
  function identify(
    client: BrokerClient,
    userName: string | undefined,
    password: Buffer | undefined
  ): DeviceIdentity | null | Refused {
    const door = doorOf(client)
    if (door === undefined) return new Refused('the connection is gone')
    const { certificateName } = door
    if (certificateName === undefined && userName === undefined && password === undefined)
      return door.anonymous ? null : refuse('credential', client, 'neither user name nor password')
    if (certificateName === undefined) {
      const identity = parseIdentity(userName ?? '')
      if (credentials.matches(userName ?? '', password ?? Buffer.alloc(0)) && identity !== null)
        return identity
      const what = `unknown user name ${shown(userName ?? '')}, or its password is wrong`
      return refuse('credential', client, what, BAD_CREDENTIAL)
    }
    const identity = parseIdentity(certificateName ?? '')
    if (identity === null)
      return refuse('certificate', client, `no identity is ${shown(certificateName ?? '')}, its common name`)
    if (userName !== undefined && userName !== certificateName)
      return refuse('certificate', client, `user name ${shown(userName)} is not that of its certificate`)
    if (!credentials.has(identityText(identity)))
      return refuse(
        'credential',
        client,
        `no credential for its certificate ${shown(identityText(identity))}`
      )
    return identity
  }

  function admit(client: BrokerClient, identity: DeviceIdentity | null): Refused | null {
    const name = identity === null ? null : identityText(identity)
    const isOwn = name === null ? !isReservedClientId(client.id) : isOwnClientId(client.id, name)
    const member = {
      identity: name,
      access: identity === null ? anonymous : accessOf(identity, further),
      subscriptions: new Set<string>()
    }
    members.set(client, member)
    const will = willTopics.get(client)
    let refused: Refused | null = null
    if (!isOwn)
      refused = refuse('client-id', client, `client id ${shown(client.id)} of another`, IDENTIFIER_REJECTED)
    else if (name !== null && will !== undefined && !member.access.mayPublish(will))
      refused = refuse('publish', client, `last will to ${shown(will)}`)
    if (refused !== null) members.delete(client)
    return refused
  }

  const hooks: Hooks = {
    preConnect(client, packet, callback) {
      const name = doorOf(client)?.certificateName ?? packet.username
      if (packet.clientId === '' && packet.clean === true && name !== undefined)
        packet.clientId = `${name}/${uniqueId()}`
      const keepalive = packet.keepalive || LONGEST_KEEPALIVE_S
      packet.keepalive = Math.min(keepalive, LONGEST_KEEPALIVE_S)
      if (packet.will !== undefined) willTopics.set(client, packet.will.topic)
      callback(null, true)
    },
    authenticate(client, userName, password, done) {
      const identity = identify(client, userName, password)
      const refused = identity instanceof Refused ? identity : admit(client, identity)
      if (refused === null) done(null, true)
      else done(refused as Parameters<typeof done>[0], false)
    },
    authorizeSubscribe(client, subscription, callback) {
      const member = members.get(client)
      const { topic } = subscription
      const { subscriptions } = member ?? { subscriptions: new Set<string>() }
      const isTooMany = subscriptions.size >= MOST_SUBSCRIPTIONS && !subscriptions.has(topic)
      if (member === undefined || topic.startsWith('$') || isTooMany || !member.access.maySubscribe(topic)) {
        refuse('subscribe', client, isTooMany ? 'too many subscriptions' : `subscription to ${shown(topic)}`)
        callback(null, null)
        return
      }
      subscriptions.add(topic)
      callback(null, subscription)
    },
    authorizeForward: (client, packet) =>
      members.get(client)?.access.mayReceive(packet.topic) === true ? packet : null
  }

  return {
    hooks,
    refusePublish(client, topic) {
      const member = client === null ? undefined : members.get(client)
      if (client === null || member === undefined) return { reason: 'no longer admitted', isKept: false }
      if (member.access.mayPublish(topic)) return null
      const { message } = refuse('publish', client, `message to ${shown(topic)}`)
      return member.identity === null
        ? { reason: 'without a credential nobody may publish to this topic', isKept: true }
        : { reason: message, isKept: false }
    },
    isGranted: (client, filter) => members.get(client)?.subscriptions.has(filter) === true,
    expel(client, identities) {
      const identity = members.get(client)?.identity ?? null
      return identity !== null && identities.has(identity) && members.delete(client)
    }
  }
}

/**
 * For who has no credential: what belongs to somebody who has one is his alone. A concentrator speaks for any meter, so
 * once a meter has a credential a concentrator needs one as well. Topics that are none of ours are let through to where
 * they become dead letters.
 */
function anonymousAccess(credentials: CredentialTable, further: FurtherTopics): Access {
  const isNobodys = (identities: readonly string[]): boolean =>
    credentials.size === 0 || !identities.some(identity => credentials.has(identity))
  const mayPublish = (topic: string): boolean =>
    isNobodys(ownersOf(topic)) && !(credentials.hasMeters && parseTopic(topic)?.what === 'concentrator')
  const mayFollow = (filter: string): boolean => {
    const customerId = noticesOfOne(filter)
    return customerId === null
      ? further.subscribe.some(allowed => isWithin(filter, allowed))
      : isNobodys([identityText({ kind: 'customer', id: customerId })])
  }
  return {
    mayPublish: topic => !isForNotices(topic) && (credentials.size === 0 || mayPublish(topic)),
    maySubscribe: mayFollow,
    mayReceive: mayFollow
  }
}

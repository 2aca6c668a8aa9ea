import type { AedesOptions } from 'aedes'
import { parseTopic } from '../contract/topics.ts'
import { Refused } from './brokerAccess.ts'
import type { Intake } from './intake.ts'
import { createOrderedAcks, type OrderedAcks } from './orderedAcks.ts'

type AuthorizePublish = NonNullable<AedesOptions['authorizePublish']>
type Client = Parameters<AuthorizePublish>[0]
type Packet = Parameters<AuthorizePublish>[1]
type Callback = Parameters<AuthorizePublish>[2]

export interface DurableGate {
  authorizePublish: AuthorizePublish
  /** From now on nothing is accepted: the last wills of clients that we disconnect ourselves say nothing about them. */
  close(): void
}

/** A dead letter is acknowledged but goes to nobody: it leaves on a topic that nobody may subscribe to. */
const NOWHERE = '$SYS/gridload/nowhere'

/**
 * Stands in aedes' `authorizePublish`, which runs before PUBACK and PUBREC:
 *
 *   PUBLISH ─► may it? ─► gate ─► intake ─► durable ─► gate opens, in order of arrival ─► PUBACK ─► to who subscribed
 *
 * What is not durable yet is bounded over all connections: beyond `maxWaitingBytes` a publisher is disconnected
 * without an acknowledgement and will send again.
 */
export function createDurableGate(
  intake: Intake,
  {
    maxWaitingBytes,
    maxRetained,
    fullBytes,
    refuse
  }: {
    maxWaitingBytes: number
    maxRetained: number
    /** How long a PUBLISH of this connection was that has been shortened; null: it has not. */
    fullBytes: (connection: object, remainingLength: number) => number | null
    /** Why a client may not publish there; `isKept`: it is acknowledged all the same, as a dead letter. null: it may. */
    refuse: (client: Client, topic: string) => { reason: string; isKept: boolean } | null
  }
): DurableGate {
  const acksOf = new WeakMap<object, OrderedAcks<() => void>>()
  const retained = new Set<string>()
  let waitingBytes = 0
  let closed = false

  function ordered(client: Client): OrderedAcks<() => void> {
    const key = client ?? retained
    const known = acksOf.get(key)
    if (known !== undefined) return known
    const acks = createOrderedAcks<() => void>(ready => {
      for (const answer of ready) answer()
    })
    acksOf.set(key, acks)
    return acks
  }

  /** Keeps a spoofed notice from reaching anyone, and the retained messages to the devices' status. */
  function restrictForwarding(packet: Packet, topic: string, payload: Buffer): void {
    const what = parseTopic(topic)?.what
    if (what === undefined) packet.topic = NOWHERE
    if (what !== 'status') packet.retain = false
    if (!packet.retain) return
    if (payload.length === 0) retained.delete(topic)
    else if (retained.size < maxRetained) retained.add(topic)
    else packet.retain = retained.has(topic)
  }

  function refusal(topic: string): string | null {
    if (closed) return 'the broker is stopping'
    if (topic.startsWith('$SYS/')) return '$SYS topics are reserved'
    return waitingBytes > maxWaitingBytes ? 'readings cannot be made durable at present' : null
  }

  function fullLength(client: Client, packet: Packet): number | null {
    // What mqtt-packet has read; a last will has none.
    const { length } = packet as { length?: number }
    return client === null || length === undefined ? null : fullBytes(client.conn, length)
  }

  function authorizePublish(client: Client, packet: Packet, callback: Callback): void {
    const { topic } = packet
    const refused = refusal(topic)
    if (refused !== null) {
      callback(new Error(refused))
      return
    }
    const denied = refuse(client, topic)
    if (denied !== null && !denied.isKept) {
      callback(new Refused(denied.reason))
      return
    }
    const payload = Buffer.isBuffer(packet.payload) ? packet.payload : Buffer.from(packet.payload)
    const cutFrom = fullLength(client, packet)
    if (cutFrom === null && denied === null) restrictForwarding(packet, topic, payload)
    else {
      packet.topic = NOWHERE
      packet.retain = false
    }

    waitingBytes += payload.length
    let failure: Error | null = null
    const mayAnswer = ordered(client).add(() => callback(failure))
    const settle = (error: Error | null) => {
      failure = error
      waitingBytes -= payload.length
      mayAnswer()
    }
    taken(topic, payload, cutFrom, denied?.reason).then(() => settle(null), settle)
  }

  /** Resolves when durable. */
  function taken(topic: string, payload: Buffer, cutFrom: number | null, reason?: string): Promise<void> {
    if (cutFrom !== null)
      return intake.reject(
        topic,
        payload,
        `a message of ${cutFrom} bytes: only its beginning was kept`,
        cutFrom
      )
    return reason === undefined ? intake.accept(topic, payload) : intake.reject(topic, payload, reason)
  }

  return {
    authorizePublish,
    close: () => {
      closed = true
    }
  }
}

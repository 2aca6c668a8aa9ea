import { createAckRing } from './ackRing.ts'
import { RECEIVE_MAXIMUM } from './brokerUrl.ts'
import type { MessageIntake } from './connection.ts'
import { createInflightMeter, type Inflight } from './inflight.ts'
import type { OversizedMessage, PacketHandlers } from './packetReader.ts'

export interface MessageFlowOptions {
  intake: MessageIntake
  maxPacketBytes: number
  now(): number
  /** Sends finished packets. */
  write(packets: Buffer): void
  /** Stops reading from the socket, until `resume`. */
  pause(): void
  resume(): void
  /** Ends the connection, with the reason in words. */
  end(reason: string): void
}

/**
 * The messages of one connection and their acknowledgements, which can only leave over it: a later connection has a flow,
 * and with it packet ids, of its own.
 *
 *   reading: PUBLISH ─► take ─► group durable ─► PUBACKs, packed
 *      ▲  │ intake is full
 *   has room  ▼
 *      paused
 */
export interface MessageFlow extends Pick<PacketHandlers, 'onPublish' | 'onOversized'> {
  /** From now on messages may come. */
  begin(): void
  /** All whole packets of what was read at once have been given. */
  chunkRead(): void
  /** Acknowledges what this group and those before it held, and reads on if there is room. */
  durable(group: number): void
  /** Reads nothing more; resolves when all is acknowledged, the connection is lost, or the time is over. */
  close(withinMs: number): Promise<void>
  /** The connection is gone. */
  lost(): void
  /** Messages so far. */
  readonly received: number
  readonly unacknowledged: number
  /** All is durable with this group; null: it is already. */
  readonly newestGroup: number | null
  inflight(): Inflight
}

export function createMessageFlow(options: MessageFlowOptions): MessageFlow {
  const { intake, maxPacketBytes, now, write, pause, resume, end } = options
  const acks = createAckRing()
  const inflight = createInflightMeter(RECEIVE_MAXIMUM)
  const quiet = Promise.withResolvers<void>()
  let begun = false
  let received = 0
  let paused = false
  let closing = false

  /** Whether a message may come; else the connection ends. */
  function mayCome(): boolean {
    if (!begun) end('not MQTT: a message before CONNACK')
    return begun
  }

  function onOversized({ topic, head, bytes, packetId }: OversizedMessage): void {
    if (!mayCome()) return
    received++
    const release = packetId === 0 ? null : acks.addHeld(packetId, intake.group)
    const why = `a message of ${bytes} bytes, more than ${maxPacketBytes}: only its beginning was kept`
    intake.reject(topic, head, why, bytes).then(
      () => {
        release?.()
        proceed()
      },
      (error: Error) => end(`cannot make messages durable: ${error.message}`)
    )
  }

  function hold(): void {
    paused = true
    pause()
  }

  /** Acknowledges what may be, and reads on if there is room again. */
  function proceed(): void {
    const packets = acks.due()
    if (packets !== null) {
      write(packets)
      inflight.changed(acks.length, now())
      if (closing && acks.length === 0) quiet.resolve()
    }
    if (!paused || closing || intake.isFull) return
    paused = false
    resume()
  }

  return {
    onPublish(bytes, topicStart, topicEnd, payloadStart, payloadEnd, packetId) {
      if (!mayCome()) return
      received++
      intake.take(bytes, topicStart, topicEnd, payloadStart, payloadEnd)
      if (packetId !== 0) acks.add(packetId)
    },
    onOversized,
    begin: () => {
      begun = true
    },
    chunkRead() {
      acks.mark(intake.group)
      inflight.changed(acks.length, now())
      if (intake.isFull) hold()
    },
    durable(group) {
      acks.durable(group)
      proceed()
    },
    async close(withinMs) {
      closing = true
      hold()
      if (acks.length === 0) return
      const timer = setTimeout(quiet.resolve, withinMs)
      await quiet.promise
      clearTimeout(timer)
    },
    lost: quiet.resolve,
    get received() {
      return received
    },
    get unacknowledged() {
      return acks.length
    },
    get newestGroup() {
      return acks.newestGroup
    },
    inflight: () => inflight.state(now())
  }
}

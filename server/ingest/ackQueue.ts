import { createOrderedAcks } from './orderedAcks.ts'

/** Collects the PUBACKs of one connection and writes all that are due in one piece, in order of arrival. */
export interface AckQueue {
  /** Enters a message (null: QoS 0, no answer); the returned function says that it is durable. */
  add(packetId: number | null): () => void
  /** Writes at once what is due. */
  flush(): void
  readonly unanswered: number
}

export function createAckQueue(write: (packets: Buffer) => void): AckQueue {
  let due: number[] = []
  let scheduled = false
  let unanswered = 0

  function flush(): void {
    scheduled = false
    if (due.length === 0) return
    const packets = Buffer.allocUnsafe(due.length * 4)
    for (const [index, packetId] of due.entries()) {
      // PUBACK without a reason code means success [MQTT 5, 3.4.2.1].
      packets.writeUInt16BE(0x4002, index * 4)
      packets.writeUInt16BE(packetId, index * 4 + 2)
    }
    due = []
    write(packets)
  }

  const acks = createOrderedAcks<number | null>(ready => {
    unanswered -= ready.length
    for (const packetId of ready) if (packetId !== null) due.push(packetId)
    if (scheduled) return
    scheduled = true
    setImmediate(flush)
  })

  return {
    add(packetId) {
      unanswered++
      return acks.add(packetId)
    },
    flush,
    get unanswered() {
      return unanswered
    }
  }
}

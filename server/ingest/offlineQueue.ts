import type { Aedes } from 'aedes'

/** What is used of aedes' persistence: the queue of a session whose client is away or has not acknowledged. */
interface Persistence {
  outgoingEnqueueCombi(subscriptions: { clientId: string }[], packet: unknown): Promise<void>
  outgoingClearMessageId(client: { id: string }, packet: unknown): Promise<unknown>
}

/**
 * Bounds what the built-in broker holds in memory for the persistent sessions of others; without it a subscriber that
 * never comes back would grow it for ever. What does not fit is not delivered to that session, and counted.
 */
export function limitOfflineQueues(
  broker: Aedes,
  { perSession, total }: { perSession: number; total: number }
): { dropped: () => number } {
  const { persistence } = broker as unknown as { persistence: Persistence }
  const enqueue = persistence.outgoingEnqueueCombi.bind(persistence)
  const clear = persistence.outgoingClearMessageId.bind(persistence)
  const queued = new Map<string, number>()
  let all = 0
  let dropped = 0

  persistence.outgoingEnqueueCombi = (subscriptions, packet) => {
    const admitted = subscriptions.filter(({ clientId }) => {
      const count = queued.get(clientId) ?? 0
      if (count >= perSession || all >= total) {
        dropped++
        return false
      }
      queued.set(clientId, count + 1)
      all++
      return true
    })
    return enqueue(admitted, packet)
  }
  persistence.outgoingClearMessageId = async (client, packet) => {
    const cleared = await clear(client, packet)
    if (cleared !== undefined) {
      const count = (queued.get(client.id) ?? 1) - 1
      if (count > 0) queued.set(client.id, count)
      else queued.delete(client.id)
      all--
    }
    return cleared
  }
  return { dropped: () => dropped }
}

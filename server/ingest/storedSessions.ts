import type { Aedes, Client } from 'aedes'

/** What is used of aedes' persistence: the subscriptions of sessions that outlive their connection. */
interface Persistence {
  addSubscriptions(client: Client, subscriptions: { topic: string }[]): Promise<unknown>
  cleanSubscriptions(client: { id: string }): Promise<unknown>
}

/**
 * aedes keeps every filter of a SUBSCRIBE, also those that it refuses beside one that it grants, and would queue for the
 * session what it must not see. Here only what `isGranted` is kept, and of at most so many sessions: those of others end
 * with their connection.
 */
export function limitStoredSessions(
  broker: Aedes,
  { most, isGranted }: { most: number; isGranted(client: Client, filter: string): boolean }
): void {
  const { persistence } = broker as unknown as { persistence: Persistence }
  const add = persistence.addSubscriptions.bind(persistence)
  const clean = persistence.cleanSubscriptions.bind(persistence)
  const kept = new Set<string>()

  persistence.addSubscriptions = async (client, subscriptions) => {
    if (!kept.has(client.id) && kept.size >= most) return client
    kept.add(client.id)
    return add(
      client,
      subscriptions.filter(({ topic }) => isGranted(client, topic))
    )
  }
  persistence.cleanSubscriptions = client => {
    kept.delete(client.id)
    return clean(client)
  }
}

import { Aedes, type Client } from 'aedes'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { limitStoredSessions } from '../../server/ingest/storedSessions.ts'

interface Persistence {
  addSubscriptions(client: Client, subscriptions: { topic: string; qos: number }[]): Promise<unknown>
  cleanSubscriptions(client: Client): Promise<unknown>
  subscriptionsByTopic(topic: string): Promise<{ clientId: string }[]>
}

let aedes: Aedes
let persistence: Persistence
const client = (id: string) => ({ id }) as Client

beforeEach(async () => {
  aedes = await Aedes.createBroker()
  persistence = (aedes as unknown as { persistence: Persistence }).persistence
  limitStoredSessions(aedes, { most: 2, isGranted: (_client, filter) => filter === 'own' })
})
afterEach(() => new Promise<void>(resolve => aedes.close(resolve)))

const subscribe = (id: string, ...filters: string[]) =>
  persistence.addSubscriptions(
    client(id),
    filters.map(topic => ({ topic, qos: 1 }))
  )
const whoFollows = async (topic: string) =>
  (await persistence.subscriptionsByTopic(topic)).map(({ clientId }) => clientId)

it('keeps what is granted of a SUBSCRIBE, and nothing that came with it', async () => {
  await subscribe('a', 'own', 'of-another')
  expect(await whoFollows('own')).toEqual(['a'])
  expect(await whoFollows('of-another')).toEqual([])
})

it('keeps so many sessions, and further ones when others have ended', async () => {
  for (const id of ['a', 'b', 'c']) await subscribe(id, 'own')
  expect(await whoFollows('own')).toEqual(['a', 'b'])
  await persistence.cleanSubscriptions(client('a'))
  await subscribe('c', 'own')
  expect((await whoFollows('own')).sort()).toEqual(['b', 'c'])
})

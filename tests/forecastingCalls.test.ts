import { expect, it } from 'vitest'
import type { CurtailmentEvent } from '../server/contract/events.ts'
import type { Delivery } from '../server/contract/performance.ts'
import { callsByNode } from '../server/forecastingCalls.ts'
import { node } from './forecastDesk.ts'

const now = Date.parse('2026-06-20T12:00:00Z')
const at = (hour: number) => new Date(now + hour * 3_600_000).toISOString()
const nodes = [
  ...[node('CO', { kind: 'company' }), node('F1', { parent: 'CO' }), node('F2', { parent: 'CO' })],
  ...['A', 'B'].map((id, i) => node(id, { kind: 'meteringPoint', parent: `F${i + 1}`, customerId: id }))
]
const participant = (meteringPointId: string, hour: number) => ({
  ...{ customerId: meteringPointId, meteringPointId, requestedKw: 50, start: at(hour), end: at(hour + 1) }
})
const event = (id: string, hour: number): CurtailmentEvent =>
  ({
    ...{ id, state: 'active', start: at(hour), end: at(hour + 1) },
    history: [{ state: 'notified', at: at(hour - 1) }],
    participants: [participant('A', hour), participant('B', hour)]
  }) as unknown as CurtailmentEvent
const result = (eventId: string, meteringPointId: string, averageKw: number | null): Delivery =>
  ({ eventId, ...participant(meteringPointId, -30), averageKw }) as unknown as Delivery

const records = (events: CurtailmentEvent[], results: Delivery[]) => {
  const asked: (readonly string[] | undefined)[] = []
  return {
    asked,
    events: {
      ids: async () => events.map(({ id }) => id),
      get: async (id: string) => events.find(one => one.id === id)
    },
    deliveries: {
      async of({ eventIds, isFinal }: { eventIds?: readonly string[]; isFinal?: boolean }) {
        asked.push(eventIds)
        return isFinal ? results.filter(one => eventIds?.includes(one.eventId) ?? true) : []
      }
    }
  }
}
const callsOf = (needs: ReturnType<typeof records>) => callsByNode(needs as never, nodes, now)

it('what was delivered counts at each node above the consumer, and what nobody measured yet as asked', async () => {
  const needs = records([event('E1', -30), event('E2', -2)], [result('E1', 'A', 42), result('E1', 'B', null)])
  const calls = await callsOf(needs)
  const kwOf = (id: string) =>
    calls.get(id)?.map(({ deliveredKw, requestedKw }) => deliveredKw ?? -requestedKw)
  expect(kwOf('A')).toEqual([42, -50])
  expect(kwOf('F2')).toEqual([-50, -50])
  expect(kwOf('CO')).toEqual([42, -50, -50, -50])
  expect(calls.get('F1')?.[0]).toMatchObject({ start: now - 30 * 3_600_000, end: now - 29 * 3_600_000 })
  // Never the results of three years in one piece.
  expect(needs.asked).toEqual([['E1'], ['E2']])
})

it('a call that lies ahead says nothing of the past, nor does one that was never sent', async () => {
  const unsent = { ...event('E2', -2), history: [] } as CurtailmentEvent
  expect(await callsOf(records([event('E1', 3), unsent], []))).toEqual(new Map())
})

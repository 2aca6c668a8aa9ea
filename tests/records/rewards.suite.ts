import { expect, test } from 'vitest'
import type { Records } from '../../server/records/openRecords.ts'
import { at, event, finding, noon } from './samples.ts'

const lan = { by: 'Lan', byId: 'usr-lan', at: at(noon) }
const test1 = { customerId: 'C1', eventId: 'CE-1', season: 2026, kind: 'transformer-test' } as const
const cleaning = { customerId: 'C2', eventId: null, season: 2025, kind: 'substation-cleaning' } as const

/** Thanks to many, and the services that are thanked with. */
export function rewardsSuite(open: () => Promise<Records>): void {
  async function withCustomers(): Promise<Records> {
    const records = await open()
    for (const id of ['C1', 'C2']) await records.customers.insert({ id, name: `Nhà máy ${id}` })
    await records.events.insert(event('CE-1', ['draft', 'notified', 'final']))
    return records
  }

  test('a reward is offered, booked for a day, done; each step says who and when', async () => {
    const { rewards } = await withCustomers()
    const [offered] = await rewards.insert([test1], { ...lan, note: 'cảm ơn' })
    const first = { state: 'offered', at: at(noon), by: 'Lan', note: 'cảm ơn', plannedFor: null }
    expect(offered).toEqual({
      ...{
        id: 'RW-000001',
        ...test1,
        finding: null,
        customerName: 'Nhà máy C1',
        state: 'offered',
        plannedFor: null
      },
      history: [first]
    })
    const day = { state: 'booked', plannedFor: '2026-06-01', note: '' } as const
    const booked = await rewards.advance('RW-000001', 'offered', { ...lan, ...day })
    expect(booked).toMatchObject({ state: 'booked', plannedFor: '2026-06-01', history: [first, day] })
    expect(await rewards.advance('RW-000001', 'offered', { ...lan, ...day })).toBeNull()
    const done = { state: 'done', plannedFor: '2026-06-01', note: '' } as const
    await rewards.advance('RW-000001', 'booked', { ...lan, ...done })
    expect(await rewards.get('RW-000001')).toMatchObject({ state: 'done', history: [first, day, done] })
    expect(await rewards.advance('RW-9', 'booked', { ...lan, ...done })).toBeNull()
    expect(await rewards.get('RW-9')).toBeNull()
  })

  test('it says which finding advised it', async () => {
    const { rewards, findings } = await withCustomers()
    const place = { kind: 'transformer-cooling', nodeId: 'T1', nodeName: 'Máy T1' } as const
    await findings.save(finding('TC-1', noon, place))
    const [offered] = await rewards.insert([{ ...cleaning, findingId: 'TC-1' }], { ...lan, note: '' })
    expect(offered?.finding).toEqual({ id: 'TC-1', ...place })
    expect((await rewards.list()).map(one => one.finding?.id)).toEqual(['TC-1'])
  })

  test('of two that change a reward at once, one does', async () => {
    const { rewards } = await withCustomers()
    await rewards.insert([test1], { ...lan, note: '' })
    const step = { ...lan, plannedFor: null, note: '', state: 'declined' } as const
    const both = await Promise.all([1, 2].map(() => rewards.advance('RW-000001', 'offered', step)))
    expect(both.filter(one => one !== null)).toHaveLength(1)
    expect((await rewards.get('RW-000001'))?.history).toHaveLength(2)
  })

  test('lists go by id and are filtered by customer, state and season', async () => {
    const { rewards } = await withCustomers()
    await rewards.insert([test1, cleaning], { ...lan, note: '' })
    await rewards.advance('RW-000002', 'offered', { ...lan, state: 'declined', plannedFor: null, note: '' })
    const ids = async (filter: Parameters<typeof rewards.list>[0]) =>
      (await rewards.list(filter)).map(({ id }) => id)
    expect(await ids(undefined)).toEqual(['RW-000001', 'RW-000002'])
    expect(await ids({ customerId: 'C1' })).toEqual(['RW-000001'])
    expect(await ids({ states: ['offered', 'booked'] })).toEqual(['RW-000001'])
    expect(await ids({ states: [] })).toEqual([])
    expect(await ids({ season: 2025 })).toEqual(['RW-000002'])
  })

  test('all offers are made, or none', async () => {
    const { rewards } = await withCustomers()
    const unknown = { ...cleaning, customerId: 'C9' }
    await expect(rewards.insert([test1, unknown], { ...lan, note: '' })).rejects.toThrow()
    expect(await rewards.list()).toEqual([])
    expect(await rewards.insert([], { ...lan, note: '' })).toEqual([])
  })

  test('many are thanked at once: the first thanks stay, an offer is made once', async () => {
    const records = await withCustomers()
    const piece = {
      items: ['C1', 'C2', 'C9', 'C1'].map(customerId => ({ eventId: 'CE-1', customerId })),
      ...{ note: 'cảm ơn', offers: [test1, test1], offerNote: 'thử máy biến áp' }
    }
    expect(await records.thanks.write(piece, lan)).toEqual({ thanked: 2, before: 0, rewards: 1 })
    const minh = { by: 'Minh', byId: 'usr-minh', at: at(noon + 1) }
    expect(await records.thanks.write(piece, minh)).toEqual({ thanked: 0, before: 2, rewards: 0 })
    const thanks = { by: 'Lan', at: at(noon), note: 'cảm ơn' }
    expect((await records.events.get('CE-1'))?.participants).toMatchObject([{ thanks }, { thanks }])
    expect(await records.rewards.list()).toMatchObject([{ history: [{ note: 'thử máy biến áp' }] }])
    const unknown = { ...piece, offers: [{ ...test1, customerId: 'C9' }] }
    await expect(records.thanks.write(unknown, minh)).rejects.toThrow()
  })
}

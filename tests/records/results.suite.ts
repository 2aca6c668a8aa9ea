import { expect, test } from 'vitest'
import { canonicalJson } from '../../server/contract/canonicalJson.ts'
import type { Records } from '../../server/records/openRecords.ts'
import { sha256 } from '../../server/records/sha256.ts'
import { at, deliveries, event, keepResult, minutes, noon, participant, performance } from './samples.ts'

/** Results in versions, and what each participant delivered. */
export function resultsSuite(open: () => Promise<Records>): void {
  const ended = event('CE-1', ['draft', 'notified', 'active', 'ended'])

  async function withEvent(): Promise<Records> {
    const records = await open()
    await records.events.insert(ended)
    return records
  }

  test('every result that is kept stands beside the earlier ones', async () => {
    const { results } = await withEvent()
    expect(await results.get('CE-1')).toBeNull()
    expect(await results.list('CE-1')).toEqual({ results: [] })
    const estimate = { ...performance(ended, { C1: 0.5 }), isFinal: false, resultVersion: 0 }
    const provisional = { kind: 'provisional', why: 'the data are whole', deliveries: [] } as const
    const first = await results.save(estimate, provisional)
    expect(first).toEqual({ ...estimate, resultVersion: 1 })
    const better = performance(ended, { C1: 0.9, C2: null })
    const second = await results.save(better, { kind: 'final', why: 'closed', deliveries: [] })
    expect(second).toEqual({ ...better, resultVersion: 2 })
    expect(await results.get('CE-1')).toEqual(second)
    expect(await results.get('CE-1', 1)).toEqual(first)
    expect(await results.get('CE-1', 3)).toBeNull()
    expect(await results.list('CE-1')).toEqual({
      results: [
        {
          ...{ resultVersion: 1, kind: 'provisional', why: 'the data are whole', deliveredKwh: null },
          ...{ computedAt: ended.end, sha256: sha256(canonicalJson(first)) }
        },
        {
          ...{ resultVersion: 2, kind: 'final', why: 'closed', deliveredKwh: null },
          ...{ computedAt: ended.end, sha256: sha256(canonicalJson(second)) }
        }
      ]
    })
    expect([...(await results.newest(['CE-1', 'CE-9'])).entries()]).toEqual([['CE-1', second]])
  })

  test('what says the same as the newest of its kind is not kept twice; of another kind it is', async () => {
    const { results } = await withEvent()
    const measured = performance(ended, { C1: 0.5 })
    const keeping = { kind: 'provisional', why: 'measured', deliveries: [] } as const
    const first = await results.save(measured, keeping)
    expect(await results.save({ ...measured, computedAt: at(noon + 1) }, keeping)).toEqual(first)
    await results.save(measured, { ...keeping, kind: 'final' })
    expect((await results.list('CE-1')).results.map(({ kind }) => kind)).toEqual(['provisional', 'final'])
  })

  test('two that keep a result at once make two versions', async () => {
    const records = await withEvent()
    await Promise.all([keepResult(records, ended, { C1: 0.5 }), keepResult(records, ended, { C1: 0.6 })])
    expect((await records.results.list('CE-1')).results.map(one => one.resultVersion)).toEqual([1, 2])
    const newest = await records.results.get('CE-1')
    expect((await records.deliveries.of({})).map(({ ratio }) => ratio)).toEqual(
      newest?.participants.map(({ ratio }) => ratio)
    )
  })

  test('a result of no event, or one that cannot be written whole, leaves nothing behind', async () => {
    const records = await withEvent()
    await expect(keepResult(records, event('CE-9'))).rejects.toThrow('there is no event CE-9')
    const result = performance(ended, { C1: 1 })
    const broken = { ...deliveries(ended, result)[0], customerName: null as unknown as string }
    const keeping = { kind: 'final', why: 'closed', deliveries: [broken as never] } as const
    await expect(records.results.save(result, keeping)).rejects.toThrow()
    expect(await records.results.get('CE-1')).toBeNull()
  })

  test('deliveries are those of the newest result, as they were given', async () => {
    const records = await withEvent()
    await keepResult(records, ended, { C1: 0.5, C2: 0.7 })
    const second = await keepResult(records, ended, { C1: 0.25, C2: null })
    const given = deliveries(ended, second)
    expect(await records.deliveries.of({})).toEqual(given)
    expect(given).toMatchObject([
      { customerId: 'C1', ratio: 0.25, averageKw: 125, resultVersion: 2 },
      { customerId: 'C2', ratio: null, averageKw: null, resultVersion: 2 }
    ])
    const before = await records.deliveries.of({ eventIds: ['CE-1'], resultVersion: 1 })
    expect(before.map(({ ratio }) => ratio)).toEqual([0.5, 0.7])
  })

  test('deliveries are found by customer, event, time, programme and drill, in their order', async () => {
    const records = await open()
    const later = { start: at(noon + minutes(90)), end: at(noon + minutes(120)) }
    const events = [
      event('CE-3', ['final'], { ...later, isDrill: true, participants: [participant('C1', later)] }),
      event('CE-2', ['final'], { participants: [participant('C2'), participant('C1')] }),
      event('CE-1', ['final'])
    ]
    for (const one of events) {
      await records.events.insert(one)
      await keepResult(records, one, { C1: 1 })
    }
    const found = async (filter: Parameters<typeof records.deliveries.of>[0]) =>
      (await records.deliveries.of(filter)).map(({ eventId, customerId }) => `${eventId} ${customerId}`)
    expect(await found({})).toEqual(['CE-1 C1', 'CE-1 C2', 'CE-2 C1', 'CE-2 C2', 'CE-3 C1'])
    expect(await found({ customerId: 'C2' })).toEqual(['CE-1 C2', 'CE-2 C2'])
    expect(await found({ eventIds: ['CE-3', 'CE-9'] })).toEqual(['CE-3 C1'])
    expect(await found({ eventIds: [] })).toEqual([])
    expect(await found({ from: noon + 1 })).toEqual(['CE-3 C1'])
    expect(await found({ to: noon + minutes(90), customerId: 'C1' })).toEqual(['CE-1 C1', 'CE-2 C1'])
    expect(await found({ isDrill: true })).toEqual(['CE-3 C1'])
    expect(await found({ isDrill: false, isFinal: false })).toEqual([])
    expect(await found({ programmeId: 'paid' })).toEqual([])
  })
}

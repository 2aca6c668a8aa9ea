import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Reading, readingFields } from '../../server/contract/telemetry.ts'
import { batchOf } from '../../server/log/readingBatch.ts'
import { emptyLoad } from '../../server/readings/loadSteps.ts'
import { type ReadingsStore, StoreError } from '../../server/readings/store.ts'
import { arrivals, merged } from './arrivals.ts'
import { forecastContract, loadContract } from './forecastAndLoadContract.ts'
import { DAY, freshId, HOUR, meter, NOON, reading } from './readings.ts'

/** How one store is opened for the suite, and opened again on the same data. */
export interface StoreUnderTest {
  open(): Promise<ReadingsStore>
  close(): Promise<void>
}

/** What every store must do alike. `prepare` starts what the store needs. */
export function storeContract(name: string, prepare: () => Promise<StoreUnderTest>): void {
  describe(`${name}: the readings store's contract`, () => {
    let under: StoreUnderTest
    let store: ReadingsStore

    beforeAll(async () => {
      under = await prepare()
      store = await under.open()
    })

    afterAll(async () => {
      await store?.stop()
      await under?.close()
    })

    const write = (readings: readonly Reading[]) => store.write(batchOf(readings))
    const day = (id: string, fields: readonly string[] = ['kw']) =>
      store.query({ kind: 'meter', id, from: NOON - DAY, to: NOON + DAY, fields })

    it('knows nothing of an id that never reported', async () => {
      const id = freshId()
      const nothing = { t: [], intervalS: [], quality: [], columns: { kw: [], v: [] } }
      expect(await day(id, ['kw', 'v'])).toEqual(nothing)
      expect(await store.queryMany({ kind: 'meter', ids: [id], from: 0, to: NOON, field: 'kw' })).toEqual(
        new Map()
      )
      expect(await store.latest({ kind: 'meter', ids: [id], notBefore: 0 })).toEqual(new Map())
      for (const stepS of [60, 1800] as const) {
        expect(await store.queryLoad({ node: id, from: 0, to: NOON, stepS })).toEqual(emptyLoad())
      }
    })

    it('merges the same identity member by member: a later value wins, an absent one erases nothing', async () => {
      const id = freshId()
      await write([meter(id, NOON, { kw: 1, v: 230 }, { intervalS: 900, quality: 4 })])
      await write([meter(id, NOON, { kw: 2, pf: 0.9 }, { intervalS: 300, quality: 1 })])
      expect(await day(id, ['kw', 'v', 'pf', 'kvar'])).toEqual({
        t: [NOON],
        intervalS: [300],
        quality: [1],
        columns: { kw: [2], v: [230], pf: [0.9], kvar: [null] }
      })
      const latest = await store.latest({ kind: 'meter', ids: [id], notBefore: NOON })
      expect(latest.get(id)).toEqual(
        meter(id, NOON, { kw: 2, v: 230, pf: 0.9 }, { intervalS: 300, quality: 1 })
      )
    })

    it('merges the same identity within one batch in its order', async () => {
      const id = freshId()
      await write([
        meter(id, NOON, { kw: 1, v: 230 }),
        meter(id, NOON + 1, { kw: 7 }),
        meter(id, NOON, { kw: 2 }),
        meter(id, NOON, { kvar: 3 }, { intervalS: 60 })
      ])
      expect(await day(id, ['kw', 'v', 'kvar'])).toEqual({
        t: [NOON, NOON + 1],
        intervalS: [60, 0],
        quality: [0, 0],
        columns: { kw: [2, 7], v: [230, null], kvar: [3, null] }
      })
    })

    it('keeps kinds apart that share an id', async () => {
      const id = freshId()
      await write([
        meter(id, NOON, { kw: 1 }),
        reading('transformer', id, NOON, { kw: 2, oil_c: 61.5 }),
        reading('weather', id, NOON, { temp_c: 38.2 })
      ])
      expect((await day(id)).columns.kw).toEqual([1])
      const at = { id, from: NOON, to: NOON + 1 }
      const transformer = await store.query({ kind: 'transformer', ...at, fields: ['kw', 'oil_c'] })
      expect(transformer.columns).toEqual({ kw: [2], oil_c: [61.5] })
      expect((await store.query({ kind: 'weather', ...at, fields: ['temp_c'] })).columns.temp_c).toEqual([
        38.2
      ])
    })

    it('answers [from, to) over several days, ascending', async () => {
      const id = freshId()
      const times = [-3, -2, -1, 0, 1, 2, 3].map(days => NOON + days * DAY)
      await write(times.toReversed().map((ts, index) => meter(id, ts, { kw: index })))
      const { t, columns } = await store.query({
        kind: 'meter',
        id,
        from: NOON - 2 * DAY,
        to: NOON + 2 * DAY,
        fields: ['kw']
      })
      expect(t).toEqual(times.slice(1, 5))
      expect(columns.kw).toEqual([5, 4, 3, 2])
    })

    it('says of a reading without the asked members that it is there and they are unknown', async () => {
      const id = freshId()
      await write([meter(id, NOON, { v: 230 }), meter(id, NOON + 1, {}), meter(id, NOON + 2, { kw: 0 })])
      expect(await day(id)).toMatchObject({
        t: [NOON, NOON + 1, NOON + 2],
        columns: { kw: [null, null, 0] }
      })
      const many = await store.queryMany({
        kind: 'meter',
        ids: [id],
        from: NOON,
        to: NOON + DAY,
        field: 'kw'
      })
      expect(many.get(id)?.columns.kw).toEqual([null, null, 0])
    })

    it('keeps numbers exactly', async () => {
      const id = freshId()
      const numbers = [
        -0.1,
        0.1 + 0.2,
        5e-324,
        -5e-324,
        Number.MAX_VALUE,
        1e-7,
        1e21,
        123456789012345680,
        -42,
        0
      ]
      await write(numbers.map((kw, index) => meter(id, NOON + index, { kw })))
      expect((await day(id)).columns.kw).toEqual(numbers)
    })

    it('takes every id that a topic can carry', async () => {
      const prefix = freshId()
      const ids = [
        '-',
        '_',
        '--',
        '0',
        '007',
        '__proto__',
        'constructor',
        `${prefix}a`,
        `${prefix}A`,
        'x'.repeat(64)
      ]
      await write(ids.map((id, index) => meter(id, NOON, { kw: index })))
      const many = await store.queryMany({ kind: 'meter', ids, from: NOON, to: NOON + 1, field: 'kw' })
      expect(ids.map(id => many.get(id)?.columns.kw)).toEqual(ids.map((_, index) => [index]))
      for (const [index, id] of ids.entries()) expect((await day(id)).columns.kw).toEqual([index])
    })

    it('does not mistake an id for a part of its question', async () => {
      const id = freshId()
      await write([meter(id, NOON, { kw: 1 })])
      const intruders = [
        `${id}' OR 'a' = 'a`,
        `${id}|.*`,
        '.*',
        `nobody"; DROP MEASUREMENT meter`,
        `\\' OR time > 0 --`
      ]
      for (const intruder of intruders) {
        expect((await day(intruder)).t).toEqual([])
        const ids = [intruder, freshId()]
        expect(await store.queryMany({ kind: 'meter', ids, from: 0, to: NOON + DAY, field: 'kw' })).toEqual(
          new Map()
        )
        expect(await store.latest({ kind: 'meter', ids, notBefore: 0 })).toEqual(new Map())
      }
      expect((await day(id)).columns.kw).toEqual([1])
    })

    it('answers for a field only of the contract', async () => {
      await expect(day(freshId(), ['kw" FROM "meter'])).rejects.toThrow(RangeError)
      await expect(
        store.queryMany({ kind: 'weather', ids: [], from: 0, to: 1, field: 'kw' })
      ).rejects.toThrow(RangeError)
    })

    it('finds the latest reading of each id and mixes nothing older into it', async () => {
      const [a, b, silent, old] = [freshId(), freshId(), freshId(), freshId()]
      await write([
        meter(a, NOON - DAY, { kw: 1, v: 229 }),
        meter(a, NOON, { kvar: 3 }),
        meter(b, NOON - 3 * DAY, { kw: 5, pf: 1 }),
        meter(b, NOON - 3 * DAY - 1, { v: 228 }),
        meter(old, NOON - 9 * DAY, { kw: 9 })
      ])
      const latest = await store.latest({
        kind: 'meter',
        ids: [a, b, silent, old],
        notBefore: NOON - 7 * DAY
      })
      expect([...latest.keys()].sort()).toEqual([a, b].sort())
      expect(latest.get(a)).toEqual(meter(a, NOON, { kvar: 3 }))
      expect(latest.get(b)).toEqual(meter(b, NOON - 3 * DAY, { kw: 5, pf: 1 }))

      const all = await store.latest({ kind: 'meter', ids: null, notBefore: NOON - 7 * DAY })
      expect(all.get(a)).toEqual(meter(a, NOON, { kvar: 3 }))
      expect([silent, old].map(id => all.has(id))).toEqual([false, false])
    })

    it('answers for many ids at once', async () => {
      const ids = Array.from({ length: 600 }, freshId)
      await write(
        ids.flatMap((id, index) => [
          meter(id, NOON, { kw: index }),
          meter(id, NOON + HOUR, { kw: -index, v: 230 }, { intervalS: 1800 })
        ])
      )
      const asked = [...ids, freshId()]
      const range = { kind: 'meter', ids: asked, from: NOON, to: NOON + 2 * HOUR } as const
      const many = await store.queryMany({ ...range, field: 'kw' })
      expect(many.size).toBe(600)
      expect(many.get(ids[7] ?? '')).toEqual({
        t: [NOON, NOON + HOUR],
        intervalS: [0, 1800],
        quality: [0, 0],
        columns: { kw: [7, -7] }
      })
      const latest = await store.latest({ kind: 'meter', ids: asked, notBefore: NOON })
      expect(latest.size).toBe(600)
      expect(latest.get(ids[7] ?? '')?.values).toEqual({ kw: -7, v: 230 })
    })

    it('takes a batch of any size', async () => {
      const id = freshId()
      await write(Array.from({ length: 11_000 }, (_, index) => meter(id, NOON + index, { kw: index })))
      const { columns } = await day(id)
      expect(columns.kw).toHaveLength(11_000)
      expect(columns.kw?.at(-1)).toBe(10_999)
      await write([])
    })

    it('refuses what no store can hold and keeps the rest', async () => {
      const id = freshId()
      const batch = batchOf([
        meter(id, NOON, { kw: 1 }),
        meter(id, 1.5, { kw: 1 }),
        meter(id, NOON + 2, { kw: 3 }),
        meter('no"id', NOON, { kw: 1 }),
        reading('forecast', id, NOON, { temp_c: 30 }, { issued: -1 }),
        meter(id, -1, { kw: 1 })
      ])
      const failure = await store.write(batch).catch((error: unknown) => error)
      expect(failure).toBeInstanceOf(StoreError)
      expect((failure as StoreError).what).toBe('refused')
      expect((failure as StoreError).refused.map(({ row }) => row)).toEqual([1, 3, 4, 5])
      expect((await day(id)).columns.kw).toEqual([1, 3])
    })

    it('stores the quality of the batch, not that of the line it was read from', async () => {
      const id = freshId()
      const batch = batchOf([0, 1, 2, 3].map(n => meter(id, NOON + n, { kw: 0.1 + n }, { quality: 7 * n })))
      batch.quality[1] = 4097
      batch.quality[3] = 0
      await store.write(batch)
      const { quality, columns } = await day(id)
      expect(quality).toEqual([0, 4097, 14, 0])
      expect(columns.kw).toEqual([0.1, 1.1, 2.1, 3.1])
    })

    it('changes only interval and quality by a row without values', async () => {
      const id = freshId()
      await write([meter(id, NOON, { kw: 5, v: 230, q: 1 }, { intervalS: 900 })])
      await write([meter(id, NOON, {}, { intervalS: 900, quality: 32 })])
      expect(await day(id, ['kw', 'v', 'q'])).toEqual({
        t: [NOON],
        intervalS: [900],
        quality: [32],
        columns: { kw: [5], v: [230], q: [1] }
      })
    })

    it('keeps the order of writes that are given before earlier ones are done', async () => {
      const ids = Array.from({ length: 50 }, freshId)
      const writes = Array.from({ length: 12 }, (_, round) =>
        write(ids.filter((_, index) => index % 4 <= round % 5).map(id => meter(id, NOON, { kw: round })))
      )
      await Promise.all(writes)
      const many = await store.queryMany({ kind: 'meter', ids, from: NOON, to: NOON + 1, field: 'kw' })
      const lastOf = (index: number) =>
        Math.max(...[...writes.keys()].filter(round => index % 4 <= round % 5))
      expect(ids.map(id => many.get(id)?.columns.kw)).toEqual(ids.map((_, index) => [lastOf(index)]))
    })

    forecastContract(() => store)
    loadContract(() => store)

    it('keeps everything when it is closed and opened again', async () => {
      const id = freshId()
      await write([meter(id, NOON, { kw: 1 }), meter(id, NOON + DAY - 1, { kw: 2 })])
      await store.writeLoad([{ node: id, t: NOON, kw: 4, reported: 1, expected: 1 }], 60)
      await store.stop()
      store = await under.open()
      expect((await day(id)).columns.kw).toEqual([1, 2])
      expect((await store.queryLoad({ node: id, from: NOON, to: NOON + 1, stepS: 60 })).kw).toEqual([4])
      await write([meter(id, NOON, { v: 230 })])
      expect((await day(id, ['kw', 'v'])).columns).toEqual({ kw: [1, 2], v: [230, null] })
    })

    it('ends with the same content however late, repeated or out of order the readings come', async () => {
      await fc.assert(
        fc.asyncProperty(arrivals, async batches => {
          const id = freshId()
          const readings = batches.map(batch => batch.map(arrival => ({ ...arrival, id })))
          // Given at once: the store keeps the order.
          await Promise.all(readings.map(write))
          const fields: readonly string[] = readingFields.meter
          const found = await store.query({ kind: 'meter', id, from: NOON - DAY, to: NOON + DAY, fields })
          const expected = merged(readings.flat())
          expect(found.t).toEqual(expected.map(({ ts }) => ts))
          expect(found.intervalS).toEqual(expected.map(({ intervalS }) => intervalS))
          for (const field of fields) {
            expect(found.columns[field]).toEqual(expected.map(({ values }) => values[field] ?? null))
          }
        }),
        { numRuns: 20, seed: 7 }
      )
    })
  })
}

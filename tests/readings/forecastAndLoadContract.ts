import { expect, it } from 'vitest'
import { batchOf } from '../../server/log/readingBatch.ts'
import type { ReadingsStore } from '../../server/readings/store.ts'
import { DAY, freshId, HOUR, MINUTE, NOON, reading } from './readings.ts'

/** The part of the contract that is about forecasts. */
export function forecastContract(opened: () => ReadingsStore): void {
  it('gives of several forecasts for one moment the newest issued, whichever came last', async () => {
    const store = opened()
    const id = freshId()
    const forecast = (issued: number, ts: number, temp_c: number) =>
      reading('forecast', id, ts, { temp_c }, { issued })
    await store.write(batchOf([forecast(NOON, NOON + HOUR, 35), forecast(NOON, NOON + 30 * HOUR, 36)]))
    await store.write(batchOf([forecast(NOON + 2 * MINUTE, NOON + HOUR, 39)]))
    await store.write(
      batchOf([forecast(NOON + MINUTE, NOON + HOUR, 37), forecast(NOON + MINUTE, NOON + 2 * HOUR, 38)])
    )
    const query = { kind: 'forecast', from: NOON, to: NOON + 2 * DAY } as const
    const expected = {
      t: [NOON + HOUR, NOON + 2 * HOUR, NOON + 30 * HOUR],
      intervalS: [0, 0, 0],
      quality: [0, 0, 0],
      issued: [NOON + 2 * MINUTE, NOON + MINUTE, NOON],
      columns: { temp_c: [39, 38, 36] }
    }
    expect(await store.query({ ...query, id, fields: ['temp_c'] })).toEqual(expected)
    expect((await store.queryMany({ ...query, ids: [id], field: 'temp_c' })).get(id)).toEqual(expected)
    // The older ones are kept: what is issued again with another member is merged into its own.
    await store.write(
      batchOf([reading('forecast', id, NOON + 30 * HOUR, { humidity_pct: 60 }, { issued: NOON })])
    )
    const latest = await store.latest({ kind: 'forecast', ids: [id], notBefore: NOON })
    expect(latest.get(id)).toEqual(
      reading('forecast', id, NOON + 30 * HOUR, { temp_c: 36, humidity_pct: 60 }, { issued: NOON })
    )
  })

  it('gives what was foretold by a moment, and nothing that was issued later', async () => {
    const store = opened()
    const id = freshId()
    // Issued each hour from noon on, for every second hour of two days: 100 × the hour of issue + the hour it is for.
    for (const issue of [2, 0, 1]) {
      const hours = [1, 3, 30].filter(hour => hour >= issue)
      const issued = NOON + issue * HOUR
      const readings = hours.map(hour =>
        reading('forecast', id, NOON + hour * HOUR, { temp_c: 100 * issue + hour }, { issued })
      )
      await store.write(batchOf(readings))
    }
    const range = { kind: 'forecast', from: NOON, to: NOON + 2 * DAY } as const
    const by = async (issuedBy: number) => {
      const one = await store.query({ ...range, id, fields: ['temp_c'], issuedBy })
      const many = await store.queryMany({ ...range, ids: [id], field: 'temp_c', issuedBy })
      expect(many.get(id)?.columns.temp_c ?? []).toEqual(one.columns.temp_c)
      expect(one.issued).toHaveLength(one.t.length)
      return one.columns.temp_c
    }
    expect(await by(NOON - 1)).toEqual([])
    expect(await by(NOON)).toEqual([1, 3, 30])
    expect(await by(NOON + HOUR - 1)).toEqual([1, 3, 30])
    expect(await by(NOON + HOUR)).toEqual([101, 103, 130])
    expect(await by(NOON + 2 * HOUR)).toEqual([101, 203, 230])
    // Of what is not foretold it says nothing.
    await store.write(batchOf([reading('weather', id, NOON, { temp_c: 30 })]))
    const observed = await store.query({ ...range, kind: 'weather', id, fields: ['temp_c'], issuedBy: 0 })
    expect(observed.columns.temp_c).toEqual([30])
  })
}

/** The part of the contract that is about roll-ups. */
export function loadContract(opened: () => ReadingsStore): void {
  it('writes a roll-up again in place of the earlier one', async () => {
    const store = opened()
    const node = freshId()
    const row = (minute: number, kw: number | null, reported: number) => ({
      node,
      t: NOON + minute * MINUTE,
      kw,
      reported,
      expected: 3
    })
    await store.writeLoad([row(0, 10, 2), row(1, 11, 3), row(2, null, 0), row(3, 13, 1)], 60)
    await store.writeLoad([row(0, 15, 3), row(3, null, 0)], 60)
    await store.writeLoad([], 60)
    expect(await store.queryLoad({ node, from: NOON, to: NOON + 3 * MINUTE, stepS: 60 })).toEqual({
      t: [NOON, NOON + MINUTE, NOON + 2 * MINUTE],
      kw: [15, 11, null],
      kwMin: [15, 11, null],
      kwMax: [15, 11, null],
      known: [1, 1, 0],
      reported: [3, 3, 0],
      expected: [3, 3, 3]
    })
    const rest = await store.queryLoad({ node, from: NOON + 3 * MINUTE, to: NOON + DAY, stepS: 60 })
    expect(rest.kw).toEqual([null])
  })

  it('keeps half-hours with their extremes beside the minutes', async () => {
    const store = opened()
    const node = freshId()
    const halfHour = (n: number, kw: number | null, known: number, reported: number) => ({
      node,
      t: NOON + n * 30 * MINUTE,
      kw,
      kwMin: kw === null ? null : kw - 2,
      kwMax: kw === null ? null : kw + 3,
      known,
      reported,
      expected: 4
    })
    await store.writeLoad([{ node, t: NOON, kw: 99, reported: 1, expected: 1 }], 60)
    await store.writeLoad([halfHour(0, 10, 30, 4), halfHour(1, 11, 7, 0), halfHour(49, 12, 30, 4)], 1800)
    await store.writeLoad([halfHour(0, 20, 29, 3), halfHour(2, 5, 1, 1)], 1800)
    await store.writeLoad([halfHour(2, null, 0, 0)], 1800)
    expect(await store.queryLoad({ node, from: NOON, to: NOON + DAY, stepS: 1800 })).toEqual({
      t: [0, 1, 2].map(n => NOON + n * 30 * MINUTE),
      kw: [20, 11, null],
      kwMin: [18, 9, null],
      kwMax: [23, 14, null],
      known: [29, 7, 0],
      reported: [3, 0, 0],
      expected: [4, 4, 4]
    })
    expect((await store.queryLoad({ node, from: NOON, to: NOON + DAY, stepS: 60 })).kw).toEqual([99])
  })
}

import { expect, it } from 'vitest'
import type { ReadingsStore } from '../../server/readings/store.ts'
import { DAY, freshId, HOUR, MINUTE, NOON, reading } from './readings.ts'

/** The part of the contract that is about forecasts. */
export function forecastContract(opened: () => ReadingsStore): void {
  it('gives of several forecasts for one moment the newest issued, whichever came last', async () => {
    const store = opened()
    const id = freshId()
    const forecast = (issued: number, ts: number, temp_c: number) =>
      reading('forecast', id, ts, { temp_c }, { issued })
    await store.write([forecast(NOON, NOON + HOUR, 35), forecast(NOON, NOON + 30 * HOUR, 36)])
    await store.write([forecast(NOON + 2 * MINUTE, NOON + HOUR, 39)])
    await store.write([
      forecast(NOON + MINUTE, NOON + HOUR, 37),
      forecast(NOON + MINUTE, NOON + 2 * HOUR, 38)
    ])
    const query = { kind: 'forecast', from: NOON, to: NOON + 2 * DAY } as const
    const expected = {
      t: [NOON + HOUR, NOON + 2 * HOUR, NOON + 30 * HOUR],
      intervalS: [0, 0, 0],
      columns: { temp_c: [39, 38, 36] }
    }
    expect(await store.query({ ...query, id, fields: ['temp_c'] })).toEqual(expected)
    expect((await store.queryMany({ ...query, ids: [id], field: 'temp_c' })).get(id)).toEqual(expected)
    // The older ones are kept: what is issued again with another member is merged into its own.
    await store.write([reading('forecast', id, NOON + 30 * HOUR, { humidity_pct: 60 }, { issued: NOON })])
    const latest = await store.latest({ kind: 'forecast', ids: [id], notBefore: NOON })
    expect(latest.get(id)).toEqual(
      reading('forecast', id, NOON + 30 * HOUR, { temp_c: 36, humidity_pct: 60 }, { issued: NOON })
    )
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
    await store.writeLoad([row(0, 10, 2), row(1, 11, 3), row(2, null, 0), row(3, 13, 1)])
    await store.writeLoad([row(0, 15, 3), row(3, null, 0)])
    await store.writeLoad([])
    expect(await store.queryLoad({ node, from: NOON, to: NOON + 3 * MINUTE })).toEqual({
      t: [NOON, NOON + MINUTE, NOON + 2 * MINUTE],
      kw: [15, 11, null],
      reported: [3, 3, 0],
      expected: [3, 3, 3]
    })
    expect((await store.queryLoad({ node, from: NOON + 3 * MINUTE, to: NOON + DAY })).kw).toEqual([null])
  })
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { batchOf } from '../../../server/log/readingBatch.ts'
import { openReadingsStore } from '../../../server/readings/openReadingsStore.ts'
import type { ReadingsStore } from '../../../server/readings/store.ts'
import { startInflux2Stub } from '../../helpers/influx2Stub.ts'
import { type RunningInfluxd, startInfluxd } from '../../helpers/influxd.ts'
import { needs } from '../../helpers/needs.ts'
import { DAY, freshId, meter, NOON } from '../readings.ts'
import { storeContract } from '../storeContract.ts'
import { errorTable } from './errorTable.ts'

const binary = needs('influxd')
const open = (url: string, database = 'grid "load"') =>
  openReadingsStore({ kind: 'influx1', url, database }, () => NOON)

describe.skipIf(binary === null)('a real InfluxDB 1.x', () => {
  storeContract('influx1', async () => {
    const influxd = await startInfluxd(binary ?? '')
    return { open: () => open(influxd.url), close: influxd.stop }
  })

  errorTable('influx1', async () => {
    const influxd = await startInfluxd(binary ?? '')
    const stub = await startInflux2Stub({ behind: influxd.url, token: '', org: '', bucket: '' })
    const store = await open(`${stub.url}/`, 'errors')
    return {
      stub,
      store,
      async stop() {
        await store.stop()
        await stub.stop()
        await influxd.stop()
      }
    }
  })

  describe('with limits', () => {
    let influxd: RunningInfluxd
    let store: ReadingsStore

    beforeAll(async () => {
      influxd = await startInfluxd(binary ?? '', { maxValuesPerTag: 50, maxBodyBytes: 10_000 })
      store = await open(influxd.url, 'limits')
    })

    afterAll(async () => {
      await store?.stop()
      await influxd?.stop()
    })

    const kwOf = async (id: string) =>
      (await store.query({ kind: 'meter', id, from: 0, to: NOON + DAY, fields: ['kw'] })).columns.kw

    it('halves a body that is too big for it', async () => {
      const id = freshId()
      await store.write(
        batchOf(Array.from({ length: 1_000 }, (_, index) => meter(id, NOON + index, { kw: index })))
      )
      expect(await kwOf(id)).toHaveLength(1_000)
    })

    it('refuses only the reading whose field has another type there', async () => {
      const id = freshId()
      const other = freshId()
      const conflicting = `${influxd.url}/write?db=limits&precision=ms`
      await fetch(conflicting, { method: 'POST', body: `weather,id=x humidity_pct="high" ${NOON}` })
      const readings = [
        meter(id, NOON, { kw: 1 }),
        { ...meter(other, NOON, { temp_c: 30, humidity_pct: 80 }), kind: 'weather' as const },
        meter(id, NOON + 1, { kw: 2 })
      ]
      await expect(store.write(batchOf(readings))).rejects.toMatchObject({
        what: 'refused',
        refused: [{ row: 1, reason: expect.stringMatching(/field type conflict/) }]
      })
      expect(await kwOf(id)).toEqual([1, 2])
    })

    it('refuses what is older than the database keeps', async () => {
      await influxd.query('CREATE DATABASE short WITH DURATION 1h')
      const short = await open(influxd.url, 'short')
      const longAgo = meter(freshId(), NOON - 30 * DAY, { kw: 1 })
      const nowadays = meter(freshId(), Date.now(), { kw: 2 })
      await expect(short.write(batchOf([longAgo, nowadays]))).rejects.toMatchObject({
        what: 'refused',
        refused: [{ row: 0, reason: expect.stringMatching(/retention/) }]
      })
      const found = await short.latest({ kind: 'meter', ids: [nowadays.id], notBefore: 0 })
      expect(found.get(nowadays.id)?.values).toEqual({ kw: 2 })
      await short.stop()
    })

    it('pauses at the limit of the inmem index, says what to set, and throws nothing away', async () => {
      const readings = Array.from({ length: 60 }, () => meter(freshId(), NOON, { kw: 1 }))
      // It counts before a batch, not while it takes one.
      await store.write(batchOf(readings))
      await expect(
        store.write(batchOf([...readings, meter(freshId(), NOON, { kw: 1 })]))
      ).rejects.toMatchObject({
        what: 'paused',
        refused: [],
        message: expect.stringMatching(/index-version = "tsi1".*max-values-per-tag/)
      })
    })

    it('pauses while its database is gone and goes on when it is back', async () => {
      const id = freshId()
      const again = await open(influxd.url, 'dropped')
      await again.write(batchOf([meter(id, NOON, { kw: 1 })]))
      await influxd.query('DROP DATABASE dropped')
      await expect(again.write(batchOf([meter(id, NOON, { kw: 2 })]))).rejects.toMatchObject({
        what: 'paused',
        message: expect.stringMatching(/CREATE DATABASE "dropped"/)
      })
      await expect(again.queryLoad({ node: id, from: 0, to: NOON, stepS: 60 })).rejects.toMatchObject({
        what: 'paused'
      })
      await influxd.query('CREATE DATABASE dropped')
      await again.write(batchOf([meter(id, NOON, { kw: 3 })]))
      expect((await again.latest({ kind: 'meter', ids: [id], notBefore: 0 })).get(id)?.values).toEqual({
        kw: 3
      })
      await again.stop()
    })
  })

  it('opens while the server is down, and creates its database once it is up', async () => {
    const nobody = await open('http://127.0.0.1:1')
    const readings = [meter(freshId(), NOON, { kw: 1 })]
    await expect(nobody.write(batchOf(readings))).rejects.toMatchObject({ what: 'unavailable' })
    await expect(nobody.queryLoad({ node: 'a', from: 0, to: 1, stepS: 60 })).rejects.toMatchObject({
      what: 'unavailable'
    })
    await nobody.stop()
  })
})

import { describe, expect, it } from 'vitest'
import { batchOf } from '../../../server/log/readingBatch.ts'
import { openReadingsStore } from '../../../server/readings/openReadingsStore.ts'
import { type Influx2Stub, startInflux2Stub } from '../../helpers/influx2Stub.ts'
import { type RunningInfluxd, startInfluxd } from '../../helpers/influxd.ts'
import { needs } from '../../helpers/needs.ts'
import { DAY, freshId, meter, NOON } from '../readings.ts'
import { storeContract } from '../storeContract.ts'
import { errorTable } from './errorTable.ts'

const binary = needs('influxd')
const access = { token: 'a secret token', org: 'evn', bucket: 'grid & load' }

async function startBehindStub(): Promise<{
  influxd: RunningInfluxd
  stub: Influx2Stub
  stop(): Promise<void>
}> {
  const influxd = await startInfluxd(binary ?? '')
  await influxd.query(`CREATE DATABASE "${access.bucket}"`)
  const stub = await startInflux2Stub({ behind: influxd.url, ...access })
  return {
    influxd,
    stub,
    async stop() {
      await stub.stop()
      await influxd.stop()
    }
  }
}

const open = (url: string, changed: Partial<typeof access> = {}) =>
  openReadingsStore({ kind: 'influx2', url, ...access, ...changed }, () => NOON)

describe.skipIf(binary === null)('InfluxDB 2.x and 3, a stub before a real 1.x', () => {
  storeContract('influx2', async () => {
    const { stub, stop } = await startBehindStub()
    return { open: () => open(`${stub.url}/`), close: stop }
  })

  errorTable('influx2', async () => {
    const { stub, stop } = await startBehindStub()
    const store = await open(stub.url)
    return {
      stub,
      store,
      async stop() {
        await store.stop()
        await stop()
      }
    }
  })

  it('asks for shorter times where InfluxDB 3 does not read so much at once', async () => {
    const { stub, stop } = await startBehindStub()
    try {
      const store = await open(stub.url)
      const [a, b, old, never] = [freshId(), freshId(), freshId(), freshId()]
      const times = Array.from({ length: 45 }, (_, day) => NOON - (44 - day) * DAY)
      await store.write(batchOf(times.map((ts, day) => meter(a, ts, { kw: day }))))
      await store.write(
        batchOf([
          meter(b, NOON - 2 * DAY, { kw: 7 }),
          meter(b, NOON - 3 * DAY, { kw: 6, v: 230 }),
          meter(old, NOON - 44 * DAY, { kw: 8 })
        ])
      )
      await store.writeLoad(
        times.map((t, day) => ({ node: a, t, kw: day, reported: 1, expected: 1 })),
        60
      )
      stub.fault = { what: 'file-limit', dataFrom: NOON - 45 * DAY, dataTo: NOON + DAY, limitMs: 3 * DAY }
      const all = { from: 0, to: Number.POSITIVE_INFINITY }
      const series = await store.query({ kind: 'meter', id: a, ...all, fields: ['kw'] })
      expect(series).toEqual({
        t: times,
        intervalS: times.map(() => 0),
        quality: times.map(() => 0),
        columns: { kw: times.map((_, day) => day) }
      })
      expect((await store.queryLoad({ node: a, ...all, stepS: 60 })).t).toEqual(times)
      const latest = await store.latest({ kind: 'meter', ids: [a, b, old, never], notBefore: 0 })
      expect([...latest.values()].map(({ id, ts, values }) => ({ id, ts, values }))).toEqual([
        { id: a, ts: NOON, values: { kw: 44 } },
        { id: b, ts: NOON - 2 * DAY, values: { kw: 7 } },
        { id: old, ts: NOON - 44 * DAY, values: { kw: 8 } }
      ])
      stub.fault = { ...stub.fault, limitMs: 0 }
      await expect(store.queryLoad({ node: a, ...all, stepS: 60 })).rejects.toThrow(/--query-file-limit/)
      await store.stop()
    } finally {
      await stop()
    }
  })

  it('says what is wrong with the settings', async () => {
    const { stub, stop } = await startBehindStub()
    try {
      const readings = [meter(freshId(), NOON, { kw: 1 })]
      const wrongToken = await open(stub.url, { token: 'wrong' })
      await expect(wrongToken.write(batchOf(readings))).rejects.toMatchObject({ what: 'paused' })
      await expect(wrongToken.write(batchOf(readings))).rejects.toThrow(/INFLUX_TOKEN/)
      await expect(wrongToken.latest({ kind: 'meter', ids: ['a'], notBefore: 0 })).rejects.toThrow(
        /INFLUX_TOKEN/
      )
      const wrongBucket = await open(stub.url, { bucket: 'elsewhere' })
      await expect(wrongBucket.write(batchOf(readings))).rejects.toThrow(/create the bucket elsewhere/)
      await expect(
        wrongBucket.queryLoad({ node: 'a', from: NOON, to: NOON + 1, stepS: 60 })
      ).rejects.toMatchObject({
        what: 'paused'
      })
    } finally {
      await stop()
    }
  })
})

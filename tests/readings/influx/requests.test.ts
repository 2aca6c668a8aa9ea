import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { batchOf } from '../../../server/log/readingBatch.ts'
import { openReadingsStore } from '../../../server/readings/openReadingsStore.ts'
import type { ReadingsStore } from '../../../server/readings/store.ts'
import { until } from '../../helpers/until.ts'
import { meter, NOON } from '../readings.ts'
import { startGatedServer } from './gatedServer.ts'

const access = { token: 'secret', org: 'evn', bucket: 'grid' }

for (const kind of ['influx1', 'influx2'] as const) {
  describe(`${kind}: requests under way`, () => {
    let server: Awaited<ReturnType<typeof startGatedServer>>
    let store: ReadingsStore

    beforeEach(async () => {
      server = await startGatedServer()
      store = await open('127.0.0.1')
    })

    afterEach(async () => {
      await store.stop()
      await server.stop()
    })

    const open = (host: string, timeoutMs = 30_000) => {
      const url = `http://${host}:${server.port}`
      const settings =
        kind === 'influx1' ? { kind, url, database: 'grid', timeoutMs } : { kind, url, ...access, timeoutMs }
      return openReadingsStore(settings, () => NOON)
    }
    const write = (...readings: [id: string, ts: number, kw: number][]) =>
      store.write(batchOf(readings.map(([id, ts, kw]) => meter(id, NOON + ts, { kw }))))
    const came = (count: number) => until(() => server.held.length === count, { what: `${count} requests` })
    const kws = () => server.held.map(({ lines }) => lines.map(line => Number(/kw=(\d+)/.exec(line)?.[1])))

    it('are several, but of the same reading one after another, so that a late value wins', async () => {
      const writes = [
        write(['M1', 0, 1], ['M2', 0, 2]),
        write(['M3', 0, 3]),
        write(['M1', 0, 4], ['M4', 0, 5]),
        write(['M1', 1, 6]),
        write(['M4', 0, 7], ['M3', 0, 8])
      ]
      await came(3)
      expect(kws()).toEqual([[1, 2], [3], [6]])
      server.held[1]?.answer(204)
      server.held[0]?.answer(204)
      await until(() => kws().flat().includes(4), { what: 'the second value of M1' })
      expect(kws()).toEqual([[6], [4, 5]])
      server.held[1]?.answer(204)
      await until(() => kws().flat().includes(7), { what: 'the second values of M4 and M3' })
      for (const request of [...server.held]) request.answer(204)
      await Promise.all(writes)
      // Connections are kept and used again.
      expect(server.connections()).toBeLessThanOrEqual(4)
    })

    it('let none overtake one that failed', async () => {
      const writes = [write(['M1', 0, 1]), write(['M2', 0, 2]), write(['M1', 0, 3])]
      const settled = Promise.allSettled(writes)
      await came(2)
      server.held[0]?.answer(503)
      // Until all is settled nothing else is begun.
      await expect(writes[0]).rejects.toMatchObject({ what: 'unavailable' })
      await expect(writes[2]).rejects.toMatchObject({ what: 'unavailable' })
      await expect(write(['M1', 0, 4])).rejects.toMatchObject({ what: 'unavailable', refused: [] })
      expect(kws()).toEqual([[2]])
      server.held[0]?.answer(204)
      expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected'])
      const again = write(['M1', 0, 5])
      await came(1)
      server.held[0]?.answer(204)
      await again
    })

    it('end by themselves when the server hangs', async () => {
      const impatient = await open('127.0.0.1', 100)
      await expect(impatient.write(batchOf([meter('M1', NOON, { kw: 1 })]))).rejects.toMatchObject({
        what: 'unavailable',
        message: 'InfluxDB does not answer: no answer in 0.1 s'
      })
      await impatient.stop()
    })

    it('end at once when the store stops', async () => {
      const hanging = expect(write(['M1', 0, 1])).rejects.toMatchObject({
        what: 'unavailable',
        message: expect.stringMatching(/stopped/)
      })
      const load = expect(
        store.writeLoad([{ node: 'F1', t: NOON, kw: 1, reported: 1, expected: 1 }], 60)
      ).rejects.toMatchObject({ what: 'unavailable' })
      await came(2)
      await store.stop()
      await hanging
      await load
      await expect(write(['M1', 0, 2])).rejects.toMatchObject({ what: 'unavailable' })
    })

    it('carry the bytes as they are on this machine, and packed over a network', async () => {
      const here = write(['M1', 0, 1])
      await came(1)
      expect(server.held[0]).toMatchObject({
        encoding: undefined,
        lines: [`meter,id=M1 kw=1,interval_s=0,quality=0 ${NOON}`]
      })
      server.held[0]?.answer(204)
      await here
      // This address leads back here too, but does not say so.
      const remote = await open('0.0.0.0')
      const there = remote.write(batchOf([meter('M1', NOON, { kw: 2 })]))
      await came(1)
      expect(server.held[0]).toMatchObject({
        encoding: 'gzip',
        lines: [`meter,id=M1 kw=2,interval_s=0,quality=0 ${NOON}`]
      })
      server.held[0]?.answer(204)
      await there
      await remote.stop()
    })
  })
}

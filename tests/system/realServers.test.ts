import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GridNodeAnswer } from '../../server/contract/grid.ts'
import type { DeadLettersAnswer, IngestState } from '../../server/contract/sources.ts'
import { topics } from '../../server/contract/topics.ts'
import { type Gridload, startGridload } from '../helpers/gridload.ts'
import { type RunningInfluxd, startInfluxd } from '../helpers/influxd.ts'
import { createMosquitto, type Mosquitto } from '../helpers/mosquitto.ts'
import { needs } from '../helpers/needs.ts'
import { startTcpProxy, type TcpProxy } from '../helpers/tcpProxy.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { until } from '../helpers/until.ts'

const run = promisify(execFile)
const influxd = needs('influxd')
const mosquitto = needs('mosquitto')
const mosquittoPub = needs('mosquitto_pub')

const registry = `kind,id,parent,name,meter,weather,capacity_kw,rating_kva,report_interval_s,customer,committed_kw
company,co,,Company,,,5000,,,,
feeder,f1,co,Feeder 1,,,3000,,,,
meteringPoint,mp1,f1,Point 1,m1,,,,60,,
meteringPoint,mp2,f1,Point 2,m2,,,,60,,
`

describe.skipIf(influxd === null || mosquitto === null || mosquittoPub === null)(
  'with Mosquitto and InfluxDB 1.x, as a utility would run it',
  () => {
    let directory: Awaited<ReturnType<typeof tempDir>>
    let broker: Mosquitto
    let influx: RunningInfluxd
    let proxy: TcpProxy
    let gridload: Gridload

    const publish = (topic: string, payload: string) => {
      const { port } = new URL(broker.url)
      return run(mosquittoPub ?? '', ['-p', port, '-q', '1', '-t', topic, '-m', payload])
    }
    const ingest = () => gridload.get<IngestState>('/api/ingest')
    const storedCount = async (): Promise<number> => {
      type Answer = { results: { series?: { values: [number, number][] }[] }[] }
      // The database is made with the first write: until then there is none.
      const answer = (await influx
        .query('SELECT count(kw) FROM meter', 'gridload')
        .catch(() => ({ results: [] }))) as Answer
      return answer.results[0]?.series?.[0]?.values[0]?.[1] ?? 0
    }

    beforeAll(async () => {
      directory = await tempDir()
      broker = await createMosquitto()
      await broker.start()
      influx = await startInfluxd(influxd ?? '')
      proxy = await startTcpProxy(new URL(influx.url))
      gridload = await startGridload({
        DATA_DIR: directory.path,
        MQTT_URL: broker.url,
        INFLUX_URL: `http://127.0.0.1:${proxy.port}`,
        INFLUX_DATABASE: 'gridload'
      })
      await gridload.importRegistry(registry)
    })

    afterAll(async () => {
      await gridload?.stop()
      await proxy?.down()
      await influx?.stop()
      await broker?.quit()
      await broker?.remove()
      await directory?.remove()
    })

    it('takes good and bad messages from mosquitto_pub: the bad ones stop nobody', async () => {
      const ts = Date.now()
      await publish(topics.meterReading('m1'), JSON.stringify({ ts, kw: 100 }))
      await publish(topics.meterReading('m1'), '{"ts":"yesterday","kw":"much"}')
      await publish(
        topics.concentratorReadings('c1'),
        JSON.stringify([
          { meter: 'm2', ts, kw: 50 },
          { meter: 'm2', ts }
        ])
      )
      await until(async () => (await ingest()).readings === 2, { what: 'two readings taken in' })
      const { total, newest } = await gridload.get<DeadLettersAnswer>('/api/dead-letters')
      expect(total).toBe(2)
      expect(newest.map(({ reason }) => reason)).toEqual([
        expect.stringMatching(/item 1.*kw/),
        expect.stringMatching(/ts/)
      ])
      const { node } = await gridload.get<GridNodeAnswer>('/api/grid/f1')
      expect(node).toMatchObject({ loadKw: 150, reported: 2, expected: 2 })
      await until(async () => (await storedCount()) === 2, { what: 'both in InfluxDB' })
    })

    it('goes on while InfluxDB is away: live at once, stored when it is back', async () => {
      await proxy.down()
      const from = Date.now() - 500_000
      const backlog = Array.from({ length: 500 }, (_, n) => ({ ts: from + n * 1000, kw: n }))
      await publish(topics.meterReading('m1'), JSON.stringify(backlog))
      await publish(topics.meterReading('m2'), JSON.stringify({ ts: Date.now(), kw: 70 }))
      await until(async () => (await ingest()).store.state === 'retrying', { what: 'the outage seen' })
      const { node } = await gridload.get<GridNodeAnswer>('/api/grid/mp2')
      expect(node.loadKw).toBe(70)
      expect((await fetch(`${gridload.address}/api/health/ready`)).status).toBe(200)
      expect((await ingest()).store.behindBytes).toBeGreaterThan(0)

      await proxy.up()
      await until(async () => (await ingest()).store.behindBytes === 0, {
        what: 'the backlog drained',
        timeoutMs: 60_000
      })
      expect(await storedCount()).toBe(503)
    })

    it('serves charts from InfluxDB, after a restart too', async () => {
      await gridload.stop()
      gridload = await startGridload({
        DATA_DIR: directory.path,
        MQTT_URL: broker.url,
        INFLUX_URL: `http://127.0.0.1:${proxy.port}`,
        INFLUX_DATABASE: 'gridload'
      })
      const { node } = await gridload.get<GridNodeAnswer>('/api/grid/f1')
      expect(node).toMatchObject({ loadKw: 170, reported: 2 })
      await until(
        async () => {
          const { kw } = await gridload.get<{ kw: (number | null)[] }>('/api/load/f1')
          return kw.includes(170)
        },
        { what: 'the roll-up of a whole minute', timeoutMs: 130_000 }
      )
    })

    it('is not ready while the broker is away, and comes back by itself with what was kept for it', async () => {
      await broker.kill()
      await until(async () => (await fetch(`${gridload.address}/api/health/ready`)).status === 503, {
        what: 'not ready'
      })
      await broker.start()
      await until(async () => (await fetch(`${gridload.address}/api/health/ready`)).ok, {
        what: 'ready again',
        timeoutMs: 60_000
      })
      await publish(topics.meterReading('m2'), JSON.stringify({ ts: Date.now(), kw: 71 }))
      await until(async () => (await gridload.get<GridNodeAnswer>('/api/grid/mp2')).node.loadKw === 71, {
        what: 'the reading after the restart of the broker'
      })
    })
  }
)

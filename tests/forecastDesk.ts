import { MessageChannel } from 'node:worker_threads'
import type { GridNode } from '../server/contract/registry.ts'
import type { Reading } from '../server/contract/telemetry.ts'
import { type Forecasting, type ForecastingNeeds, startForecasting } from '../server/forecasting.ts'
import { batchOf } from '../server/log/readingBatch.ts'
import { openSqliteStore } from '../server/readings/sqlite/sqliteStore.ts'
import type { LoadRow, ReadingsStore } from '../server/readings/store.ts'
import { StoreError } from '../server/readings/store.ts'
import { openRecords, type Records } from '../server/records/openRecords.ts'
import { answerCalls } from '../server/workers/calls.ts'
import { tempDir } from './helpers/tempDir.ts'

export const HOUR = 3_600_000
export const DAY = 24 * HOUR

/** Tests of the run: real records, a real store of readings, real workers, and a clock in the hand. */
export interface ForecastDesk {
  clock: { now: number }
  records: Records
  store: ReadingsStore
  /** The store rejects while true. */
  away: { isAway: boolean }
  directory: string
  start(more?: Partial<ForecastingNeeds>): Forecasting
  warnings: string[]
  stop(): Promise<void>
}

const plain = { meter: null, weather: null, capacityKw: null, ratingKva: null, reportIntervalS: 1800 }
export const node = (id: string, more: Partial<GridNode> = {}): GridNode => ({
  ...{ ...plain, id, kind: 'feeder', parent: null, name: `Node ${id}`, customerId: null },
  ...more
})

export async function openForecastDesk(now: number, nodes: readonly GridNode[]): Promise<ForecastDesk> {
  const folder = await tempDir()
  const clock = { now }
  const away = { isAway: false }
  const warnings: string[] = []
  const store = await openSqliteStore(`${folder.path}/readings`)
  const records = await openRecords({ file: `${folder.path}/records.sqlite` }, text => warnings.push(text))
  const customers = nodes.flatMap(({ customerId: id }) => (id === null ? [] : { id, name: id }))
  await records.registry.apply({ nodes: [...nodes], customers, enrolments: [] }, now)
  const running: Forecasting[] = []
  const guarded = <A, T>(read: (asked: A) => Promise<T>) => {
    return async (asked: A): Promise<T> => {
      if (away.isAway) throw new StoreError('unavailable', 'the disk is being changed')
      return read(asked)
    }
  }
  return {
    ...{ clock, records, store, away, warnings, directory: `${folder.path}/forecast` },
    start(more = {}) {
      const forecasting = startForecasting({
        records,
        register: { state: { nodes } } as unknown as ForecastingNeeds['register'],
        openReader() {
          const { port1, port2 } = new MessageChannel()
          answerCalls(port1, { query: guarded(store.query), queryLoad: guarded(store.queryLoad) } as never)
          port1.unref()
          return port2
        },
        storeState: () => ({ isUpToDate: true, isBehind: false }),
        directory: `${folder.path}/forecast`,
        timeZone: 'Asia/Ho_Chi_Minh',
        warn: text => void warnings.push(text),
        now: () => clock.now,
        tickMs: 10,
        startAfterMs: 0,
        ...more
      })
      running.push(forecasting)
      return forecasting
    },
    async stop() {
      for (const one of running) await one.stop()
      await store.stop()
      await records.stop()
      await folder.remove()
    }
  }
}

/** A load that follows the clock and the heat, with a little noise of its own. */
export function loadAt(t: number, temperatureC: number, sizeKw = 1000): number {
  const hour = ((t / HOUR + 7) % 24) - 15
  const noise = Math.sin(t / 7e6) * 0.01
  return sizeKw * (0.6 + 0.3 * Math.exp(-(hour * hour) / 30) + 0.02 * Math.max(0, temperatureC - 24) + noise)
}

/** Warm by day, and warmer in some weeks. */
export function temperatureAt(t: number): number {
  const hour = (t / HOUR + 7) % 24
  return 28 + 5 * Math.cos(((hour - 14) / 24) * 2 * Math.PI) + 3 * Math.sin(t / (4 * DAY))
}

export function halfHours(id: string, from: number, to: number, kw: (t: number) => number | null): LoadRow[] {
  const rows: LoadRow[] = []
  for (let t = from; t < to; t += HOUR / 2) {
    const value = kw(t)
    const known = value === null ? 0 : 30
    rows.push({ node: id, t, kw: value, kwMin: value, kwMax: value, known, reported: 1, expected: 1 })
  }
  return rows
}

export async function writeWeather(
  store: ReadingsStore,
  id: string,
  from: number,
  to: number,
  issued: number | null = null,
  temperature: (t: number) => number = temperatureAt
): Promise<void> {
  const readings: Reading[] = []
  for (let t = from; t < to; t += HOUR)
    readings.push({
      ...{ kind: issued === null ? 'weather' : 'forecast', id, ts: t, intervalS: 0, issued, quality: 0 },
      values: { temp_c: temperature(t), humidity_pct: 70 }
    } as Reading)
  await store.write(batchOf(readings))
}

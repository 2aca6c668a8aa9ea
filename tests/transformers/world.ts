/** A store and records of their own, a clock that is set, and the live state of the transformers upon them. */
import type { Forecast } from '../../server/contract/forecasts.ts'
import type { GridNode } from '../../server/contract/registry.ts'
import type { Reading } from '../../server/contract/telemetry.ts'
import type { TransformerState } from '../../server/contract/transformers.ts'
import { batchOf } from '../../server/log/readingBatch.ts'
import { openSqliteStore } from '../../server/readings/sqlite/sqliteStore.ts'
import { openRecords } from '../../server/records/openRecords.ts'
import { startTransforming, type Transforming } from '../../server/transforming.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { until } from '../helpers/until.ts'

export const HOUR = 3_600_000
export const MINUTE = 60_000

export const node = (id: string, change: Partial<GridNode> = {}): GridNode => ({
  ...{ id, kind: 'transformer', parent: null, name: `Transformer ${id}`, meter: null, weather: null },
  ...{ capacityKw: null, ratingKva: 400, cooling: null, reportIntervalS: 900, customerId: null },
  ...change
})

export const reading = (
  id: string,
  ts: number,
  values: Reading['values'],
  change: Partial<Reading> = {}
): Reading => ({ kind: 'transformer', id, ts, issued: null, intervalS: 900, quality: 0, values, ...change })

export async function openWorld(nodes: GridNode[], startAt: number) {
  const folder = await tempDir()
  const store = await openSqliteStore(`${folder.path}/readings`)
  const records = await openRecords({ file: `${folder.path}/records.sqlite` })
  await records.registry.apply({ nodes, customers: [{ id: 'c-1', name: 'Works' }], enrolments: [] }, startAt)
  const world = {
    ...{
      store,
      records,
      nodes,
      at: startAt,
      forecasts: new Map<string, Forecast>(),
      faults: [] as unknown[]
    },
    questions: 0,
    isBehind: false,
    transforming: null as unknown as Transforming
  }
  const count =
    <A, R>(ask: (argument: A) => Promise<R>) =>
    (argument: A) => {
      world.questions++
      return ask(argument)
    }

  const start = () => {
    world.transforming = startTransforming({
      nodes: () => world.nodes,
      customers: () => [{ id: 'c-1', name: 'Works' }],
      store: { query: count(store.query), queryLoad: count(store.queryLoad) },
      transformers: records.transformers,
      forecastOf: id => world.forecasts.get(id) ?? null,
      issuedAt: id => world.forecasts.get(id)?.issuedAt ?? null,
      isBehind: () => world.isBehind,
      onFault: (_, error) => void world.faults.push(error),
      timeZone: 'Asia/Ho_Chi_Minh',
      now: () => world.at,
      shares: { live: 1, runUp: 1, days: 1 }
    })
  }
  start()
  return Object.assign(world, {
    /** They are stored, and told as those that have just arrived. */
    async arrive(readings: Reading[]) {
      await store.write(batchOf(readings))
      world.transforming.note(batchOf(readings))
    },
    async settled() {
      // What has just arrived is looked at a little later, by the clock of the test.
      world.at += 2 * MINUTE
      await until(() => world.transforming.idle(), { what: 'nothing waits' })
    },
    async restart() {
      await world.transforming.stop()
      start()
    },
    state(id: string): TransformerState {
      const found = world.transforming.states().find(one => one.id === id)
      if (found === undefined) throw new Error(`there is no transformer ${id}`)
      return found
    },
    async stop() {
      await world.transforming.stop()
      await records.stop()
      await store.stop()
      await folder.remove()
    }
  })
}
export type World = Awaited<ReturnType<typeof openWorld>>

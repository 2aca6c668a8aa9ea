import { afterAll, expect, it } from 'vitest'
import { localTime } from '../../server/contract/localTime.ts'
import { ESTIMATED, qualityBits } from '../../server/contract/quality.ts'
import { batchOf } from '../../server/log/readingBatch.ts'
import { openSqliteStore } from '../../server/readings/sqlite/sqliteStore.ts'
import { startDayChecks } from '../../server/validation/dayChecks.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { DAY, HOUR, MINUTE, MONDAY, node, reading } from './readings.ts'

const folder = await tempDir()
afterAll(folder.remove)

it('writes verdicts and estimates into the embedded store, and leaves what was measured', async () => {
  const store = await openSqliteStore(folder.path)
  const day = [10, 11, null, 90, 12].flatMap((kw, i) =>
    kw === null
      ? []
      : [reading({ ts: MONDAY + i * 30 * MINUTE, intervalS: 1800, quality: 1, values: { kw, v: 220 } })]
  )
  await store.write(batchOf(day))
  const checks = startDayChecks({ store, localTime: localTime('+07:00'), now: () => MONDAY + DAY + HOUR })
  checks.setRegistry([node({ kind: 'meteringPoint', id: 'P1', meter: 'M1' })])
  checks.mark(batchOf(day))
  await checks.run()

  const stored = () =>
    store.query({ kind: 'meter', id: 'M1', from: MONDAY, to: MONDAY + DAY, fields: ['kw', 'v'] })
  const { gap, spike, estimatedLinear } = qualityBits
  expect(await stored()).toEqual({
    t: [0, 1, 2, 3, 4].map(i => MONDAY + i * 30 * MINUTE),
    intervalS: [1800, 1800, 1800, 1800, 1800],
    quality: [gap, gap, estimatedLinear, gap | spike, gap],
    columns: { kw: [10, 11, 50.5, 90, 12], v: [220, 220, null, 220, 220] }
  })

  const late = [reading({ ts: MONDAY + HOUR, intervalS: 1800, values: { kw: 88 } })]
  await store.write(batchOf(late))
  checks.mark(batchOf(late))
  await checks.run()
  const { columns, quality } = await stored()
  expect(columns.kw).toEqual([10, 11, 88, 90, 12])
  expect(quality.map(bits => bits & ESTIMATED)).toEqual([0, 0, 0, 0, 0])
  await checks.stop()
  await store.stop()
})

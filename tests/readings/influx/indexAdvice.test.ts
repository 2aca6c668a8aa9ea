import { describe, expect, it } from 'vitest'
import { batchOf } from '../../../server/log/readingBatch.ts'
import { indexAdvice } from '../../../server/readings/influx1/indexAdvice.ts'
import { openReadingsStore } from '../../../server/readings/openReadingsStore.ts'
import { startInfluxd } from '../../helpers/influxd.ts'
import { needs } from '../../helpers/needs.ts'
import { until } from '../../helpers/until.ts'
import { meter, NOON } from '../readings.ts'

describe('advice on the index of InfluxDB 1.x', () => {
  it.each([
    ['inmem', 100_000, 10, true],
    ['tsi1', 100_000, 90_000, false],
    ['inmem', 0, 90_000, false],
    // A version that does not say: by how near the limit is. Beyond it, it cannot be inmem.
    [null, 100_000, 10, false],
    [null, 100_000, 60_000, true],
    [null, 100_000, 100_001, false]
  ])('%s with a limit of %i and %i series', (index, limit, series, isGiven) => {
    const advice = indexAdvice({ index, limit, series })
    expect(advice !== null).toBe(isGiven)
    if (isGiven) expect(advice).toMatch(/more than 100000 ids .* set index-version = "tsi1"/)
  })

  const binary = needs('influxd')
  it.skipIf(binary === null)('comes from a real one before it refuses anything', async () => {
    const influxd = await startInfluxd(binary ?? '', { maxValuesPerTag: 50 })
    const store = await openReadingsStore({ kind: 'influx1', url: influxd.url, database: 'grid' }, () => NOON)
    try {
      await store.write(batchOf(Array.from({ length: 30 }, (_, n) => meter(`M${n}`, NOON, { kw: 1 }))))
      await until(() => store.advice !== null, { what: 'advice' })
      expect(store.advice).toMatch(/more than 50 ids/)
    } finally {
      await store.stop()
      await influxd.stop()
    }
  })
})

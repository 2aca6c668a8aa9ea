import { batchOf } from '../../../server/log/readingBatch.ts'
import { openReadingsStore } from '../../../server/readings/openReadingsStore.ts'
import { DAY, meter, NOON } from '../readings.ts'

/** Started as a process of its own: writes batches over two days and reports each that the store called durable. */
const [directory = ''] = process.argv.slice(2)
const store = await openReadingsStore({ kind: 'sqlite', directory }, () => NOON)
for (let batch = 0; ; batch++) {
  const readings = Array.from({ length: 50 }, (_, index) =>
    meter(`M${index}`, NOON + batch + (index % 2) * DAY, { kw: batch })
  )
  await store.write(batchOf(readings))
  process.send?.(batch)
}

import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openDeadLetters } from '../../server/log/deadLetters.ts'
import { openIngestLog } from '../../server/log/ingestLog.ts'
import { encodeReadings } from '../../server/log/lines.ts'
import { LogPositions } from '../../server/log/logPositions.ts'
import { openLogReader } from '../../server/log/logReader.ts'
import { startFeed } from '../../server/readings/feed.ts'
import { openReadingsStore } from '../../server/readings/openReadingsStore.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { until } from '../helpers/until.ts'
import { meter, NOON } from './readings.ts'

/** Log, store and feed on one folder, as a process has them. */
async function startProcess(folder: string) {
  const positions = new LogPositions({ names: ['store'] })
  const log = await openIngestLog(join(folder, 'log'), { positions, now: () => NOON })
  const reader = openLogReader(join(folder, 'log'), positions, { reuseMemory: true })
  const deadLetters = await openDeadLetters(join(folder, 'dead'))
  const store = await openReadingsStore({ kind: 'sqlite', directory: join(folder, 'readings') }, () => NOON)
  const cursor = await reader.openCursor('store')
  const feed = startFeed({
    ...{ log: reader, cursor, store, deadLetters, now: () => NOON, random: () => 0.5, gatherMs: 0 },
    previewBehindBytes: 2_000
  })
  return {
    log,
    store,
    deadLetters,
    feed,
    stored: () => until(() => reader.bytesAfter(cursor.position) === 0, { what: 'all is stored' }),
    async stop() {
      await feed.stop()
      await store.stop()
      await reader.stop()
      await log.stop()
      await deadLetters.stop()
    }
  }
}

describe('the feed with the real log and SQLite', () => {
  it('goes on after a restart where it was, and stores everything once', async () => {
    const folder = await tempDir()
    try {
      const ids = ['M1', 'M2', 'M3']
      for (let run = 0; run < 3; run++) {
        const { log, store, deadLetters, feed, stored, stop } = await startProcess(folder.path)
        for (let n = 0; n < 50; n++) {
          const body = encodeReadings(ids.map(id => meter(id, NOON + run * 50 + n, { kw: n })))
          await log.append('readings', NOON + n, body)
          await log.append('status', NOON + n, Buffer.from('{}'))
        }
        if (run < 2) await stored()
        // The last run is stopped wherever it is; the next process would go on there.
        await feed.stop()
        const many = await store.queryMany({ kind: 'meter', ids, from: NOON, to: NOON + 1_000, field: 'kw' })
        for (const { t } of many.values()) {
          expect(t).toEqual(Array.from(t, (_, index) => NOON + index))
          if (run < 2) expect(t).toHaveLength((run + 1) * 50)
        }
        expect(deadLetters.total).toBe(0)
        await stop()
      }
    } finally {
      await folder.remove()
    }
  })
})

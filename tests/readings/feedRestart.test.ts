import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openDeadLetters } from '../../server/log/deadLetters.ts'
import { openIngestLog } from '../../server/log/ingestLog.ts'
import { encodeReadings } from '../../server/log/lines.ts'
import { startFeed } from '../../server/readings/feed.ts'
import { openReadingsStore } from '../../server/readings/openReadingsStore.ts'
import { tempDir } from '../helpers/tempDir.ts'
import { meter, NOON } from './readings.ts'

describe('the feed with the real log and SQLite', () => {
  it('goes on after a restart where it was, and stores everything once', async () => {
    const folder = await tempDir()
    try {
      const ids = ['M1', 'M2', 'M3']
      for (let run = 0; run < 3; run++) {
        const log = await openIngestLog(join(folder.path, 'log'), { now: () => NOON })
        const deadLetters = await openDeadLetters(join(folder.path, 'dead'))
        const store = await openReadingsStore(
          { kind: 'sqlite', directory: join(folder.path, 'readings') },
          () => NOON
        )
        const cursor = await log.openCursor('store')
        const feed = startFeed({
          log,
          cursor,
          store,
          deadLetters,
          now: () => NOON,
          random: () => 0.5,
          gatherMs: 0
        })
        for (let n = 0; n < 50; n++) {
          const body = encodeReadings(ids.map(id => meter(id, NOON + run * 50 + n, { kw: n })))
          await log.append('readings', NOON + n, body)
          await log.append('status', NOON + n, Buffer.from('{}'))
        }
        if (run < 2) await feed.drained()
        // The last run is stopped wherever it is; the next process would go on there.
        await feed.stop()
        const stored = await store.queryMany({
          kind: 'meter',
          ids,
          from: NOON,
          to: NOON + 1_000,
          field: 'kw'
        })
        for (const { t } of stored.values()) {
          expect(t).toEqual(Array.from(t, (_, index) => NOON + index))
          if (run < 2) expect(t).toHaveLength((run + 1) * 50)
        }
        expect(deadLetters.total).toBe(0)
        await store.stop()
        await log.stop()
        await deadLetters.stop()
      }
    } finally {
      await folder.remove()
    }
  })
})

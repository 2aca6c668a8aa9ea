import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openReadingsStore } from '../../../server/readings/openReadingsStore.ts'
import { tempDir } from '../../helpers/tempDir.ts'
import { until } from '../../helpers/until.ts'
import { DAY, NOON } from '../readings.ts'

it('a killed process loses nothing that the store called durable', async () => {
  const folder = await tempDir()
  try {
    for (const batches of [3, 40]) {
      const directory = join(folder.path, String(batches))
      const child = fork(join(import.meta.dirname, 'writeUntilKilled.ts'), [directory])
      let durable = -1
      child.on('message', batch => {
        durable = Number(batch)
        // From within the message, so that the next batch is already under way.
        if (durable >= batches) child.kill('SIGKILL')
      })
      await once(child, 'exit')
      await until(() => durable >= batches, { what: 'batches reported' })

      const store = await openReadingsStore({ kind: 'sqlite', directory }, () => NOON)
      const many = await store.queryMany({
        kind: 'meter',
        ids: Array.from({ length: 50 }, (_, index) => `M${index}`),
        from: NOON,
        to: NOON + 2 * DAY,
        field: 'kw'
      })
      expect(many.size).toBe(50)
      for (const { t, columns } of many.values()) {
        expect(t.length).toBeGreaterThan(durable)
        expect(columns.kw).toEqual(t.map((_, batch) => batch))
      }
      await store.stop()
    }
  } finally {
    await folder.remove()
  }
})

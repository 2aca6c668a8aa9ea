import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSqliteStore } from '../../../server/readings/sqlite/sqliteStore.ts'
import type { ReadingsStore } from '../../../server/readings/store.ts'
import { tempDir } from '../../helpers/tempDir.ts'
import { meter, NOON } from '../readings.ts'

describe('the thread of the SQLite store', () => {
  let store: ReadingsStore
  let remove: () => Promise<void>

  beforeEach(async () => {
    const folder = await tempDir()
    remove = folder.remove
    store = await openSqliteStore(new URL('faultyThread.ts', import.meta.url), folder.path)
  })

  afterEach(async () => {
    await store.stop()
    await remove()
  })

  const ask = (node: string) => store.queryLoad({ node, from: NOON, to: NOON + 1 })

  it('is started again when it has died; what was asked of it is to be asked again', async () => {
    await store.write([meter('M1', NOON, { kw: 1 })])
    const lost = [ask('HANG'), ask('DIE'), store.write([meter('M1', NOON, { kw: 2 })])]
    for (const result of await Promise.allSettled(lost)) {
      expect(result).toMatchObject({
        status: 'rejected',
        reason: { name: 'StoreError', what: 'unavailable', message: expect.stringMatching(/out of luck/) }
      })
    }
    await store.write([meter('M1', NOON, { kw: 2 })])
    const latest = await store.latest({ kind: 'meter', ids: ['M1'], notBefore: 0 })
    expect(latest.get('M1')?.values).toEqual({ kw: 2 })
  })

  it('is not asked without end', async () => {
    const waiting = Array.from({ length: 1_000 }, () => ask('HANG'))
    const settled = Promise.allSettled(waiting)
    await expect(ask('F1')).rejects.toMatchObject({ what: 'unavailable', message: /1000 requests/ })
    await store.stop()
    expect((await settled).every(({ status }) => status === 'rejected')).toBe(true)
  })

  it('answers nobody after it is stopped', async () => {
    await store.stop()
    await expect(ask('F1')).rejects.toThrow('the store is stopped')
    await store.stop()
  })
})

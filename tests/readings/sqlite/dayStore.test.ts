import { readdirSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openReadingsStore } from '../../../server/readings/openReadingsStore.ts'
import { openDayStore } from '../../../server/readings/sqlite/dayStore.ts'
import { tempDir } from '../../helpers/tempDir.ts'
import { DAY, meter, NOON } from '../readings.ts'

describe('day files', () => {
  let directory: string
  let remove: () => Promise<void>

  beforeEach(async () => {
    const folder = await tempDir()
    directory = folder.path
    remove = folder.remove
  })

  afterEach(() => remove())

  const days = Array.from({ length: 6 }, (_, day) => meter('M', NOON + day * DAY, { kw: day }))
  const all = { kind: 'meter', id: 'M', from: 0, to: NOON + 9 * DAY, fields: ['kw'] } as const
  const sqliteFiles = () => readdirSync(directory).filter(name => name.endsWith('.sqlite'))
  const openFiles = () => readdirSync(directory).filter(name => name.endsWith('-wal'))

  it('lie one a UTC day of data time, besides the dictionary', () => {
    const store = openDayStore(directory)
    store.write([meter('M', Date.UTC(2026, 10, 22) - 1, { kw: 1 }), meter('M', NOON, { kw: 2 })])
    store.close()
    expect(sqliteFiles()).toEqual(['ids.sqlite', 'readings-2026-11-21.sqlite', 'readings-2026-11-22.sqlite'])
  })

  it('are open in a bounded number, and all answer', () => {
    const store = openDayStore(directory, { maxOpenFiles: 2 })
    store.write(days)
    // The dictionary is open besides.
    expect(openFiles()).toHaveLength(3)
    for (let round = 0; round < 3; round++) expect(store.query(all).columns.kw).toEqual([0, 1, 2, 3, 4, 5])
    store.write(days.map(reading => ({ ...reading, values: { v: 230 } })))
    expect(store.query({ ...all, fields: ['kw', 'v'] }).columns.v).toEqual(days.map(() => 230))
    expect(openFiles()).toHaveLength(3)
    store.close()
    expect(openFiles()).toEqual([])
  })

  it('are not made by asking', () => {
    const store = openDayStore(directory)
    store.query(all)
    store.latest({ kind: 'meter', ids: ['M'], notBefore: 0 })
    store.close()
    expect(sqliteFiles()).toEqual(['ids.sqlite'])
  })

  it('are in WAL mode, so that a question does not wait for a write of another process', () => {
    const store = openDayStore(directory)
    store.write(days)
    store.close()
    const file = new DatabaseSync(join(directory, 'readings-2026-11-22.sqlite'))
    expect(file.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' })
    file.close()
  })

  it('say which one is damaged, and the others go on', async () => {
    const store = openDayStore(directory)
    store.write(days)
    store.close()
    const damaged = join(directory, 'readings-2026-11-24.sqlite')
    await writeFile(damaged, 'not a database, but long enough to be looked at as one'.repeat(100))
    const again = openDayStore(directory)
    expect(() => again.query(all)).toThrow(expect.objectContaining({ name: 'StoreError', what: 'paused' }))
    expect(() => again.write([meter('M', NOON + 2 * DAY, { kw: 1 })])).toThrow(damaged)
    expect(again.query({ ...all, to: NOON + DAY }).columns.kw).toEqual([0])
    again.close()
    await rm(damaged)
    const repaired = openDayStore(directory)
    expect(repaired.query(all).columns.kw).toEqual([0, 1, 3, 4, 5])
    repaired.close()
  })

  it('of a newer version are left alone', () => {
    const store = openDayStore(directory)
    store.write(days)
    store.close()
    const file = new DatabaseSync(join(directory, 'readings-2026-11-22.sqlite'))
    file.exec('PRAGMA user_version = 99')
    file.close()
    const again = openDayStore(directory)
    expect(() => again.write(days)).toThrow(/another version of Gridload \(schema 99/)
    again.close()
  })

  it('cannot be opened where a folder cannot be, and that is known at once', async () => {
    const file = join(directory, 'a file')
    await writeFile(file, '')
    const open = openReadingsStore({ kind: 'sqlite', directory: join(file, 'readings') }, () => NOON)
    await expect(open).rejects.toThrow(/not a directory|ENOTDIR/)
  })
})

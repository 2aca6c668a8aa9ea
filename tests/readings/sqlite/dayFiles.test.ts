import { readdirSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readingFields } from '../../../server/contract/telemetry.ts'
import { batchOf } from '../../../server/log/readingBatch.ts'
import { openReadingsStore } from '../../../server/readings/openReadingsStore.ts'
import { openSqliteStore } from '../../../server/readings/sqlite/sqliteStore.ts'
import { tempDir } from '../../helpers/tempDir.ts'
import { DAY, HOUR, meter, NOON } from '../readings.ts'

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

  it('lie one a UTC day of data time, besides the dictionary', async () => {
    const store = await openSqliteStore(directory)
    await store.write(
      batchOf([meter('M', Date.UTC(2026, 10, 22) - 1, { kw: 1 }), meter('M', NOON, { kw: 2 })])
    )
    await store.stop()
    expect(sqliteFiles()).toEqual(['ids.sqlite', 'readings-2026-11-21.sqlite', 'readings-2026-11-22.sqlite'])
  })

  it('are open in a bounded number, and all answer', async () => {
    const store = await openSqliteStore(directory, { maxOpenFiles: 2 })
    await store.write(batchOf(days))
    // The dictionary is open besides.
    expect(openFiles()).toHaveLength(3)
    for (let round = 0; round < 3; round++)
      expect((await store.query(all)).columns.kw).toEqual([0, 1, 2, 3, 4, 5])
    await store.write(batchOf(days.map(reading => ({ ...reading, values: { v: 230 } }))))
    expect((await store.query({ ...all, fields: ['kw', 'v'] })).columns.v).toEqual(days.map(() => 230))
    expect(openFiles()).toHaveLength(3)
    await store.stop()
    expect(openFiles()).toEqual([])
  })

  it('are not made by asking', async () => {
    const store = await openSqliteStore(directory)
    await store.query(all)
    await store.latest({ kind: 'meter', ids: ['M'], notBefore: 0 })
    await store.stop()
    expect(sqliteFiles()).toEqual(['ids.sqlite'])
  })

  it('are in WAL mode, so that a question does not wait for a write of another process', async () => {
    const store = await openSqliteStore(directory)
    await store.write(batchOf(days))
    await store.stop()
    const file = new DatabaseSync(join(directory, 'readings-2026-11-22.sqlite'))
    expect(file.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' })
    file.close()
  })

  it('say which one is damaged, and the others go on', async () => {
    const store = await openSqliteStore(directory)
    await store.write(batchOf(days))
    await store.stop()
    const damaged = join(directory, 'readings-2026-11-24.sqlite')
    await writeFile(damaged, 'not a database, but long enough to be looked at as one'.repeat(100))
    const again = await openSqliteStore(directory)
    await expect(again.query(all)).rejects.toMatchObject({ name: 'StoreError', what: 'paused' })
    await expect(again.write(batchOf([meter('M', NOON + 2 * DAY, { kw: 1 })]))).rejects.toThrow(damaged)
    expect((await again.query({ ...all, to: NOON + DAY })).columns.kw).toEqual([0])
    await again.stop()
    await rm(damaged)
    const repaired = await openSqliteStore(directory)
    expect((await repaired.query(all)).columns.kw).toEqual([0, 1, 3, 4, 5])
    await repaired.stop()
  })

  it('of a newer version are left alone', async () => {
    const store = await openSqliteStore(directory)
    await store.write(batchOf(days))
    await store.stop()
    const file = new DatabaseSync(join(directory, 'readings-2026-11-22.sqlite'))
    file.exec('PRAGMA user_version = 99')
    file.close()
    const again = await openSqliteStore(directory)
    await expect(again.write(batchOf(days))).rejects.toThrow(/another version of Gridload \(schema 99/)
    await again.stop()
  })

  /** As Gridload wrote a day before it knew half-hours: an id has its bare number, and there is no load_30m. */
  function writeVersion1(): void {
    const ids = new DatabaseSync(join(directory, 'ids.sqlite'))
    ids.exec(
      `CREATE TABLE ids (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE);
      INSERT INTO ids VALUES (1, 'M'), (2, 'F'); PRAGMA user_version = 1`
    )
    ids.close()
    const file = new DatabaseSync(join(directory, 'readings-2026-11-22.sqlite'))
    const tables = Object.entries(readingFields).map(([kind, fields]) => {
      const key = kind === 'forecast' ? 'id, ts, issued' : 'id, ts'
      const members = fields.map(field => `${field} REAL`).join(', ')
      const keys = key.replaceAll(/\w+/g, '$& INTEGER NOT NULL')
      return `CREATE TABLE ${kind} (${keys}, interval_s REAL NOT NULL, quality INTEGER NOT NULL, ${members},
        PRIMARY KEY (${key})) WITHOUT ROWID;`
    })
    file.exec(
      `${tables.join('')} CREATE TABLE load (id INTEGER NOT NULL, ts INTEGER NOT NULL, kw REAL,
        reported INTEGER NOT NULL, expected INTEGER NOT NULL, PRIMARY KEY (id, ts)) WITHOUT ROWID;
      INSERT INTO meter (id, ts, interval_s, quality, kw) VALUES (1, ${NOON}, 900, 0, 5), (1, ${NOON + HOUR}, 900, 0, 6);
      INSERT INTO load VALUES (2, ${NOON}, 7, 1, 1); PRAGMA user_version = 1`
    )
    file.close()
  }

  it('of the first version go on, with a table for half-hours', async () => {
    writeVersion1()
    const store = await openSqliteStore(directory)
    expect((await store.query(all)).columns.kw).toEqual([5, 6])
    await store.write(
      batchOf([
        meter('M', NOON + HOUR, { v: 230 }, { quality: 4 }),
        meter('M', NOON + 2 * HOUR, { kw: 7 }),
        meter('M', NOON + DAY, { kw: 8 })
      ])
    )
    expect(await store.query({ ...all, fields: ['kw', 'v'] })).toMatchObject({
      t: [NOON, NOON + HOUR, NOON + 2 * HOUR, NOON + DAY],
      quality: [0, 4, 0, 0],
      columns: { kw: [5, 6, 7, 8], v: [null, 230, null, null] }
    })
    const halfHour = { node: 'F', t: NOON, kw: 7, kwMin: 6, kwMax: 9, known: 30, reported: 1, expected: 1 }
    await store.writeLoad([halfHour], 1800)
    const range = { node: 'F', from: NOON, to: NOON + DAY }
    expect((await store.queryLoad({ ...range, stepS: 1800 })).kwMax).toEqual([9])
    expect((await store.queryLoad({ ...range, stepS: 60 })).kw).toEqual([7])
    await store.stop()
    const again = await openSqliteStore(directory)
    expect((await again.query(all)).columns.kw).toEqual([5, 6, 7, 8])
    expect((await again.latest({ kind: 'meter', ids: null, notBefore: 0 })).get('M')?.ts).toBe(NOON + DAY)
    await again.stop()
  })

  it('answer from every hour of a day', async () => {
    const store = await openSqliteStore(directory)
    const hours = Array.from({ length: 48 }, (_, hour) => NOON - 12 * HOUR + hour * HOUR)
    await store.write(
      batchOf(hours.flatMap((ts, kw) => [meter('M', ts, { kw }), meter('N', ts + 1, { kw: -kw })]))
    )
    for (const [from, to] of [
      [0, 48],
      [5, 6],
      [23, 25],
      [24, 24],
      [47, 48]
    ] as const) {
      const found = await store.query({ ...all, from: hours[from] ?? 0, to: (hours[0] ?? 0) + to * HOUR })
      expect(found.columns.kw).toEqual([...hours.keys()].slice(from, to))
    }
    const between = { ...all, from: (hours[5] ?? 0) + 1, to: (hours[7] ?? 0) + 1 }
    expect((await store.query(between)).columns.kw).toEqual([6, 7])
    await store.stop()
  })

  it('tell the newest of everybody who is there, be they many or few', async () => {
    const store = await openSqliteStore(directory)
    const names = Array.from({ length: 2_500 }, (_, n) => `L${n}`)
    await store.write(batchOf(names.map((id, kw) => meter(id, NOON - (kw % 5) * HOUR, { kw }))))
    await store.write(batchOf(names.map((id, kw) => meter(id, NOON - DAY, { kw: -kw }))))
    await store.write(batchOf([{ ...meter('W', NOON - 9 * HOUR, { temp_c: 31 }), kind: 'weather' }]))
    const latest = await store.latest({ kind: 'meter', ids: null, notBefore: 0 })
    expect(names.map(id => latest.get(id)?.values.kw)).toEqual([...names.keys()])
    expect(latest.size).toBe(2_500)
    expect([...(await store.latest({ kind: 'weather', ids: null, notBefore: 0 })).keys()]).toEqual(['W'])
    await store.stop()
  })

  it('cannot be opened where a folder cannot be, and that is known at once', async () => {
    const file = join(directory, 'a file')
    await writeFile(file, '')
    const open = openReadingsStore({ kind: 'sqlite', directory: join(file, 'readings') }, () => NOON)
    await expect(open).rejects.toThrow(/not a directory|ENOTDIR/)
  })
})

import { requireFields, throwIfRefused, unstorableRows } from '../storable.ts'
import { type ReadingsStore, type Series, StoreError } from '../store.ts'
import { openDayFiles } from './dayFiles.ts'
import { openIdDictionary } from './idDictionary.ts'
import { readLatest } from './latest.ts'
import { readLoad, readSeries } from './reads.ts'
import { writeBatch, writeLoadRows } from './writes.ts'

/** Enough for 45 days of history and the forecasts ahead without opening a file twice. */
const MAX_OPEN_FILES = 64
/** More rows at once touch fewer pages a row, but whoever asks meanwhile waits longer: about 25 ms. */
const limits = { rows: 5_000, writes: 1 }

/**
 * SQLite day files, the default store. It works in the calling thread, which should have nothing urgent to do, and uses
 * at most 22 MiB: 4 for the file being written, 4 for those being read, 14 for the numbers of the ids.
 */
export async function openSqliteStore(
  directory: string,
  { maxOpenFiles = MAX_OPEN_FILES } = {}
): Promise<ReadingsStore> {
  const files = openDayFiles(directory, maxOpenFiles)
  const ids = openIdDictionary(directory)
  let isOpen = true
  const requireOpen = () => {
    if (!isOpen) throw new StoreError('unavailable', 'the store is stopped')
  }

  return {
    kind: 'sqlite',
    advice: null,
    limits,
    async write(batch) {
      requireOpen()
      const refused = unstorableRows(batch)
      const rows = new Set(refused.map(({ row }) => row))
      writeBatch(files, ids, batch, row => rows.has(row))
      throwIfRefused(refused)
    },
    async query(query) {
      requireOpen()
      requireFields(query.kind, query.fields)
      return readSeries(files, { ...query, n: ids.find(query.id) })
    },
    async queryMany({ ids: wanted, field, ...range }) {
      requireOpen()
      requireFields(range.kind, [field])
      const found = new Map<string, Series>()
      for (const id of wanted) {
        const series = readSeries(files, { ...range, fields: [field], n: ids.find(id) })
        if (series.t.length > 0) found.set(id, series)
      }
      return found
    },
    async latest(query) {
      requireOpen()
      return readLatest(files, ids, query)
    },
    async writeLoad(rows, stepS) {
      requireOpen()
      writeLoadRows(files, ids, rows, stepS)
    },
    async queryLoad({ node, ...range }) {
      requireOpen()
      return readLoad(files, { ...range, n: ids.find(node) })
    },
    async stop() {
      if (!isOpen) return
      isOpen = false
      files.close()
      ids.close()
    }
  }
}

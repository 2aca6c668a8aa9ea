import { join } from 'node:path'
import type { ReadingBatch } from '../../log/readingBatch.ts'
import { openDatabase } from './database.ts'
import { IdTable } from './idTable.ts'

const createIds =
  'CREATE TABLE ids (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE); PRAGMA user_version = 1;'
const CACHE_KIB = 2048

/** Every id has a small number that stands for it in the day files. It never changes. */
export interface IdDictionary {
  /** null for an id that was never written. */
  find(id: string): number | null
  /** Every id that was ever written, by its number. */
  all(): Map<number, string>
  /** The numbers of some ids; a new one is given its own, durably, before a day file may use it. */
  assign(ids: Iterable<string>): Map<string, number>
  /** The same for the rows of a batch: one number a row, valid until the next call. */
  numbers(batch: ReadingBatch): Uint32Array
  close(): void
}

export function openIdDictionary(directory: string): IdDictionary {
  const file = join(directory, 'ids.sqlite')
  const database = openDatabase(file, { version: 1, create: createIds, cacheKiB: CACHE_KIB })
  const table = new IdTable()
  let numbers = new Uint32Array(0)

  function find(id: string): number | null {
    const n = database.rows('SELECT n FROM ids WHERE id = ?', id)[0]?.[0]
    return typeof n === 'number' ? n : null
  }

  function assign(ids: Iterable<string>): Map<string, number> {
    const found = new Map<string, number>()
    const unknown: string[] = []
    // In order, so that neighbours in the index are looked for one after another.
    for (const id of new Set([...ids].sort())) {
      const n = find(id)
      if (n === null) unknown.push(id)
      else found.set(id, n)
    }
    if (unknown.length === 0) return found
    database.transaction(() => {
      for (const id of unknown) database.run('INSERT OR IGNORE INTO ids (id) VALUES (?)', id)
    })
    for (const id of unknown) found.set(id, find(id) ?? 0)
    return found
  }

  function remember(batch: ReadingBatch, row: number, n: number): void {
    table.add(batch.hash[row] ?? 0, batch.bytes, batch.idStart[row] ?? 0, batch.idLength[row] ?? 0, n)
  }

  return {
    find,
    assign,
    all: () => new Map(database.rows('SELECT n, id FROM ids').map(([n, id]) => [Number(n), String(id)])),
    numbers(batch) {
      const { count, bytes, hash, idStart, idLength } = batch
      if (numbers.length < count) numbers = new Uint32Array(batch.capacity)
      const missing: number[] = []
      for (let row = 0; row < count; row++) {
        const n = table.find(hash[row] ?? 0, bytes, idStart[row] ?? 0, idLength[row] ?? 0)
        numbers[row] = n
        if (n === 0) missing.push(row)
      }
      if (missing.length === 0) return numbers
      const found = assign(missing.map(row => batch.id(row)))
      for (const row of missing) {
        const n = found.get(batch.id(row)) ?? 0
        // The same new id may stand in several rows.
        if (table.find(hash[row] ?? 0, bytes, idStart[row] ?? 0, idLength[row] ?? 0) === 0)
          remember(batch, row, n)
        numbers[row] = n
      }
      return numbers
    },
    close: () => database.close()
  }
}

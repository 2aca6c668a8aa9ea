import { join } from 'node:path'
import { openDatabase } from './database.ts'

const createIds =
  'CREATE TABLE ids (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE); PRAGMA user_version = 1;'

/** Ids remembered in memory; beyond that they are looked up again. */
const MAX_REMEMBERED = 500_000

/** Every id has a small number that stands for it in the day files. It never changes. */
export interface IdDictionary {
  /** null for an id that was never written. */
  find(id: string): number | null
  all(): string[]
  /** Gives new ids their number, durably, before a day file may use it. */
  assign(ids: Iterable<string>): void
  close(): void
}

export function openIdDictionary(directory: string): IdDictionary {
  const database = openDatabase(join(directory, 'ids.sqlite'), { version: 1, create: createIds })
  const remembered = new Map<string, number>()

  function find(id: string): number | null {
    const known = remembered.get(id)
    if (known !== undefined) return known
    const n = database.rows('SELECT n FROM ids WHERE id = ?', id)[0]?.[0]
    if (typeof n !== 'number') return null
    if (remembered.size >= MAX_REMEMBERED) remembered.clear()
    remembered.set(id, n)
    return n
  }

  return {
    find,
    all: () => database.rows('SELECT id FROM ids').map(([id]) => String(id)),
    assign(ids) {
      const unknown = new Set<string>()
      for (const id of ids) if (find(id) === null) unknown.add(id)
      if (unknown.size === 0) return
      database.transaction(() => {
        for (const id of unknown) database.run('INSERT OR IGNORE INTO ids (id) VALUES (?)', id)
      })
    },
    close: () => database.close()
  }
}

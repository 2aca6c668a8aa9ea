import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/**
 * Keeps a data directory for one process. An SQLite file lock, because the system lets go of it however the process
 * ends: after kill -9 there is nothing to clean up. Throws when another process has the directory.
 */
export function lockDirectory(directory: string): { release(): void } {
  const database = new DatabaseSync(join(directory, 'lock.sqlite'))
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    throw error
  }
  return { release: () => database.close() }
}

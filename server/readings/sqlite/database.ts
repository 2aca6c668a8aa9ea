import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { StoreError } from '../store.ts'

/** How long to wait for another process that holds the file, in milliseconds. */
const BUSY_TIMEOUT_MS = 5_000
/** Statements kept prepared for one file. */
const MAX_STATEMENTS = 64
/** What was written goes from the WAL into the file in such portions: a page that is written often goes once. */
const CHECKPOINT_PAGES = 4000

/** One open SQLite file with its prepared statements. */
export interface Database {
  /** The layout that the file has. */
  readonly version: number
  /** How much of the file is kept in memory at most. */
  setCache(kiB: number): void
  /** Runs a statement that returns nothing. */
  run(sql: string, ...values: SQLInputValue[]): void
  /** All rows of a query, as arrays. */
  rows(sql: string, ...values: SQLInputValue[]): unknown[][]
  /** All or nothing, durable when it returns. */
  transaction(work: () => void): void
  close(): void
}

export interface DatabaseSettings {
  /** The user_version that a new file gets from the SQL in `create`. */
  version: number
  create: string
  cacheKiB: number
  /** Versions that are used as they are. */
  earlier?: readonly number[]
  /** The SQL that brings a file of a version to one of those. */
  migrations?: Readonly<Record<number, string>>
}

/**
 * Opens or creates a file in WAL mode with synchronous=FULL: what is committed survives the loss of power.
 * Throws a StoreError.
 */
export function openDatabase(
  file: string,
  { version, create, cacheKiB, earlier = [], migrations = {} }: DatabaseSettings
): Database {
  const say = <T>(work: () => T): T => speakOf(file, work)
  const db = say(() => new DatabaseSync(file))
  const statements = new Map<string, StatementSync>()

  function statement(sql: string): StatementSync {
    const kept = statements.get(sql)
    if (kept !== undefined) return kept
    if (statements.size >= MAX_STATEMENTS) statements.clear()
    const prepared = db.prepare(sql)
    prepared.setReturnArrays(true)
    statements.set(sql, prepared)
    return prepared
  }

  function transaction(work: () => void): void {
    say(() => {
      db.exec('BEGIN IMMEDIATE')
      try {
        work()
        db.exec('COMMIT')
      } catch (error) {
        // SQLite may have rolled back by itself, for example when the disk is full.
        if (db.isTransaction) db.exec('ROLLBACK')
        throw error
      }
    })
  }

  const setCache = (kiB: number): void => say(() => db.exec(`PRAGMA cache_size = ${-kiB}`))
  const versionOfFile = () => Number(database.rows('PRAGMA user_version')[0]?.[0])
  let found = 0

  const database: Database = {
    get version() {
      return found
    },
    setCache,
    run: (sql, ...values) => say(() => void statement(sql).run(...values)),
    rows: (sql, ...values) => say(() => statement(sql).all(...values) as unknown as unknown[][]),
    transaction,
    close: () => db.close()
  }
  try {
    say(() => db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}; PRAGMA synchronous = FULL;`))
    say(() => db.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`))
    setCache(cacheKiB)
    found = versionOfFile()
    if (found === 0) say(() => db.exec('PRAGMA journal_mode = WAL'))
    const change = found === 0 ? create : migrations[found]
    if (change !== undefined) {
      transaction(() => db.exec(change))
      found = versionOfFile()
    }
    if (found !== version && !earlier.includes(found)) {
      throw new StoreError(
        'paused',
        `${file} was written by another version of Gridload (schema ${found}, this one knows ${version})`
      )
    }
  } catch (error) {
    db.close()
    throw error
  }
  return database
}

/** SQLite's result codes that no waiting heals. */
const DAMAGED = new Set([11, 26])

function speakOf<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof Error) || !('errcode' in error)) throw error
    const code = Number(error.errcode) & 0xff
    if (DAMAGED.has(code)) {
      throw new StoreError('paused', `${file} is damaged (${error.message}): move it away`, { cause: error })
    }
    throw new StoreError('unavailable', `${file}: ${error.message}`, { cause: error })
  }
}

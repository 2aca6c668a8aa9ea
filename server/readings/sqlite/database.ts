import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { StoreError } from '../store.ts'

/** How long to wait for another process that holds the file, in milliseconds. */
const BUSY_TIMEOUT_MS = 5_000
/** Statements kept prepared for one file. */
const MAX_STATEMENTS = 64

/** One open SQLite file with its prepared statements. */
export interface Database {
  /** Runs a statement that returns nothing. */
  run(sql: string, ...values: SQLInputValue[]): void
  /** All rows of a query, as arrays. */
  rows(sql: string, ...values: SQLInputValue[]): unknown[][]
  /** All or nothing, durable when it returns. */
  transaction(work: () => void): void
  close(): void
}

/**
 * Opens or creates a file in WAL mode with synchronous=FULL: what is committed survives the loss of power.
 * A new file is filled by the SQL `create`, which sets the user_version `version`; one of an earlier version is brought
 * there by the SQL in `migrations`. Throws a StoreError.
 */
export function openDatabase(
  file: string,
  {
    version,
    create,
    migrations = {}
  }: { version: number; create: string; migrations?: Readonly<Record<number, string>> }
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

  const database: Database = {
    run: (sql, ...values) => say(() => void statement(sql).run(...values)),
    rows: (sql, ...values) => say(() => statement(sql).all(...values) as unknown as unknown[][]),
    transaction,
    close: () => db.close()
  }
  try {
    say(() => db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}; PRAGMA synchronous = FULL;`))
    const found = database.rows('PRAGMA user_version')[0]?.[0]
    if (found === 0) {
      say(() => db.exec('PRAGMA journal_mode = WAL'))
      transaction(() => db.exec(create))
    } else if (typeof found === 'number' && migrations[found] !== undefined) {
      transaction(() => db.exec(migrations[found] ?? ''))
    } else if (found !== version) {
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
